/** First sight: the Plane world trains by itself, bends with its slider, repeats after a reset, leads on to a file. */
import { afterEach, expect, test } from "vitest";
import { openPage, type Visit } from "./harness.ts";

let visit: Visit;
afterEach(() => visit.close());

const step = (): Promise<number> => visit.page.locator(".deck .count b").innerText().then(Number);
/** What a person reads under the four planes. */
const readings = (): Promise<string[]> => visit.page.locator("tilt-reading dd").allInnerTexts();
/** The pixels of the first plane, as one number. */
const picture = (): Promise<number> =>
  visit.page
    .locator("tilt-plane canvas")
    .first()
    .evaluate((canvas) => {
      const { width, height } = canvas as HTMLCanvasElement;
      const data = (canvas as HTMLCanvasElement).getContext("2d")!.getImageData(0, 0, width, height).data;
      return data.reduce((sum, value, i) => (sum * 31 + value * (i % 7)) % 1_000_003, 7);
    });
const lines = (): Promise<string[]> =>
  visit.page
    .locator("tilt-plane")
    .first()
    .locator(".c-a")
    .evaluateAll((paths) => paths.map((path) => path.getAttribute("d") ?? ""));

async function pause(): Promise<void> {
  await visit.page.getByRole("button", { name: "Pause" }).click();
  await visit.page.getByRole("button", { name: "Play", exact: true }).waitFor();
}

test("it is alive at once, steps, resets to the same numbers, looks back, and bends with the slider", async () => {
  visit = await openPage("");
  const { page } = visit;
  await expect.poll(step, { timeout: 30_000, interval: 10 }).toBeGreaterThan(0);
  console.log(`first moving frame ${(await visit.now()).toFixed(0)} ms after the page was asked for`);
  const since = await visit.now();
  const before = await picture();
  const early = await step();
  const tasks = await visit.mainTasks(() =>
    expect.poll(step, { timeout: 60_000 }).toBeGreaterThan(early + 60),
  );
  await expect.poll(() => picture()).not.toBe(before);
  await expect.poll(() => page.locator(".prov").innerText()).toMatch(/Live on this (GPU|CPU) · \d+ steps\/s/);
  const wall = Math.max(0, ...(await visit.longTasks(since)).map(({ duration }) => duration));
  console.log(
    `main thread while four policies trained: longest task ${Math.max(...tasks).toFixed(0)} ms of processor time (${wall.toFixed(0)} ms on the clock, 0: none over 50), ${tasks.length} tasks`,
  );
  expect(tasks.length).toBeGreaterThan(20);
  // One or two may be the collector of garbage, or the script that drives this browser.
  expect(tasks.filter((ms) => ms > 50).length).toBeLessThanOrEqual(2);

  await pause();
  expect(await visit.accessibilityProblems()).toEqual([]);
  await visit.screenshot("play");
  await page.locator("#stage").focus();
  await page.keyboard.press("r");
  await expect.poll(step).toBe(0);
  const start = await readings();
  for (let i = 1; i <= 3; i++) {
    await page.keyboard.press("s");
    await expect.poll(step).toBe(i);
  }
  const third = await readings();
  const thirdPicture = await picture();
  expect(third).not.toEqual(start);
  await page.keyboard.press("Space");
  await expect.poll(step).toBeGreaterThan(10);
  await pause();
  await page.locator("#stage").focus();
  await page.keyboard.press("r");
  await expect.poll(step).toBe(0);
  for (let i = 1; i <= 3; i++) {
    await page.keyboard.press("s");
    await expect.poll(step).toBe(i);
  }
  await expect.poll(() => readings()).toEqual(third);
  await expect.poll(() => picture()).toBe(thirdPicture);

  await page.locator(".scrub").focus();
  await page.keyboard.press("ArrowLeft");
  await expect.poll(step).toBe(2);
  await expect.poll(() => page.locator(".timeline").innerText()).toContain("viewing step 2, run is at 3");
  await page.getByRole("button", { name: "back to now" }).click();
  await expect.poll(step).toBe(3);

  await page.locator("tilt-plane .plate").first().focus();
  await page.keyboard.press("ArrowLeft");
  await expect
    .poll(() => page.locator("tilt-plane .why").first().innerText())
    .toMatch(/\(−0\.2, 0\.0\) π 0\.\d{3} Q/);
  await page.getByRole("button", { name: /table of the timeline/ }).click();
  await expect.poll(() => page.locator(".timeline tbody tr").count()).toBe(16);
  await page.getByRole("button", { name: /chart of the timeline/ }).click();

  const unbent = await lines();
  await page.locator("#shift").focus();
  await page.keyboard.press("Home");
  await expect.poll(lines).not.toEqual(unbent);
  await expect.poll(() => page.locator("output[for=shift]").innerText()).toBe("0.00");
  await expect.poll(() => readings()).not.toEqual(third);
  expect(visit.problems).toEqual([]);
});

test("with less motion it shows the last step and waits, and says over several seeds what holds", async () => {
  visit = await openPage("", { reducedMotion: "reduce", colorScheme: "dark" });
  const { page } = visit;
  await expect.poll(step, { timeout: 60_000 }).toBe(300);
  await page.getByRole("button", { name: "Play again" }).waitFor();
  await expect
    .poll(() => page.locator(".findings").innerText(), { timeout: 90_000 })
    .toMatch(/Human reward over [3-8] seeds, against ERM: Reweighting \+0\.\d\d ± 0\.\d\d/);
  expect(await visit.accessibilityProblems()).toEqual([]);
  for (const width of [320, 640, 1024, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    const over = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    await expect.poll(over, { message: `sideways at ${width}` }).toBe(0);
  }
  await visit.screenshot("play-dark");
  const row = '{"prompt":"Why?","chosen":"Because.","rejected":"No."}';
  await visit.drop("main", [{ name: "mine.jsonl", content: `${row}\n${row.replace("Why", "How")}\n` }]);
  await expect.poll(() => page.url()).toMatch(/#\/workbench$/);
  await page.locator("tilt-data-stage").waitFor();
  expect(visit.problems).toEqual([]);
});
