/** Files with mistakes in them: the page says what, where, and what is left; good rows are kept. */
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { openPage, type Visit } from "./harness.ts";
import { ready, words } from "./person.ts";

// One visitor makes all these mistakes, one after another; the files that cannot be read come first.
let visit: Visit;
beforeAll(async () => {
  visit = await openPage();
  await ready(visit.page);
});
afterEach(() => expect(visit.problems).toEqual([]));
afterAll(() => visit.close());

const good = (i: number) =>
  JSON.stringify({ prompt: `Question ${i}?`, chosen: `Answer ${i}.`, rejected: `Reply ${i}, well.` });

/** Drops one file and waits until it has been read and the page speaks of it. */
async function drop(name: string, content: string | Uint8Array): Promise<string> {
  await visit.drop("main", [{ name, content }]);
  const about = visit.page.locator(".problem, .left-out, #left-out-count");
  // While a file is read, its name stands beside what was said of the one before.
  const reading = visit.page.locator(".reading", { hasText: name });
  await expect
    .poll(async () => (await about.count()) > 0 && (await reading.count()) === 0 && words(visit.page))
    .toContain(name);
  return words(visit.page);
}

const hopeless: [name: string, content: string | Uint8Array, says: RegExp][] = [
  ["empty.jsonl", "", /empty/i],
  ["empty.jsonl.gz", new Uint8Array(0), /empty/i],
  ["hollow.jsonl.gz", gzipSync(""), /empty|no rows?/i],
  ["shapes.jsonl", '{"colour": "red", "size": 3}\n{"colour": "blue", "size": 4}', /colour/],
  ["page.jsonl", "<html><body>Not found</body></html>", /html|JSON/i],
];

test.each(hopeless)("%s is refused by name, and the data in use stays", async (name, content, says) => {
  const said = await drop(name, content);
  expect(said).toContain(name);
  expect(said).toMatch(says);
  await expect.poll(() => visit.page.getByRole("alert").count()).toBeGreaterThan(0);
  await expect.poll(() => visit.page.locator("tilt-rail .seg").first().innerText()).toContain("Chatter");
});

test("a broken line and a row without rejected are left out by name, the good rows stay", async () => {
  const lines = [
    good(1),
    good(2),
    '{"prompt": "Cut off',
    good(3),
    '{"prompt": "No reply?", "chosen": "Yes."}',
    good(4),
  ];
  const said = await drop("answers.jsonl", lines.join("\n"));
  expect(said).toContain("2 rows left out");
  expect(said).toMatch(/answers\.jsonl, line 3/);
  expect(said).toMatch(/answers\.jsonl, line 5, field rejected/);
  expect(said).toContain("Cut off");
  await expect.poll(() => visit.page.locator(".rows tbody tr").count()).toBe(4);
  expect(said).toContain("4 kept");
  expect(await visit.accessibilityProblems()).toEqual([]);
  await visit.screenshot("bad-rows");
});

test("the same inside a gzip", async () => {
  const said = await drop("replies.jsonl.gz", gzipSync([good(1), "not json at all", good(2)].join("\n")));
  expect(said).toContain("1 row left out");
  expect(said).toMatch(/replies\.jsonl\.gz[^,]*, line 2/);
});

test("an archive of two is read whole; one that breaks off is read to there, and the page says so", async () => {
  const lines = Array.from({ length: 400 }, (_, i) => good(i)).join("\n");
  const packed = gzipSync(`${lines}\n`);
  expect(await drop("two.jsonl.gz", Buffer.concat([packed, packed]))).toContain(
    "800 rows read, 800 kept, none left out",
  );
  const said = await drop("half.jsonl.gz", packed.subarray(0, packed.length - 60));
  expect(said).toMatch(/39\d rows read, 39\d kept, none left out/);
  expect(said).toContain("Not all of half.jsonl.gz was read. The gzip archive is broken or cut off.");
  expect(await visit.accessibilityProblems()).toEqual([]);
  // On a phone that stands below all rows; a line above them says so.
  await visit.page.setViewportSize({ width: 390, height: 844 });
  await visit.page.getByRole("button", { name: "How it was read" }).click();
  await expect
    .poll(() => words(visit.page))
    .toMatch(/half: 39\d rows read.*none left out\. Not everything was read\./);
  expect(await visit.accessibilityProblems()).toEqual([]);
  await visit.page.setViewportSize({ width: 1440, height: 900 });
});

test("pasted rows are read like a file", async () => {
  const { page } = visit;
  await page.keyboard.press("1");
  await page.getByRole("button", { name: "Paste rows" }).click();
  await page.locator("#pasted").fill([good(1), good(2), "{broken"].join("\n"));
  expect(await visit.accessibilityProblems()).toEqual([]);
  await page.getByRole("button", { name: "Read these rows" }).click();
  await expect.poll(() => words(page)).toContain("1 row left out");
  await expect.poll(() => words(page)).toMatch(/pasted\.jsonl, line 3/);
});

test("a file of unknown shape is read once its columns are named", async () => {
  const { page } = visit;
  const row = (i: number) => ({
    ask: `Question ${i}?`,
    liked: `Answer ${i}.`,
    disliked: `Reply ${i}, well.`,
    by: "ann",
  });
  await drop("odd.jsonl", [1, 2, 3].map((i) => JSON.stringify(row(i))).join("\n"));
  expect(await visit.accessibilityProblems()).toEqual([]);
  await visit.screenshot("refused");
  await page.locator("#column-prompt").selectOption("ask");
  await page.locator("#column-chosen").selectOption("liked");
  await page.locator("#column-rejected").selectOption("disliked");
  await page.getByRole("button", { name: "Read it this way" }).click();
  await expect.poll(() => words(page)).toContain("3 rows read, 3 kept, none left out");
  await expect
    .poll(() => page.locator(".rows tbody .q button").allInnerTexts())
    .toEqual([1, 2, 3].map((i) => `Question ${i}?`));
});
