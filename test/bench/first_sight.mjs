// @ts-check
/**
 * npm run bench:first-sight: how soon a visitor of the built page sees what. Fresh profiles on the same machine, medians of five; the
 * server is local, so this times the page and not a network.
 */
import { resolve } from "node:path";
import { chromium } from "playwright-core";
import { preview } from "vite";
import { CHROMIUM_ARGS, findChromium } from "../setup/chromium.mjs";

const VISITS = 5;
const root = resolve(import.meta.dirname, "../..");
const server = await preview({
  root,
  logLevel: "warn",
  preview: { host: "127.0.0.1", port: 0, open: false },
});
const address = server.httpServer.address();
if (address === null || typeof address === "string") throw new Error("the preview server has no port");
const executablePath = findChromium();
const browser = await chromium.launch({
  ...(executablePath && { executablePath }),
  args: [...CHROMIUM_ARGS],
});

/** @type {Record<string, number[]>} */
const times = {
  "first paint": [],
  "controls answer": [],
  "four policies drawn": [],
  "training has moved": [],
};
/** @param {string} what @param {number} ms */
const note = (what, ms) => times[what]?.push(ms);

for (let i = 0; i < VISITS; i++) {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    serviceWorkers: "block",
  });
  const page = await context.newPage();
  const now = () => page.evaluate(() => performance.now());
  await page.goto(`http://localhost:${address.port}/`);
  await page.locator("header nav a", { hasText: "Workbench" }).waitFor();
  note("controls answer", await now());
  await page.locator("tilt-plane canvas").nth(3).waitFor();
  note("four policies drawn", await now());
  const step = page.locator(".deck .count b", { hasText: /^[1-9]/ });
  await step.waitFor();
  note("training has moved", await now());
  note(
    "first paint",
    await page.evaluate(
      () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.NaN,
    ),
  );
  await context.close();
}
await browser.close();
await server.close();

for (const [what, all] of Object.entries(times)) {
  const sorted = all.toSorted((a, b) => a - b);
  const at = (/** @type {number} */ index) => (sorted[index] ?? Number.NaN).toFixed(0).padStart(6);
  console.log(`${what.padEnd(20)} ${at(VISITS >> 1)} ms   ${at(0)} to ${at(VISITS - 1)}`);
}
process.exit(0); // the preview server leaves handles open
