/** A browser without WebGPU: the page says so and how to get it, and computes on the CPU. */
import { afterEach, expect, test } from "vitest";
import { openPage, type Visit } from "./harness.ts";
import { goTo, numbers, ready, run, SMALL, set, tick, words } from "./person.ts";

let visit: Visit;
afterEach(() => visit.close());

test("the plane world and the small text world train on the CPU, with a plain sentence on how to get WebGPU", async () => {
  visit = await openPage("", { webgpu: false });
  const { page } = visit;
  const step = () => page.locator(".deck .count b").innerText().then(Number);
  await expect.poll(step, { timeout: 30_000 }).toBeGreaterThan(5);
  await expect.poll(() => page.locator(".prov").innerText()).toMatch(/Live on this CPU · \d+ steps\/s/);
  await expect.poll(() => page.locator(".top .engine").innerText(), { timeout: 30_000 }).toBe("CPU ready");

  await page.goto(page.url().replace(/#.*|$/, "#/workbench"));
  await ready(page);
  const notice = page.locator(".notice");
  await expect
    .poll(() => notice.innerText())
    .toContain("No WebGPU in this browser, so Tilt runs on the CPU.");
  await notice.locator("summary").click();
  await expect.poll(() => notice.locator("li").count()).toBeGreaterThan(0);
  await expect.poll(() => notice.innerText()).toMatch(/Then reload this page/);
  expect(await visit.accessibilityProblems()).toEqual([]);

  await set(page, {
    ...SMALL,
    "data.groups": 40,
    "sft.steps": 4,
    "ratio.steps": 10,
    "train.steps": 3,
    "train.evalEvery": 0,
  });
  await tick(page, ["DoRA"]);
  await run(page, 90_000);
  expect((await numbers(page, "Training loss")).DoRA?.length).toBe(3);
  await goTo(page, "results");
  await expect.poll(() => words(page)).toContain("DoRA");
  expect(visit.problems).toEqual([]);
});
