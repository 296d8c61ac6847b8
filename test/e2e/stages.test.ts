/** Stages that run by themselves, and a training step that is timed. */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { App } from "../../src/ui/engine/app.ts";
import { openPage, type Visit } from "./harness.ts";
import { goTo, ready, run, SMALL, set, tick, words } from "./person.ts";

let visit: Visit;

beforeEach(async () => {
  visit = await openPage();
});
afterEach(() => visit.close());

/** Runs of the page, oldest first. */
const runs = () =>
  visit.page.evaluate(() => {
    const { app } = document.querySelector("tilt-app") as unknown as { app: App };
    return app.store.get().runs.map(({ id, status, digest, train }) => ({
      id,
      status,
      digest,
      steps: train.length,
    }));
  });

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
  await page.getByRole("button", { name: "Reference only" }).click();
  await expect
    .poll(() => words(page), { timeout: 60_000 })
    .toMatch(/20 of 20 steps, loss [\d.]+ → [\d.]+ nats per token\. A run with these settings/);
  expect(await runs()).toEqual([]);
  await run(page, 60_000);
  expect(await runs()).toMatchObject([{ status: "done", steps: 4 }]);

  await page.locator(".profile > summary").click();
  await page.getByRole("button", { name: "Time a step" }).click();
  await expect
    .poll(() => words(page), { timeout: 60_000 })
    .toMatch(/\d ms in \d+ dispatches|There is nothing to time/);
  expect(visit.problems).toEqual([]);
});
