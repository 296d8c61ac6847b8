/** Real preference data, dropped as a person would. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { describeShared, sharedPath } from "../shared.ts";
import { openPage, type Visit } from "./harness.ts";
import { goTo, mean, numbers, ready, run, SMALL, set, tick, words } from "./person.ts";

let visit: Visit;
beforeEach(async () => {
  visit = await openPage();
  await ready(visit.page);
});
afterEach(async () => {
  await visit?.close();
});

describeShared("qa_feedback", () => {
  test("h for every response, 60 steps of ERM and of DoRA, falling loss, and all of it after a reload", {
    timeout: 600_000,
  }, async () => {
    const { page } = visit;
    await visit.drop("main", [sharedPath("data/qa_feedback/dev_feedback.json")]);
    await expect.poll(() => words(page), { timeout: 60_000 }).toMatch(/500 rows read/);
    await visit.screenshot("qa-feedback");
    expect(await visit.accessibilityProblems()).toEqual([]);

    await set(page, {
      ...SMALL,
      "data.maxTokens": 64,
      "train.steps": 60,
      "train.evalEvery": 60,
      "train.lr": 0.003,
    });
    await tick(page, ["ERM", "DoRA"]);
    await run(page, 540_000);

    const loss = await numbers(page, "Training loss");
    for (const name of ["ERM", "DoRA"]) {
      const values = loss[name]!;
      expect(values.length).toBe(60);
      expect(mean(values.slice(-15))).toBeLessThan(mean(values.slice(0, 15)));
    }
    await visit.screenshot("qa-feedback-runs");
    await goTo(page, "ratio");
    await expect.poll(() => words(page)).toMatch(/length alone/i);
    await visit.screenshot("qa-feedback-ratio");
    expect(await visit.accessibilityProblems()).toEqual([]);

    await goTo(page, "data");
    await page.locator(".rows").getByRole("button", { name: /^h/ }).click();
    await page.locator(".rows tbody .q button").first().click();
    await expect.poll(() => page.locator("tilt-row-panel .resp").count()).toBeGreaterThanOrEqual(4);
    const each = await page.locator("tilt-row-panel .resp dl").allInnerTexts();
    expect(each.length).toBe(await page.locator("tilt-row-panel .resp").count());
    for (const text of each)
      expect(text.replace(/\s+/g, " ")).toMatch(/log-ratio [+−]?\d+\.\d+ h \d+\.\d+ P\(target\) \d+/);
    const h = each.map((text) => Number(text.match(/h\s+(\d+\.\d+)/)![1]));
    expect(Math.max(...h)).toBeGreaterThan(Math.min(...h));
    await visit.screenshot("qa-feedback-row");

    await page.reload();
    await ready(page);
    await expect.poll(() => page.locator("tilt-rail .seg").first().innerText()).toContain("dev_feedback");
    await expect.poll(() => numbers(page, "Training loss")).toEqual(loss);
    await goTo(page, "results");
    await expect.poll(() => page.locator(".runs tbody tr").count()).toBe(2);
    expect(visit.problems).toEqual([]);
  });
});

describeShared("hh_rlhf", () => {
  test("a gzipped file without sources asks who the target is, then runs", { timeout: 300_000 }, async () => {
    const { page } = visit;
    await visit.drop("main", [sharedPath("data/hh_rlhf/harmless-base_test.jsonl.gz")]);
    await expect.poll(() => words(page), { timeout: 60_000 }).toMatch(/harmless-base_test.* 2.312 rows read/);
    await expect.poll(() => page.locator(".rows tbody tr").count()).toBe(50);
    await visit.screenshot("hh-rlhf");
    expect(await visit.accessibilityProblems()).toEqual([]);
    const ask = page.getByRole("button", { name: "Preferred is human, other is synthetic" });
    if (await ask.isVisible()) await ask.click();
    await set(page, {
      ...SMALL,
      "data.maxTokens": 64,
      "data.maxGroups": 60,
      "train.steps": 4,
      "train.evalEvery": 0,
    });
    await tick(page, ["DoRA"]);
    await run(page, 240_000);
    expect((await numbers(page, "Training loss")).DoRA?.length).toBe(4);
    expect(visit.problems).toEqual([]);
  });
});
