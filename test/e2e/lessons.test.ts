/** A reader walks a lesson: guesses, sees it measured, sends the step on, comes back; then the guide, and a host page with a frame. */
import { createServer, type Server } from "node:http";
import { afterEach, expect, inject, test } from "vitest";
import { openPage, type Visit } from "./harness.ts";

let visit: Visit;
let host: Server | undefined;
afterEach(async () => {
  await visit.close();
  host?.close();
  host = undefined;
});

const at = (): string => new URL(visit.page.url()).hash;
const bars = (): Promise<string[]> => visit.page.locator("tilt-guess output").allInnerTexts();

test("a lesson asks, measures in front of the reader, keeps the answer, and every step has a link", async () => {
  visit = await openPage("#/lessons", { permissions: ["clipboard-read", "clipboard-write"] });
  const { page } = visit;
  await page.getByRole("link", { name: "Where the weight goes" }).click();
  await expect.poll(at).toBe("#lesson=dro/the-tilt");
  // A control of the page was set, and is marked; the figures wait while there is something to guess.
  await page.locator('.ctl.pointed[data-control="lambda"] output', { hasText: "0.30" }).waitFor();
  await page.locator(".board .count", { hasText: "step 0 of 300" }).waitFor({ timeout: 60_000 });
  expect(await visit.accessibilityProblems()).toEqual([]);

  await page.locator("#guess-0").focus();
  await page.keyboard.press("Shift+ArrowRight");
  await page.keyboard.press("ArrowRight");
  await expect.poll(bars).toEqual(["45 %", "28 %", "27 %"]);
  const since = await visit.now();
  await page.getByRole("button", { name: "Run 6 seeds and show" }).click();
  await page.locator(".reveal").waitFor({ timeout: 120_000 });
  await expect.poll(() => page.locator(".claims li.holds").count()).toBe(2);
  await expect
    .poll(() => page.locator(".claims").innerText())
    .toMatch(/Weight on B, DRO − ERM: \+\d\.\d ± \d\.\d % over 6 seeds/);
  expect((await bars())[0]).toMatch(/^45 %\s+\d\d %$/);
  await expect.poll(() => page.locator(".board .count b").innerText().then(Number)).toBeGreaterThan(0);
  const longest = Math.max(0, ...(await visit.longTasks(since)).map(({ duration }) => duration));
  console.log(`longest task of the main thread while six seeds were measured: ${longest.toFixed(0)} ms`);
  expect(await visit.accessibilityProblems()).toEqual([]);
  await visit.screenshot("lesson");

  await page.getByRole("button", { name: "Copy link to this step" }).click();
  await page.getByRole("button", { name: "Copied" }).waitFor();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toMatch(/#lesson=dro\/the-tilt$/);
  await page.locator("h1").focus();
  await page.keyboard.press("ArrowRight");
  await expect.poll(at).toBe("#lesson=dro/the-shift");
  await page.locator("h1", { hasText: "Does DRO protect against shift?" }).waitFor();

  // Another day: the link restores the step, the guess is still there, and it is measured again.
  await page.goto("about:blank");
  await page.goto(link);
  await page.locator("h1", { hasText: "Where the weight goes" }).waitFor();
  await expect.poll(bars, { timeout: 60_000 }).toHaveLength(3);
  expect((await bars())[0]).toMatch(/^45 %/);
  await page.locator(".reveal").waitFor({ timeout: 120_000 });

  await page.setViewportSize({ width: 390, height: 844 });
  const [words, figures, ask] = await Promise.all(
    [".lesson-words", ".lesson-figures", ".lesson-ask"].map((part) => page.locator(part).boundingBox()),
  );
  expect(words!.y).toBeLessThan(figures!.y);
  expect(figures!.y).toBeLessThan(ask!.y);
  for (const width of [320, 390, 1024]) {
    await page.setViewportSize({ width, height: 900 });
    const over = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    await expect.poll(over, { message: `sideways at ${width}` }).toBe(0);
  }

  await page.goto(`${inject("pageUrl")}#guide=setting-train-lambda`);
  const entry = page.locator("#g-setting-train-lambda");
  await entry.waitFor();
  await page.getByLabel("Search the guide").fill("rafailov");
  await page.locator("#g-method-dpo", { hasText: "Chelsea Finn" }).waitFor();
  await expect.poll(() => page.locator(".entries > div").count()).toBeLessThan(6);
  await page.getByLabel("Search the guide").fill("");
  expect(await visit.accessibilityProblems()).toEqual([]);
  await visit.screenshot("guide", { fullPage: false });
  expect(visit.problems).toEqual([]);
});

test("what the builder makes works in a frame of another site's page, without Tilt's own frame, and waits", async () => {
  visit = await openPage("#/embed", { viewport: { width: 1280, height: 1000 } });
  const { page } = visit;
  const inside = page.frameLocator(".preview iframe");
  await inside.locator(".mult").nth(3).waitFor({ timeout: 60_000 });
  for (const name of ["ERM", "Reweighting"])
    await page.locator(".ticks-list .pick", { hasText: name }).locator("input").uncheck();
  await page.locator(".ticks-list .pick", { hasText: "Tilt weights" }).locator("input").uncheck();
  await page.locator(".ticks-list .pick", { hasText: "λ" }).locator("input").check();
  await expect.poll(() => inside.locator(".mult").count()).toBe(2);
  await inside.locator('[data-control="lambda"]').waitFor();
  await expect.poll(() => inside.locator("tilt-header").count()).toBe(0);
  await expect.poll(() => inside.locator("tilt-stems").first().isVisible()).toBe(false);
  expect(await visit.accessibilityProblems()).toEqual([]);
  await visit.screenshot("embed-builder");
  const lines = await page.locator(".snippet").innerText();
  expect(visit.problems).toEqual([]);

  host = createServer((_, response) => {
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(
      `<!doctype html><title>A course</title><p>Last week every row counted the same.</p>${lines}`,
    );
  });
  const port = await new Promise<number>((resolve) => {
    host!.listen(0, "127.0.0.1", () => resolve((host!.address() as { port: number }).port));
  });
  await page.goto(`http://127.0.0.1:${port}/`);
  const frame = page.frameLocator("iframe");
  await frame.locator(".board .count", { hasText: "step 0 of 300" }).waitFor({ timeout: 60_000 });
  await expect
    .poll(() => frame.locator(".mult h2").allInnerTexts())
    .toEqual([expect.stringContaining("DRO"), expect.stringContaining("DoRA")]);
  await frame.getByRole("button", { name: "Play" }).click();
  await expect
    .poll(() => frame.locator(".board .count b").innerText().then(Number), { timeout: 60_000 })
    .toBeGreaterThan(3);

  // An experiment on text has no playground: its card stands in the frame, and nothing runs before somebody says so.
  await page.goto("about:blank");
  await page.goto(`${inject("pageUrl")}#v=1&data.groups=60&train.steps=3&embed=1`);
  await page.locator("h1", { hasText: "This link describes an experiment" }).waitFor();
  await page.locator(".card", { hasText: "Nothing has been downloaded or started yet." }).waitFor();
  await page.locator(".card .btn.main").waitFor();
  await expect.poll(() => page.locator("tilt-header").count()).toBe(0);
  await expect.poll(() => page.locator(".card progress").count()).toBe(0);
  expect(visit.problems.filter((problem) => /uncaught|console|crashed/.test(problem))).toEqual([]);
});
