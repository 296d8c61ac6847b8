/** A full disk, two tabs that write at once, and a tab that is closed in the middle of it: what was stored stays whole. */
import type { Page } from "playwright-core";
import { expect, inject, test } from "vitest";
import { stream } from "../../src/base/random.ts";
import { openTab } from "./harness.ts";
import { goTo, ready, words } from "./person.ts";

const eventually = <T>(get: () => T | Promise<T>) => expect.poll(get, { timeout: 60_000 });

/** Rows that a database cannot make smaller. */
function rows(name: string, count: number): string {
  const random = stream(1, `e2e/storage/${name}`);
  const filler = () => Array.from({ length: 90 }, () => random.below(2 ** 32).toString(36)).join(" ");
  return Array.from({ length: count }, (_, i) =>
    JSON.stringify({ prompt: `${name} ${i}?`, chosen: `yes ${i} ${filler()}`, rejected: `no ${i}` }),
  ).join("\n");
}

const choose = (page: Page, name: string, content: string) =>
  page
    .locator("#file")
    .setInputFiles([{ name: `${name}.jsonl`, mimeType: "", buffer: Buffer.from(content) }]);

/** Names of the stored datasets, and how many rows the one named has when it is opened. */
async function stored(page: Page): Promise<string[]> {
  await goTo(page, "data");
  await page.locator(".stored li").first().waitFor({ timeout: 60_000 });
  const names = await page.locator(".stored li b").allInnerTexts();
  return names.filter((name) => /^[a-z]+$/.test(name)).toSorted();
}
async function rowsOf(page: Page, name: string): Promise<string> {
  await page.locator(".stored .pick-set", { hasText: name }).click();
  await eventually(() => page.locator(".rows tbody .q button").first().innerText()).toContain(`${name} 0?`);
  return page.locator(".chips-row [role=status]").innerText();
}

test("a full storage, two tabs at once, a tab closed while it writes", { timeout: 300_000 }, async () => {
  const { page, problems, screenshot, accessibilityProblems, close } = await openTab();
  const protocol = await page.context().newCDPSession(page);
  const address = inject("pageUrl");
  const { origin } = new URL(address);
  // From the start: a browser that has just written remembers for a while that there was room.
  await protocol.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 8_000_000 });
  await page.goto(`${address}#/workbench`);
  await ready(page);
  await choose(page, "first", rows("first", 4000));
  await eventually(() => words(page)).toMatch(/4.000 rows read, 4.000 kept/);

  await choose(page, "second", rows("second", 6000));
  await eventually(() => words(page)).toMatch(
    /The browser.s storage is full, so the dataset .second. was not saved\. Nothing stored before is lost\. .*Delete datasets or runs in the storage panel/,
  );
  await screenshot("storage-full");
  expect(await accessibilityProblems()).toEqual([]);
  await page.getByRole("button", { name: "See what is stored" }).click();
  await eventually(() => page.locator("dialog.storage .kept li .name").allInnerTexts()).toEqual(["first"]);
  await page.keyboard.press("Escape");
  await page.reload();
  expect(await stored(page)).toEqual(["first"]);
  await expect.poll(() => rowsOf(page, "first")).toMatch(/^4.000 rows$/);

  // Who deletes to make room need not wait until that cannot be taken back: the next file makes it final at once.
  await page.getByRole("button", { name: "Storage", exact: true }).first().click();
  await page.getByRole("button", { name: "Delete the dataset first" }).click();
  await eventually(() => page.locator("dialog.storage .kept li").count()).toBe(0);
  await page.keyboard.press("Escape");
  // This browser gives the room of what was deleted back in its own time: in a test, room is made for it.
  await protocol.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 40_000_000 });
  await choose(page, "second", rows("second", 6000));
  await eventually(() => words(page)).toMatch(/6.000 rows read, 6.000 kept/);
  await page.reload();
  await eventually(() => stored(page)).toEqual(["second"]);

  await protocol.send("Storage.overrideQuotaForOrigin", { origin });
  await choose(page, "first", rows("first", 4000));
  await eventually(() => words(page)).toMatch(/4.000 rows read, 4.000 kept/);

  const other = await page.context().newPage();
  await other.goto(page.url());
  await stored(other);
  await Promise.all([
    choose(page, "third", rows("third", 2000)),
    choose(other, "fourth", rows("fourth", 2000)),
  ]);
  for (const tab of [page, other]) await eventually(() => words(tab)).toMatch(/2.000 rows read, 2.000 kept/);
  // What another tab saved can be seen and deleted here, too.
  await page.getByRole("button", { name: "Storage", exact: true }).first().click();
  const kept = () => page.locator("dialog.storage .kept li .name").allInnerTexts();
  await eventually(async () => (await kept()).toSorted()).toEqual(["first", "fourth", "second", "third"]);
  await page.getByRole("button", { name: "Delete the dataset fourth" }).click();
  await eventually(async () => (await kept()).toSorted()).toEqual(["first", "second", "third"]);
  await page.locator("dialog.storage .undo .btn").click();
  await eventually(async () => (await kept()).toSorted()).toEqual(["first", "fourth", "second", "third"]);
  await page.keyboard.press("Escape");

  await choose(other, "fifth", rows("fifth", 9000));
  await other.locator("progress[aria-label='Reading fifth.jsonl']").waitFor();
  // As near to the writing as can be seen from outside.
  await eventually(() =>
    other.evaluate(() => document.querySelector("progress")?.value ?? 1),
  ).toBeGreaterThan(0.9);
  await other.close({ runBeforeUnload: false });

  await page.reload();
  const names = await stored(page);
  expect(names.filter((name) => name !== "fifth")).toEqual(["first", "fourth", "second", "third"]);
  const counts = { first: 4000, second: 6000, third: 2000, fourth: 2000, fifth: 9000 };
  for (const name of names)
    expect((await rowsOf(page, name)).replace(/\D/g, "")).toBe(String(counts[name as keyof typeof counts]));

  // Who deletes something and leaves at once wants it gone.
  await page.getByRole("button", { name: "Storage", exact: true }).first().click();
  await page.getByRole("button", { name: "Delete the dataset third" }).click();
  await eventually(async () => (await kept()).includes("third")).toBe(false);
  await page.reload();
  expect(await stored(page)).toEqual(names.filter((name) => name !== "third"));
  expect(problems).toEqual([]);
  await close();
});
