/** Watching a policy train: curves, samples and files, without the page being held up, shifted or the run disturbed. */
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openPage, type Visit } from "./harness.ts";
import { expectShort, expectStill, ready, run, SMALL, set, tick } from "./person.ts";

let visit: Visit;
beforeEach(async () => {
  visit = await openPage();
});
afterEach(async () => {
  await visit.close();
});

async function savedBy(visit: Visit, chart: string, item: string): Promise<Buffer> {
  const menu = visit.page.locator("tilt-curve-chart", { hasText: chart }).locator("tilt-save-menu");
  await menu.locator(".link").click();
  const coming = visit.page.waitForEvent("download");
  await menu.getByRole("button", { name: item, exact: true }).click();
  return readFileSync(await (await coming).path());
}

test("training is watched, asked and saved; its numbers do not notice, and nothing on the page moves or stalls", async () => {
  const { page } = visit;
  await ready(page);
  await set(page, {
    ...SMALL,
    "ratio.steps": 10,
    "sft.steps": 4,
    "train.steps": 60,
    "train.evalEvery": 20,
    "data.groups": 80,
  });
  await tick(page, ["ERM"]);

  // Undisturbed, traced.
  const since = await visit.now();
  const tasks = await visit.mainTasks(() => run(page, 120_000));
  const wall = Math.max(0, ...(await visit.longTasks(since)).map(({ duration }) => duration));
  expectShort("while training", tasks, wall);
  expectStill(await visit.shifts(since));
  const undisturbed = (await savedBy(visit, "Training loss", "Numbers, CSV")).toString();
  expect(undisturbed.split("\r\n").length).toBe(62);

  // Again, paused in the middle and asked for answers.
  await page.locator("#stage").focus();
  await page.keyboard.press("s");
  const pace = () => page.locator(".pace").innerText();
  await expect.poll(pace, { timeout: 60_000 }).toContain("paused");
  for (const step of [1, 2, 3]) {
    await page.keyboard.press("s");
    await expect.poll(pace).toMatch(new RegExp(`\\b${step} of 60, paused`));
  }
  await expect.poll(() => page.title()).toBe("paused ERM · Tilt");
  const samples = page.locator("tilt-samples");
  await samples.getByRole("button", { name: "Write answers" }).click();
  await expect
    .poll(() => samples.innerText(), { timeout: 60_000 })
    .toMatch(/ERM at step 3\.\s+KL to the reference: [−\d.]+ ± [\d.]+ nats/);
  const answers = await samples.locator(".answer").allInnerTexts();
  expect(answers.length).toBe(4);
  expect(answers.filter((text) => text.length > 0).length).toBeGreaterThan(1);
  await visit.screenshot("samples");
  expect(await visit.accessibilityProblems()).toEqual([]);
  await page.locator("#stage").focus();
  await page.keyboard.press("Space");
  await page.locator('button[aria-label="Stop and keep"][disabled]').waitFor({ timeout: 120_000 });
  await expect
    .poll(async () => (await savedBy(visit, "Training loss", "Numbers, CSV")).toString())
    .toBe(undisturbed);
  expect((await savedBy(visit, "KL to reference", "Numbers, CSV")).toString()).toMatch(
    /^step,ERM \(nats per answer\)\r\n3,[-\d.e]+\r\n$/,
  );

  // The finished policy is asked with the weights that were kept.
  await samples.getByRole("button", { name: "Write again" }).click();
  await expect
    .poll(() => samples.innerText(), { timeout: 60_000 })
    .toContain("ERM at step 60. KL to the reference:");

  const picture = (await savedBy(visit, "Training loss", "Picture, SVG")).toString();
  expect(picture).toMatch(/^<svg /);
  expect(picture).not.toMatch(/class=|var\(/);
  const png = await savedBy(visit, "Training loss", "Picture, PNG");
  expect(png.subarray(1, 4).toString()).toBe("PNG");

  // How the curves are read outlives the page.
  await page.getByLabel("log values").check();
  await page.locator(".choose summary").click();
  await page.getByRole("checkbox", { name: /^Gradient norm/ }).check();
  await page.keyboard.press("Escape");
  await page.reload();
  await ready(page);
  await expect.poll(() => page.getByLabel("log values").isChecked()).toBe(true);
  await expect
    .poll(() => page.locator("tilt-curve-chart", { hasText: "Gradient norm" }).locator("canvas").count())
    .toBe(1);
  await page.setViewportSize({ width: 390, height: 844 });
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  expect(visit.problems).toEqual([]);
});
