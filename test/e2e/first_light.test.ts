/** A first visit: the built-in data is ready, runs go, can be steered, and are there again after a reload. */
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openPage, type Visit } from "./harness.ts";
import { expectShort, expectStill, goTo, numbers, ready, run, SMALL, set, tick, words } from "./person.ts";

let visit: Visit;
beforeEach(async () => {
  visit = await openPage();
});
afterEach(async () => {
  await visit.close();
});

test("built-in data, four strategies over each other, all of it back after a reload", async () => {
  const { page } = visit;
  await ready(page);
  await expect.poll(() => page.locator("tilt-rail .seg").first().innerText()).toContain("Chatter");
  expect(await visit.accessibilityProblems()).toEqual([]);
  await visit.screenshot("first-sight");

  await set(page, { ...SMALL, "train.steps": 6, "train.evalEvery": 3, "data.groups": 80, "eval.samples": 2 });
  const since = await visit.now();
  // Four strategies change the formula, its numbers and the words of every stage four times.
  const tasks = await visit.mainTasks(() => run(page, 150_000));
  const wall = Math.max(0, ...(await visit.longTasks(since)).map((task) => task.duration));
  expectStill(await visit.shifts(since));
  expectShort("while four strategies ran", tasks, wall);
  await expect.poll(() => page.title()).toBe("Tilt");

  const loss = await numbers(page, "Training loss");
  for (const name of ["ERM", "Reweighting", "DRO", "DoRA"]) expect(loss[name]?.length).toBe(6);
  expect((await numbers(page, "Held-out accuracy")).DoRA?.length).toBeGreaterThanOrEqual(2);
  await expect.poll(() => page.locator("tilt-strip .stem").count()).toBe(8);
  await expect.poll(() => page.locator("tilt-log-ratio-chart").innerText()).toContain("log Q0/P");
  await visit.screenshot("four-strategies");
  expect(await visit.accessibilityProblems()).toEqual([]);

  await goTo(page, "results");
  await expect.poll(() => page.locator(".runs tbody tr").count()).toBe(4);
  const before = await page.locator(".runs tbody tr td:nth-child(8)").allTextContents();
  await visit.screenshot("results");
  expect(await visit.accessibilityProblems()).toEqual([]);

  // Two of the runs write answers to held-out prompts, and these are judged.
  for (const name of ["ERM", "Reweighting"])
    await page.getByRole("checkbox", { name: `Compare ${name}` }).click();
  await page.locator("tilt-wins").getByLabel("answers each").selectOption("50");
  await page.getByRole("button", { name: /^Judge answers, 2 runs/ }).click();
  const bars = page.locator('figure[aria-label="Against the reference"] svg[role=img]');
  await expect.poll(() => bars.count(), { timeout: 60_000 }).toBe(1);
  await page.getByRole("button", { name: /^Judge again/ }).waitFor({ timeout: 120_000 });
  const wins = await bars.getAttribute("aria-label");
  expect(wins).toMatch(/DRO wins [\d.]+ % of 50; DoRA wins [\d.]+ % of 50/);
  await expect.poll(() => words(page)).toContain("Judged by the world’s exact human reward");
  await page.getByRole("button", { name: /^Ask 2 runs/ }).click();
  await expect
    .poll(() => page.locator("tilt-answers .one .small", { hasText: "reward" }).count(), { timeout: 60_000 })
    .toBe(3);
  await visit.screenshot("judged");
  expect(await visit.accessibilityProblems()).toEqual([]);
  // On paper: nothing that can only be pressed, and lines instead of canvases.
  await page.emulateMedia({ media: "print" });
  await expect.poll(() => page.locator(".btn:visible, .transport:visible, .take:visible").count()).toBe(0);
  expect(await page.locator(".cols").evaluate((cols) => getComputedStyle(cols).display)).toBe("block");
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  await expect.poll(() => page.locator("tilt-curve-chart path.curve").count()).toBeGreaterThan(0);
  await page.evaluate(() => dispatchEvent(new Event("afterprint")));
  await page.emulateMedia({ media: "screen" });

  // Left out here is left out of the policy's charts: back in.
  for (const name of ["ERM", "Reweighting"])
    await page.getByRole("checkbox", { name: `Compare ${name}` }).click();

  await page.setViewportSize({ width: 390, height: 844 });
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  await page.setViewportSize({ width: 1280, height: 800 });

  await page.reload();
  await ready(page);
  await expect.poll(() => page.locator(".runs tbody tr").count()).toBe(4);
  await expect.poll(() => page.locator(".runs tbody tr td:nth-child(8)").allTextContents()).toEqual(before);
  await expect.poll(() => bars.getAttribute("aria-label")).toContain(wins!.match(/DoRA wins .*/)![0]);
  expect(await numbers(page, "Training loss")).toEqual(loss);

  await goTo(page, "data");
  const coming = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save CSV" }).click();
  const saved = readFileSync(await (await coming).path(), "utf8").split("\n");
  expect(saved[0]).toMatch(/log_ratio.*h.*weight/);
  expect(saved.length).toBeGreaterThan(80);

  await goTo(page, "results");
  await page.getByRole("button", { name: /^Delete ERM/ }).click();
  await expect.poll(() => page.locator(".runs tbody tr").count()).toBe(3);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect.poll(() => page.locator(".runs tbody tr").count()).toBe(4);
  expect(visit.problems).toEqual([]);
});

test("a run is stepped, paused, resumed and stopped from the keyboard; what was computed stays", async () => {
  const { page } = visit;
  await ready(page);
  await set(page, { ...SMALL, "sft.steps": 2, "train.steps": 200, "train.evalEvery": 0, "data.groups": 80 });
  await tick(page, ["ERM"]);
  await page.locator("#stage").focus();
  await page.keyboard.press("s");
  const pace = () => page.locator(".pace").innerText();
  await expect.poll(pace, { timeout: 60_000 }).toContain("paused");
  await page.keyboard.press("Space");
  await expect
    .poll(() => page.locator("tilt-rail .seg:nth-child(3) .state").innerText(), { timeout: 90_000 })
    .toMatch(/step \d+ of 200/);
  await page.keyboard.press("Space");
  await expect.poll(() => page.title()).toBe("paused ERM · Tilt");
  await expect.poll(pace).toContain("paused");
  const at = Number((await pace()).match(/(\d+) of 200/)![1]);
  await page.keyboard.press("s");
  await expect.poll(pace).toContain(`${at + 1} of 200`);
  expect(await visit.accessibilityProblems()).toEqual([]);
  await page.getByRole("button", { name: "Stop and keep" }).click();
  await expect.poll(() => page.title()).toBe("Tilt");
  await goTo(page, "results");
  await expect.poll(() => words(page)).toContain("stopped");
  expect(visit.problems).toEqual([]);
});
