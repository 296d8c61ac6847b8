// @ts-check
/**
 * node src/cli/icons.mjs: draws public/icons/*.png from public/icon.svg in Chromium. The files are in the repository; run it
 * after a change of the mark.
 */
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { findChromium } from "../../test/setup/chromium.mjs";
import { ROOT } from "./install.mjs";

/** Name, pixels, and the share of the square that the mark's own square takes: masks may cut off all but the inner 80 %. */
const SIZES = /** @type {const} */ ([
  ["192", 192, 1],
  ["512", 512, 1],
  ["maskable-512", 512, 0.8],
  ["apple-touch", 180, 0.9],
]);

const mark = readFileSync(join(ROOT, "public/icon.svg"), "utf8");
const ground = /<rect[^>]*fill="([^"]+)"/.exec(mark)?.[1] ?? "#14181b";
const folder = join(ROOT, "public/icons");
mkdirSync(folder, { recursive: true });
const executablePath = findChromium();
const browser = await chromium.launch({ ...(executablePath && { executablePath }), args: ["--no-sandbox"] });
for (const [name, pixels, share] of SIZES) {
  const page = await browser.newPage({ viewport: { width: pixels, height: pixels } });
  const inner = Math.round(pixels * share);
  const edge = (pixels - inner) / 2;
  await page.setContent(
    `<style>html{background:${share < 1 ? ground : "transparent"}}body{margin:${edge}px}svg{display:block;width:${inner}px}</style>${mark}`,
  );
  await page.screenshot({ path: join(folder, `${name}.png`), omitBackground: true });
  await page.close();
}
await browser.close();
