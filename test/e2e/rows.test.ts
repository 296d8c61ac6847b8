/** The data view as a person uses it: look for rows, narrow them down, open one after a run, take all of them away. */
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openPage, type Visit } from "./harness.ts";
import { goTo, ready, SMALL, set, tick, words } from "./person.ts";

let visit: Visit;
beforeEach(async () => {
  visit = await openPage();
});
afterEach(async () => {
  await visit.close();
});

test("rows are searched, filtered by a histogram, opened with evidence and weights, linked, and exported", {
  timeout: 240_000,
}, async () => {
  const { page } = visit;
  await ready(page);
  await set(page, { ...SMALL, "sft.steps": 4, "train.steps": 30, "train.evalEvery": 0, "data.groups": 120 });
  await tick(page, ["DoRA"]);
  // Half-way through, the table shows the weights of the run that goes on.
  const transport = page.locator(".transport");
  await transport.locator(".main").click();
  await expect.poll(() => transport.innerText(), { timeout: 120_000 }).toMatch(/[1-9]\d? of 30/);
  await transport.getByRole("button", { name: "Pause" }).click();
  await expect.poll(() => transport.innerText()).toContain("paused");
  await goTo(page, "data");
  const weights = () => page.locator(".rows tbody .barcell").count();
  await expect.poll(weights, { timeout: 20_000 }).toBeGreaterThan(0);
  await expect.poll(() => page.getByLabel("Weights of").inputValue()).toBe("live");
  const before = await weights();
  await transport.getByRole("button", { name: "Resume" }).click();
  await page.locator('button[aria-label="Stop and keep"][disabled]').waitFor({ timeout: 150_000 });
  // A few steps draw every row: where the pause came late, there are no more at the end.
  await expect.poll(weights).toBeGreaterThanOrEqual(before);
  await expect.poll(() => page.getByLabel("Weights of").inputValue()).not.toBe("live");
  const count = () => page.locator(".chips-row [role=status]").innerText();
  await expect.poll(count).toBe("120 rows");
  await page.getByRole("button", { name: "Next", exact: true }).click();
  await expect.poll(() => page.locator(".rows tbody .c-row").first().innerText()).toBe("51");

  await page.locator("#stage").focus();
  await page.keyboard.press("/");
  const word = (await page.locator(".rows tbody .q button").first().innerText()).split(" ")[0]!;
  await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe("search");
  await page.keyboard.type(word);
  await expect.poll(count).toMatch(/^\d+ of 120 rows$/);
  await page.locator(".chip", { hasText: word }).click();
  await expect.poll(count).toBe("120 rows");

  const bars = (await page.locator(".rows tilt-column-histogram").last().locator("svg").boundingBox())!;
  await page.mouse.move(bars.x + 2, bars.y + 10);
  await page.mouse.down();
  await page.mouse.move(bars.x + 0.4 * bars.width, bars.y + 10, { steps: 4 });
  await page.mouse.up();
  await expect.poll(count).toMatch(/^\d+ of 120 rows$/);
  await expect.poll(() => page.locator(".chip").innerText()).toContain("weight");
  await expect.poll(() => page.locator("tilt-data-checks").innerText()).toContain("Split by prompt");
  await visit.screenshot("data-filtered");
  // The bars as numbers, by keys.
  await page.getByRole("button", { name: "histograms as a table" }).press("Enter");
  const table = page.locator(".histogram-table");
  const cells = await table
    .locator("tbody tr")
    .evaluateAll((all) => all.map((one) => [...one.children].map((cell) => cell.textContent!)));
  const lengths = cells.filter(([column]) => column === "length, words");
  expect(lengths.length).toBeGreaterThan(3);
  expect(lengths.reduce((sum, [, , , all]) => sum + Number(all), 0)).toBe(120);
  expect(new Set(cells.map(([column]) => column!.split(",")[0]))).toContain("weight");
  const saved = page.waitForEvent("download");
  await table.getByRole("button", { name: /^CSV/ }).click();
  expect(readFileSync(await (await saved).path(), "utf8")).toMatch(
    /^column,from,to,all rows,rows that match\r\n"?length, words"?,,/,
  );
  await page.getByRole("button", { name: "histograms as a table" }).click();
  await page.locator(".chip").click();

  await page
    .locator(".rows thead")
    .getByRole("button", { name: /^weight/ })
    .click();
  await expect.poll(() => page.locator('.rows [aria-sort="descending"]').innerText()).toContain("weight");
  await page.locator(".rows tbody .q button").first().click();
  await expect.poll(() => page.locator("tilt-row-panel .resp dl").count()).toBe(2);
  await page.getByLabel("evidence", { exact: true }).check();
  await expect.poll(() => page.locator(".ngrams tbody th").count()).toBeGreaterThan(4);
  await expect.poll(() => page.locator(".resp .ev").count()).toBeGreaterThan(2);
  // The logit is the constant and all n-grams; the page says so in numbers that add up.
  const explained = await page.locator(".evidence p").first().innerText();
  const told = explained.replaceAll("−", "-");
  const [logit, constant, rest] = (told.match(/[+-]?\d+\.\d+/g) ?? []).map(Number);
  expect(Math.abs(logit! - constant! - rest!)).toBeLessThan(0.02);
  const weight = Number((await page.locator(".wt .num").innerText()).replace(" ×", ""));
  const number = Number((await page.locator(".one-row h2").first().innerText()).replace("Row ", ""));
  await expect
    .poll(() => page.locator("tilt-row-panel tilt-curve-chart").innerText())
    .toContain("Weight over time");
  await visit.screenshot("data-row");
  expect(await visit.accessibilityProblems()).toEqual([]);

  expect(page.url()).toMatch(new RegExp(`#/workbench/row/[0-9a-f]{8}/${number}$`));
  await page.reload();
  await ready(page);
  await expect.poll(() => page.locator(".one-row h2").first().innerText()).toBe(`Row ${number}`);
  // What moved the classifier outlives the page, to the same numbers.
  await page.getByLabel("evidence", { exact: true }).check();
  await expect.poll(() => page.locator(".evidence p").first().innerText()).toBe(explained);
  await page.locator("#stage").focus();
  await page.keyboard.press("Escape");
  await expect.poll(() => page.locator("tilt-row-panel").count()).toBe(0);

  await page.getByRole("button", { name: "Export", exact: true }).click();
  const coming = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save JSON Lines" }).click();
  const lines = readFileSync(await (await coming).path(), "utf8")
    .trim()
    .split("\n");
  const rows = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(rows.length).toBe(120);
  for (const column of [
    "prompt",
    "responses",
    "sources",
    "probs",
    "log_ratio",
    "h",
    "weight",
    "fold",
    "split",
  ])
    expect(Object.keys(rows[0]!)).toContain(column);
  expect(rows[number - 1]!.weight as number).toBeCloseTo(weight, 2);
  await expect.poll(() => words(page)).toContain("Take it elsewhere");

  // The same export, TRL files included, from the results.
  await goTo(page, "results");
  await page.getByText("Rows and weights").click();
  const files: string[] = [];
  page.on("download", (one) => files.push(one.suggestedFilename()));
  await page.getByRole("button", { name: "Save TRL files" }).click();
  await expect.poll(() => files.toSorted()).toEqual(["objective.py", "preferences.jsonl", "train.py"]);
  expect(visit.problems).toEqual([]);
});
