/** A run that loses its GPU, then its worker, then its page, ends with the digest of a run that lost nothing. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { openPage, type Visit } from "./harness.ts";
import { ready, run, runsOf, SMALL, set, tick, words } from "./person.ts";

let visit: Visit;

beforeEach(async () => {
  visit = await openPage();
});
afterEach(() => visit.close());

/** The page's worker; the newest, where one was started again. */
const worker = () => visit.page.workers().at(-1)!;

/** The device is whatever records next: it is caught there, and destroyed as a driver would. */
async function loseDevice(): Promise<void> {
  await worker().evaluate(
    () =>
      new Promise<void>((resolve) => {
        const record = GPUDevice.prototype.createCommandEncoder;
        GPUDevice.prototype.createCommandEncoder = function (...of) {
          GPUDevice.prototype.createCommandEncoder = record;
          const encoder = record.apply(this, of);
          this.destroy();
          resolve();
          return encoder;
        };
      }),
  );
}

async function stepsAfter(at: number): Promise<void> {
  await expect
    .poll(async () => (await runsOf(visit.page)).at(-1)?.steps ?? 0, { timeout: 60_000 })
    .toBeGreaterThan(at);
}

test("goes on after a lost GPU, a crashed worker and a reload, to the same digest", async () => {
  const { page } = visit;
  await ready(page);
  await set(page, { ...SMALL, "data.groups": 80, "train.steps": 140, "train.evalEvery": 70 });
  await tick(page, ["DoRA"]);
  await run(page, 120_000);
  const [whole] = await runsOf(visit.page);
  expect(whole).toMatchObject({ status: "done", steps: 140 });

  await page.locator(".transport .main").click();
  await stepsAfter(30);
  await loseDevice();
  await expect
    .poll(() => words(page))
    .toMatch(
      /The GPU stopped answering at step \d+\. Tilt kept the state of step \d+; (nothing is lost|\d+ steps? (is|are) lost)\./,
    );
  expect((await runsOf(visit.page)).at(-1)).toMatchObject({ status: "failed" });
  await page.getByRole("button", { name: /^Go on from step/ }).click();
  await stepsAfter(50);

  await worker().evaluate(() => {
    setTimeout(() => {
      throw new Error("a crash");
    });
  });
  await expect.poll(() => words(page)).toMatch(/You left at step \d+ of 140\./);
  await expect.poll(() => words(page)).toContain("The engine stopped unexpectedly");
  await ready(page);
  await page.getByRole("button", { name: /^Go on from step/ }).click();
  await stepsAfter(70);

  await page.reload();
  await ready(page);
  await expect.poll(() => words(page)).toMatch(/You left at step \d+ of 140\./);
  await page.getByRole("button", { name: /^Go on from step/ }).click();
  await expect
    .poll(async () => (await runsOf(visit.page)).at(-1), { timeout: 120_000 })
    .toMatchObject({ status: "done", steps: 140, digest: whole!.digest });
  expect((await runsOf(visit.page)).map(({ status }) => status)).toEqual(["done", "done"]);
  await expect.poll(() => words(page)).not.toContain("You left at step");
});
