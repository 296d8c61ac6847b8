/** A sweep from a preset: made small, started, reordered, left by a reload, gone on with to its end. */
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openPage, type Visit } from "./harness.ts";
import { SMALL } from "./person.ts";

let visit: Visit;
beforeEach(async () => {
  visit = await openPage("#/sweeps");
});
afterEach(async () => {
  await visit.close();
});

test("a preset, run in part, goes on after a reload; its table names no winner", async () => {
  const { page } = visit;
  await page.locator(".choice", { hasText: "λ sensitivity" }).click();
  expect(await visit.accessibilityProblems()).toEqual([]);
  const fix = async (path: string, value: string | number): Promise<void> => {
    const control = page.locator(`#f-${path.replaceAll(".", "-")}`);
    if ((await control.count()) === 0) await page.selectOption("#fix-field", path);
    await control.fill(String(value));
    await control.blur();
  };
  const small = { ...SMALL, "data.groups": 80, "train.steps": 4, "train.evalEvery": 2, "sft.steps": 8 };
  for (const [path, value] of Object.entries(small)) await fix(path, value);
  await expect.poll(() => page.locator(".wrong").allTextContents()).toEqual([]);
  await page.locator("#axis-train-lambda-values").fill("0.1, 10");
  await page.locator("#axis-train-lambda-values").blur();
  for (const name of ["KL-DRO", "Importance-weighted KL-DRO"])
    await page.locator("#axis-train-strategy label").getByText(name, { exact: true }).click();
  await page.locator("#sweep-seeds").fill("1-3");
  await page.locator("#sweep-seeds").blur();
  await page.getByRole("button", { name: "Start 6 runs" }).click();

  const queue = page.locator("tilt-sweep-queue");
  await expect
    .poll(() => queue.locator(".pace").innerText(), { timeout: 60_000 })
    .toContain("measured on 1 finished run");
  const waiting = () => queue.locator("ol.queue .what").allTextContents();
  const last = (await waiting()).at(-1)!;
  await queue.locator("ol.queue li").last().focus();
  await page.keyboard.press("Alt+ArrowUp");
  await expect
    .poll(
      async () =>
        (await waiting()).indexOf(last) < (await waiting()).length - 1 || (await waiting()).length < 2,
    )
    .toBe(true);
  await page.getByRole("button", { name: "Pause" }).click();
  await expect.poll(() => queue.innerText()).toContain("paused");
  await visit.screenshot("sweep-paused");
  expect(await visit.accessibilityProblems()).toEqual([]);

  await page.reload();
  await expect.poll(() => page.locator(".resume").innerText()).toMatch(/\d of 6 runs (is|are) done and kept/);
  const since = await visit.now();
  await page.getByRole("button", { name: /^Go on: \d of 6 done/ }).click();
  await expect.poll(() => queue.innerText(), { timeout: 120_000 }).toContain("6 runs done");
  const longest = Math.max(0, ...(await visit.longTasks(since)).map((task) => task.duration));
  console.log(`longest task of the main thread while a sweep ran: ${longest.toFixed(0)} ms`);

  const rows = page.locator(".sweep-table tbody tr");
  await expect.poll(() => rows.count()).toBe(2);
  await expect.poll(() => rows.first().locator("td").allTextContents()).toContain("compared with");
  expect((await rows.last().innerText()).replaceAll("\u202f", " ")).toMatch(
    /± .*(not told apart|higher|lower|equal)/,
  );
  await page.selectOption("#sweep-metric", "loss");
  await page.selectOption("#sweep-x", "steps");
  await expect.poll(() => page.locator("tilt-sweep-panels .curve").count()).toBeGreaterThan(0);
  const figure = page.locator("tilt-sweep-panels tilt-figure").first();
  await figure.getByRole("button", { name: /^table of/ }).click();
  await expect.poll(() => figure.locator("thead th").allTextContents()).toContain("λ 0.1 ± 95 %");
  await expect.poll(() => figure.locator("tbody tr").count()).toBeGreaterThan(1);
  await figure.getByRole("button", { name: /^chart of/ }).click();
  await figure.locator("tilt-save-menu .link").click();
  const drawing = page.waitForEvent("download");
  await figure.getByRole("button", { name: "Picture, SVG" }).click();
  const drawn = readFileSync(await (await drawing).path(), "utf8");
  expect(drawn).toMatch(/^<svg /);
  expect(drawn).not.toMatch(/class=|var\(/);
  await visit.screenshot("sweep-done");
  expect(await visit.accessibilityProblems()).toEqual([]);

  const coming = page.waitForEvent("download");
  await page.getByRole("button", { name: "CSV of every run" }).click();
  const saved = readFileSync(await (await coming).path(), "utf8")
    .trim()
    .split("\n");
  expect(saved.length).toBe(1 + 6);
  expect(saved[0]).toContain("eval_rewards/accuracies");

  await page.getByRole("button", { name: "delete", exact: true }).click();
  await expect.poll(() => page.url()).toMatch(/#\/sweeps$/);
  await page.locator("tilt-sweep-compose").waitFor();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect.poll(() => rows.count()).toBe(2);

  await page.setViewportSize({ width: 390, height: 844 });
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  expect(visit.problems).toEqual([]);
});
