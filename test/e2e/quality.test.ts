/**
 * What holds on every view and stage, found by walking the page's own navigation: accessible in both themes and on a
 * phone, reachable by keyboard with the focus in sight, no wider than the window. What holds while models train is in
 * training.test.ts.
 */
import type { Page } from "playwright-core";
import { afterEach, expect, test } from "vitest";
import { openPage, type Visit } from "./harness.ts";
import { goTo, ready, STAGES } from "./person.ts";

let visit: Visit;
afterEach(() => visit.close());

/** Goes to every view of the navigation, and to every stage of one that has stages. */
async function walk(page: Page, look: (place: string) => Promise<void>): Promise<void> {
  const addresses = await page
    .locator("header nav a")
    .evaluateAll((links) => links.map((link) => link.getAttribute("href")!));
  expect(addresses.length).toBeGreaterThan(2);
  for (const address of addresses) {
    await page.locator(`header nav a[href="${address}"]`).click();
    await page.locator(`header nav a[href="${address}"][aria-current]`).waitFor();
    await expect.poll(() => page.locator("main").innerText()).not.toMatch(/^(Fetching this part|$)/);
    await page.locator("main h1").first().waitFor({ state: "attached" });
    if ((await page.locator("tilt-rail").count()) === 0) {
      await look(address);
      continue;
    }
    await ready(page);
    for (const stage of Object.keys(STAGES) as (keyof typeof STAGES)[]) {
      await goTo(page, stage);
      // What is being fetched is dimmed meanwhile.
      await expect.poll(() => page.locator('main [aria-busy="true"]').count()).toBe(0);
      await look(`${address} ${stage}`);
    }
  }
}

const sideways = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

test("axe finds nothing on any view, light on a desk and dark on a phone; nothing scrolls sideways from 320 px to 4K", async () => {
  // A view that trains by itself would change under axe's eyes, and colours on their way are neither theme's.
  visit = await openPage("?paused#/play", { reducedMotion: "reduce" });
  const { page } = visit;
  const found: string[] = [];
  const note = async (place: string): Promise<void> => {
    for (const problem of await visit.accessibilityProblems()) found.push(`${place}: ${problem}`);
  };
  await walk(page, async (place) => {
    await page.emulateMedia({ colorScheme: "light" });
    await note(`${place} light`);
    await page.emulateMedia({ colorScheme: "dark" });
    for (const [width, height] of [
      [3840, 2160],
      [1680, 1050],
      [1024, 768],
      [768, 1024],
      [320, 640],
      [390, 844],
    ] as const) {
      await page.setViewportSize({ width, height });
      await expect.poll(() => sideways(page), { message: `${place} at ${width}` }).toBe(0);
    }
    await note(`${place} dark, 390 px`);
    await page.setViewportSize({ width: 1280, height: 800 });
  });
  expect(found).toEqual([]);
  expect(visit.problems).toEqual([]);
});

/** What has the focus: what it is, whether it is in sight, and whether anything shows it. */
interface Stop {
  readonly name: string;
  readonly seen: boolean;
  readonly shown: boolean;
}

/** Runs in the page. Null when the focus has left it. */
function focused(): Stop | null {
  const element = document.activeElement as HTMLElement | null;
  if (!element || element === document.body) return null;
  const text = element.ariaLabel ?? element.textContent?.trim().replace(/\s+/g, " ").slice(0, 40) ?? "";
  const name = `${element.localName}${element.id ? `#${element.id}` : ""} “${text}”`;
  // Some controls lie invisibly over what they steer, which then wears the ring.
  const wearers = [
    element,
    ...(element.closest("label, figure, td, li, div")?.children ?? []),
    element.parentElement!,
  ];
  const ring = (one: Element): boolean => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one);
    return (outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 1) || boxShadow !== "none";
  };
  const box = element.getBoundingClientRect();
  const seen =
    box.width > 0 &&
    box.height > 0 &&
    box.bottom > 0 &&
    box.top < innerHeight &&
    box.right > 0 &&
    box.left < innerWidth;
  return { name, seen, shown: element.matches(":focus-visible") && wearers.some(ring) };
}

test("every control of every view is reached with Tab, in sight, with a ring around it", async () => {
  visit = await openPage("?paused#/play");
  const { page } = visit;
  const found: string[] = [];
  await walk(page, async (place) => {
    // What is there to be reached: radio groups are one stop, and so are lists that arrows move in.
    const wanted = await page.locator("main, header").evaluateAll((parts) => {
      const all = parts.flatMap((part) =>
        [
          ...part.querySelectorAll<HTMLElement>(
            "a[href], button, input:not([type=radio]), select, textarea, summary, [tabindex='0']",
          ),
        ].filter(
          (one) =>
            one.tabIndex >= 0 &&
            !one.matches(":disabled") &&
            one.checkVisibility({ visibilityProperty: true }),
        ),
      );
      all.forEach((one, i) => {
        one.dataset.stop = String(i);
      });
      return all.length;
    });
    await page.evaluate(() => {
      (document.activeElement as HTMLElement | null)?.blur();
      getSelection()?.removeAllRanges();
      document.querySelector<HTMLElement>(".skip")!.focus();
    });
    const reached = new Set<string>();
    for (let i = 0; i < 2 * wanted + 60; i++) {
      await page.keyboard.press("Tab");
      const stop = await page.evaluate(focused);
      if (stop === null) break;
      const key = await page.evaluate(() => (document.activeElement as HTMLElement).dataset.stop ?? "");
      if (reached.has(key) && key !== "") break;
      reached.add(key);
      if (!stop.seen) found.push(`${place}: ${stop.name} is out of sight`);
      if (!stop.shown) found.push(`${place}: ${stop.name} has no ring`);
    }
    const missed = await page
      .locator("[data-stop]")
      .evaluateAll((all) =>
        all.map((one) => [(one as HTMLElement).dataset.stop!, one.outerHTML.slice(0, 90)] as const),
      );
    for (const [key, html] of missed)
      if (!reached.has(key)) found.push(`${place}: Tab never reaches ${html}`);
    await page.locator("[data-stop]").evaluateAll((all) => {
      for (const one of all) delete (one as HTMLElement).dataset.stop;
    });
  });
  expect(found).toEqual([]);
});

test("with less motion nothing moves by itself but data; the theme is the reader's", async () => {
  visit = await openPage("#/workbench", { reducedMotion: "reduce", colorScheme: "light" });
  const { page } = visit;
  await page.getByRole("button", { name: "Switch between light and dark" }).click();
  await expect.poll(() => page.locator("html").getAttribute("data-theme")).toBe("dark");
  await walk(page, async (place) => {
    const moving = await page.evaluate(() => [
      ...document.getAnimations().map((one) => String((one as CSSTransition).transitionProperty ?? one.id)),
      ...[...document.querySelectorAll("*")]
        .filter((one) => {
          const { transitionDuration, animationName } = getComputedStyle(one);
          return Number.parseFloat(transitionDuration) > 0.01 || animationName !== "none";
        })
        .map((one) => `${one.localName}.${one.className}`),
    ]);
    expect(`${place}: ${[...new Set(moving)].join(" ")}`).toBe(`${place}: `);
  });
});
