/** What a person does on the page, in words of the page. */
import type { Page } from "playwright-core";
import { expect } from "vitest";
import type { App } from "../../src/ui/engine/app.ts";
import type { Shift } from "./harness.ts";

export const STAGES = { data: 1, ratio: 2, policy: 3, results: 4 } as const;

/** A page whose engine is there and whose data can be run. */
export async function ready(page: Page): Promise<void> {
  await page.locator(".transport .main:not([disabled])").waitFor({ timeout: 60_000 });
}

export async function goTo(page: Page, stage: keyof typeof STAGES): Promise<void> {
  await page.locator(`tilt-rail .seg:nth-child(${STAGES[stage]}) .name`).click();
}

/** Types values into settings, by path; unfolds the full list for those that are not in sight. */
export async function set(page: Page, values: Readonly<Record<string, string | number>>): Promise<void> {
  await goTo(page, "policy");
  for (const [path, value] of Object.entries(values)) {
    const control = page.locator(`#f-${path.replaceAll(".", "-")}`);
    expect(`${path}: ${await control.count()}`).toBe(`${path}: 1`);
    if (!(await control.isVisible())) await page.locator("tilt-settings details.all > summary").click();
    if ((await control.evaluate((element) => element.tagName)) === "SELECT")
      await control.selectOption(String(value));
    else {
      await control.fill(String(value));
      await control.blur();
    }
    expect(await page.locator("tilt-field .wrong").allTextContents()).toEqual([]);
  }
}

/** Leaves ticked only the strategies named, as the page names them. */
export async function tick(page: Page, names: readonly string[]): Promise<void> {
  await goTo(page, "policy");
  for (const label of await page.locator("tilt-settings .pick").all()) {
    const name = (await label.textContent())!.trim();
    const box = label.locator("input");
    if ((await box.isChecked()) !== names.includes(name)) await label.click();
  }
}

/** A model so small that software rendering trains it in seconds. */
export const SMALL = {
  "model.dim": 16,
  "model.hidden": 32,
  "model.layers": 1,
  "model.kvHeads": 2,
  "model.heads": 2,
  "sft.steps": 20,
  "sft.batch": 8,
  "train.batch": 8,
  "ratio.steps": 40,
  "ratio.folds": 2,
  "eval.groups": 12,
  "eval.samples": 0,
} as const;

/** Presses Run and waits until all ticked strategies have ended. */
export async function run(page: Page, timeout: number): Promise<void> {
  await page.locator(".transport .main").click();
  await page.locator('button[aria-label="Stop and keep"]:not([disabled])').waitFor({ timeout: 60_000 });
  await page.locator('button[aria-label="Stop and keep"][disabled]').waitFor({ timeout });
  expect(await page.locator(".problem").allTextContents()).toEqual([]);
}

/** The numbers behind a chart of the policy stage: a column per run, by name. */
export async function numbers(page: Page, title: string): Promise<Record<string, number[]>> {
  await goTo(page, "policy");
  const chart = page.locator("tilt-curve-chart", { hasText: title });
  await chart.getByRole("button", { name: /^table/ }).click();
  // Headings carry their unit.
  const names = (await chart.locator("thead th").allTextContents()).map((name) => name.split(",")[0]!.trim());
  const rows = await chart
    .locator("tbody tr")
    .evaluateAll((all) =>
      all.map((row) => [...row.children].map((cell) => Number(cell.textContent?.replace("−", "-") ?? ""))),
    );
  await chart.getByRole("button", { name: /^chart/ }).click();
  return Object.fromEntries(
    names.map((name, i) => [name, rows.map((row) => row[i]!).filter(Number.isFinite)]),
  );
}

/**
 * Nothing on the page moved by itself: less than a digit that grows may move what is beside it.
 * @param most sum of the shifts, as Chromium scores them
 */
export function expectStill(shifts: readonly Shift[], most = 0.001): void {
  const sum = shifts.reduce((all, { value }) => all + value, 0);
  console.log(`layout shifts while training: ${sum.toFixed(5)} in all`);
  const largest = shifts.toSorted((a, b) => b.value - a.value).slice(0, 5);
  expect(sum, JSON.stringify(largest)).toBeLessThan(most);
}

/**
 * The main thread was never held up: no task took over 50 ms of processor time, but for one or two, which may be the
 * collector of garbage, or the script that drives this browser. The clock is only told: it also counts what else the machine did.
 * @param tasks milliseconds of processor time of every task
 * @param wall milliseconds of the longest on the clock, 0 where none was over 50
 */
export function expectShort(when: string, tasks: readonly number[], wall: number): void {
  const [longest = 0, second = 0] = tasks.toSorted((a, b) => b - a);
  console.log(
    `main thread ${when}: longest task ${longest.toFixed(0)} ms of processor time, the next ${second.toFixed(0)} (${wall.toFixed(0)} ms on the clock, 0: none over 50), ${tasks.length} tasks`,
  );
  expect(tasks.length).toBeGreaterThan(100);
  expect(tasks.filter((ms) => ms > 50).length).toBeLessThanOrEqual(2);
}

export function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

/** Text of the page as read, white space folded. */
export async function words(page: Page): Promise<string> {
  return (await page.locator("main").innerText()).replace(/\s+/g, " ");
}

/** Runs of the page, oldest first. */
export function runsOf(page: Page) {
  return page.evaluate(() => {
    const { app } = document.querySelector("tilt-app") as unknown as { app: App };
    return app.store.get().runs.map(({ id, status, digest, train }) => ({
      id,
      status,
      digest,
      steps: train.length,
    }));
  });
}
