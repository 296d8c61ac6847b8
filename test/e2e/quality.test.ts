/** What holds on every view and stage, found by walking the page’s own navigation. */
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
    await expect.poll(() => page.locator("main").innerText()).not.toMatch(/^(Fetching this part|$)/);
    if ((await page.locator("tilt-rail").count()) === 0) {
      await look(address);
      continue;
    }
    await ready(page);
    for (const stage of Object.keys(STAGES) as (keyof typeof STAGES)[]) {
      await goTo(page, stage);
      await look(`${address} ${stage}`);
    }
  }
}

test("with less motion nothing moves by itself but data", async () => {
  visit = await openPage("#/workbench", { reducedMotion: "reduce" });
  const { page } = visit;
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
