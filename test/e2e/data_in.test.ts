/** A file of unknown shape on its way in: named, read, reported on, listed, deleted, taken back; and a larger one, cancelled, then kept whole. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { openPage } from "./harness.ts";
import { goTo, ready, words } from "./person.ts";

/** Under load the worker may be at something else first. */
const eventually = <T>(get: () => T | Promise<T>) => expect.poll(get, { timeout: 60_000 });

const row = (i: number) => ({
  ask: `Question ${i}?`,
  reply: i % 2 ? `As an AI, I say ${i}.` : `Hm, ${i}.`,
  retort: i % 2 ? `Well, ${i}!` : `As an AI, no ${i}.`,
  grade: i % 3,
});

test("unknown shape, mapper, rows, report, storage, delete, undo", { timeout: 240_000 }, async () => {
  const { page, drop, problems, accessibilityProblems, screenshot, close } = await openPage();
  await ready(page);
  const lines = [...[1, 2, 3, 4].map((i) => JSON.stringify(row(i))), '{"ask": "Cut', JSON.stringify(row(6))];
  await drop("main", [{ name: "odd.jsonl", content: lines.join("\n") }]);
  await page.locator("#layout").selectOption("columns");
  await page.locator("#column-prompt").selectOption("ask");
  for (const name of await page.locator(".map-response code").allTextContents())
    if (name === "ask") await page.getByRole("button", { name: "Leave out ask" }).click();
  for (const name of ["reply", "retort"])
    if (!(await page.locator(".map-response code").allTextContents()).includes(name))
      await page.locator("#column-add").selectOption(name);
  await page.locator('input[name="rule"][value="text"]').check();
  await page.locator("#rule-text").fill("as an ai");
  await page.locator("#rule-not").selectOption("not");
  await page.getByText("Where the file judges nothing").click();
  await eventually(() => words(page)).toMatch(/5 can be read this way: 5 pairs/);
  expect(await accessibilityProblems()).toEqual([]);
  await screenshot("mapper");
  await page.getByRole("button", { name: "Read it this way" }).click();
  await eventually(() => words(page)).toContain("6 rows read, 5 kept, 1 row left out");
  await eventually(() => words(page)).toMatch(/without “as an ai” are by human/);
  await eventually(() => words(page)).toMatch(/odd\.jsonl, line 5/);
  await expect.poll(() => page.locator(".rows tbody tr").count()).toBe(5);
  expect(await accessibilityProblems()).toEqual([]);

  const download = page.waitForEvent("download");
  await page
    .getByRole("group", { name: "Save the whole report" })
    .getByRole("button", { name: "Text" })
    .click();
  const report = readFileSync(await (await download).path(), "utf8");
  expect(report).toMatch(/Rows read: 6\. Kept: 5.*Left out: 1\./);
  expect(report).toContain("odd.jsonl, line 5");

  await page.getByRole("button", { name: "Storage", exact: true }).first().click();
  await page.locator("dialog.storage").getByText("odd", { exact: true }).waitFor();
  expect(await accessibilityProblems()).toEqual([]);
  await screenshot("storage");
  await page.getByRole("button", { name: "Delete the dataset odd" }).click();
  await eventually(() => page.locator("dialog.storage .kept li").count()).toBe(0);
  await page.locator("dialog.storage").getByRole("button", { name: "Undo" }).click();
  await eventually(() => page.locator("dialog.storage .kept li").count()).toBe(1);
  await page.keyboard.press("Escape");
  await eventually(() => words(page)).toContain("6 rows read, 5 kept");
  await page.reload();
  await ready(page);
  await goTo(page, "data");
  await eventually(() => words(page)).toContain("6 rows read, 5 kept");
  expect(problems).toEqual([]);
  await close();
});

/** Lets go of a folder over the page, as the browser's own drag does: its entries are those of the disk. */
async function dropFolder(page: Page, folder: string): Promise<void> {
  const protocol = await page.context().newCDPSession(page);
  for (const type of ["dragEnter", "dragOver", "drop"] as const)
    await protocol.send("Input.dispatchDragEvent", {
      type,
      x: 400,
      y: 300,
      data: { items: [], files: [folder], dragOperationsMask: 1 },
    });
}

