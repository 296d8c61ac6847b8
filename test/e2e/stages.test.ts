/** Stages that run by themselves, and a training step that is timed. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { openPage, type Visit } from "./harness.ts";
import { goTo, ready, run, runsOf, SMALL, set, tick, words } from "./person.ts";

let visit: Visit;

beforeEach(async () => {
  visit = await openPage();
});
afterEach(() => visit.close());

test("the ratio and the reference run by themselves, and a run starts from them", async () => {
  const { page } = visit;
  await ready(page);
  await set(page, { ...SMALL, "data.groups": 80, "train.steps": 4, "train.evalEvery": 0 });
  await tick(page, ["DoRA"]);
  await goTo(page, "data");
  await page.getByRole("button", { name: "Split and count" }).click();
  await expect.poll(() => words(page)).toMatch(/\d+ groups to train on, \d+ held out/);
  await goTo(page, "ratio");
  await page.getByRole("button", { name: "Run this stage only" }).click();
  await expect.poll(() => words(page), { timeout: 60_000 }).toMatch(/mean h \d\.\d\d/);
  await goTo(page, "policy");
  // Step by step, then the whole of it.
  const pace = () => page.locator(".pace").innerText();
  await page.getByRole("button", { name: "One step of the reference" }).click();
  await expect.poll(pace, { timeout: 60_000 }).toContain("paused");
  const at = Number(/(\d+) of 20, paused/.exec(await pace())?.[1] ?? 0);
  for (const step of [at + 1, at + 2]) {
    await page.getByRole("button", { name: "One step", exact: true }).click();
    await expect.poll(pace, { timeout: 20_000 }).toContain(`${step} of 20, paused`);
    await expect.poll(() => words(page)).toMatch(new RegExp(`Reference\\. ${step} of 20 steps, loss`));
  }
  await page.getByRole("button", { name: "Stop and keep" }).click();
  await page.locator('button[aria-label="Stop and keep"][disabled]').waitFor();
  await page.getByRole("button", { name: "Reference only" }).click();
  await expect
    .poll(() => words(page), { timeout: 60_000 })
    .toMatch(/20 of 20 steps, loss [\d.]+ → [\d.]+ nats per token\. A run with these settings/);
  await expect.poll(() => runsOf(visit.page)).toEqual([]);
  await run(page, 60_000);
  await expect.poll(() => runsOf(visit.page)).toMatchObject([{ status: "done", steps: 4 }]);

  await page.locator(".profile > summary").click();
  await page.getByRole("button", { name: "Time a step" }).click();
  await expect
    .poll(() => words(page), { timeout: 60_000 })
    .toMatch(/\d ms in \d+ dispatches|There is nothing to time/);
  expect(visit.problems).toEqual([]);
});