test("a dropped folder becomes one dataset, its rows named with their file; a link is asked for only with consent, and says what went wrong", {
  timeout: 240_000,
}, async () => {
  const { page, drop, problems, accessibilityProblems, close } = await openPage();
  await ready(page);
  const pair = (i: number) => JSON.stringify({ prompt: `Q ${i}?`, chosen: `yes ${i}`, rejected: `no ${i}` });
  const folder = mkdtempSync(join(tmpdir(), "tilt-"));
  mkdirSync(join(folder, "more"));
  writeFileSync(join(folder, "one.jsonl"), [1, 2, 3].map(pair).join("\n"));
  writeFileSync(join(folder, "more", "two.jsonl"), [4, 5, 6].map(pair).join("\n"));
  writeFileSync(join(folder, "README.md"), "# Not data");
  writeFileSync(join(folder, ".hidden.jsonl"), pair(9));
  await dropFolder(page, folder);
  await eventually(() => words(page)).toContain("6 rows read, 6 kept, none left out");
  rmSync(folder, { recursive: true });
  const prompts = () => page.locator(".rows tbody .q button").allInnerTexts();
  await eventually(prompts).toEqual([4, 5, 6, 1, 2, 3].map((i) => `Q ${i}?`));
  // Both files have a second row.
  await page.locator(".rows tbody .q button", { hasText: "Q 2?" }).click();
  await eventually(() => page.locator("tilt-row-panel h2").first().innerText()).toBe("Row 2 of one.jsonl");
  await eventually(() => page.url()).toMatch(/\/2:2$/);
  await page.reload();
  await eventually(() => page.locator("tilt-row-panel h2").first().innerText()).toBe("Row 2 of one.jsonl");
  await page.keyboard.press("Escape");
  await eventually(() => page.locator("tilt-row-panel").count()).toBe(0);
  await drop("main", [
    { name: "one.jsonl", content: [1, 2, 3].map(pair).join("\n") },
    { name: "two.jsonl", content: [4, 5, 6, 7].map(pair).join("\n") },
  ]);
  await eventually(() => words(page)).toContain("7 rows read, 7 kept, none left out");
  await eventually(prompts).toEqual([1, 2, 3, 4, 5, 6, 7].map((i) => `Q ${i}?`));

  const hub = "https://huggingface.co/datasets/some/one";
  const asked: string[] = [];
  await page.context().route("https://huggingface.co/**", (route) => {
    const { pathname } = new URL(route.request().url());
    asked.push(pathname);
    if (pathname.endsWith("closed.jsonl")) return route.abort("failed");
    const headers = { "access-control-allow-origin": "*", "content-type": "text/plain" };
    return pathname.endsWith("gone.jsonl")
      ? route.fulfill({ status: 404, headers })
      : route.fulfill({ headers, body: [8, 9].map(pair).join("\n") });
  });
  const paste = (text: string) =>
    page.evaluate((link) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", link);
      document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
    }, text);
  const dialog = page.locator("dialog.address");
  await paste(`${hub}/blob/main/pairs.jsonl`);
  await eventually(() => dialog.innerText()).toContain(`${hub}/resolve/main/pairs.jsonl`);
  await expect.poll(() => dialog.innerText()).toContain("Nothing has been asked of huggingface.co");
  expect(await accessibilityProblems()).toEqual([]);
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await eventually(() => dialog.count()).toBe(0);
  expect([asked, problems]).toEqual([[], []]);
  await expect.poll(() => prompts()).toHaveLength(7);

  for (const [file, says] of [
    ["gone.jsonl", /huggingface\.co has no such file \(HTTP 404\)/],
    ["closed.jsonl", /huggingface\.co cannot be read from a page.*no CORS permission/],
  ] as const) {
    await paste(`${hub}/blob/main/${file}`);
    await dialog.getByRole("button", { name: "Download and read" }).click();
    await eventually(() => words(page)).toMatch(says);
    await expect.poll(() => prompts()).toHaveLength(7);
  }
  await paste(`${hub}/blob/main/pairs.jsonl`);
  await dialog.getByRole("button", { name: "Download and read" }).click();
  await eventually(prompts).toEqual(["Q 8?", "Q 9?"]);
  expect(asked).toEqual(
    ["gone", "closed", "pairs"].map((name) => `/datasets/some/one/resolve/main/${name}.jsonl`),
  );
  await close();
});

test("8 MB stream in with progress, can be cancelled, and are kept whole", { timeout: 240_000 }, async () => {
  const { page, drop, problems, close } = await openPage();
  await ready(page);
  const filler = "words ".repeat(150);
  const lines = Array.from({ length: 8000 }, (_, i) =>
    i % 1000 === 999
      ? '{"prompt": "cut'
      : JSON.stringify({ prompt: `Q ${i}?`, chosen: `yes ${i} ${filler}`, rejected: `no ${i}` }),
  );
  const content = lines.join("\n");
  const folder = mkdtempSync(join(tmpdir(), "tilt-"));
  const larger = join(folder, "larger.jsonl");
  writeFileSync(larger, `${content}\n`.repeat(12));
  await drop("main", [larger]);
  await page.getByRole("button", { name: "Cancel" }).click();
  await eventually(() => words(page)).toContain("The import was cancelled.");
  await expect.poll(() => page.locator("tilt-rail .seg").first().innerText()).toContain("Chatter");
  rmSync(folder, { recursive: true });
  // Every value that the bar takes from here on.
  await page.evaluate(() => {
    const values: number[] = [];
    Object.assign(globalThis, { values });
    new MutationObserver(() => {
      const bar = document.querySelector("progress[aria-label='Reading large.jsonl']");
      if (bar instanceof HTMLProgressElement && values.at(-1) !== bar.value) values.push(bar.value);
    }).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
  });
  await drop("main", [{ name: "large.jsonl", content }]);
  await page.locator("progress[aria-label='Reading large.jsonl']").waitFor();
  await eventually(() => words(page)).toMatch(/8.000 rows read, 7.992 kept, 8 rows left out/);
  const values = await page.evaluate(() => (globalThis as unknown as { values: number[] }).values);
  expect(values.length).toBeGreaterThan(2);
  expect(values).toEqual(values.toSorted((a, b) => a - b));
  expect(values.at(-1)).toBe(1);

  // A very long row is shown piece by piece.
  const long = JSON.stringify({ prompt: "Long?", chosen: "yes ".repeat(15_000), rejected: "no" });
  await drop("main", [{ name: "long.jsonl", content: `${long}\n${lines[0]}` }]);
  await eventually(() => words(page)).toContain("2 rows read, 2 kept");
  await page.locator(".rows tbody .q button").first().click();
  const more = page.getByRole("button", { name: /^Show 20.000 more of 60.000 characters$/ });
  const shown = () =>
    page
      .locator(".resp .text")
      .first()
      .evaluate((text) => text.textContent!.length);
  await more.click();
  await eventually(shown).toBeGreaterThan(20_000);
  await expect.poll(() => shown()).toBeLessThan(25_000);
  await more.click();
  await page.getByRole("button", { name: /^Show all 60.000 characters$/ }).click();
  await eventually(shown).toBeGreaterThan(59_000);
  await eventually(() => page.locator(".resp mark.only").count()).toBeGreaterThan(0);
  expect(problems).toEqual([]);
  await close();
});
