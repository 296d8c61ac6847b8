// @ts-check
/**
 * `npm run screenshots [-- --out DIR] [--only TEXT,…] [--looks light,narrow]`: pictures of every view and stage, each light,
 * dark, on phones, on a wide screen and on paper (a PDF, and a picture of it as one long page). A page is brought to its state once and then shown in every look.
 */
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { createServer } from "vite";
import { installOrExit, ROOT } from "../src/cli/install.mjs";
import { shots } from "./screenshots/shots.mjs";
import { CHROMIUM_ARGS } from "./setup/chromium.mjs";
import { ensureChromium } from "./setup/install-chromium.mjs";

const { values } = parseArgs({
  options: { out: { type: "string" }, only: { type: "string" }, looks: { type: "string" } },
});
const out = resolve(values.out ?? join(ROOT, "test/results/screenshots/views"));

/**
 * @typedef {{ scheme: "light" | "dark", width: number, height: number, paper?: true }} Look
 * @type {Readonly<Record<string, Look>>}
 */
const LOOKS = {
  light: { scheme: "light", width: 1440, height: 900 },
  dark: { scheme: "dark", width: 1440, height: 900 },
  narrow: { scheme: "light", width: 390, height: 844 },
  "narrow-dark": { scheme: "dark", width: 390, height: 844 },
  tiny: { scheme: "light", width: 320, height: 640 },
  wide: { scheme: "light", width: 2560, height: 1440 },
  // A4 between margins of 14 mm, at 96 px per inch.
  paper: { scheme: "light", width: 688, height: 1017, paper: true },
};
const wanted = values.looks?.split(",") ?? Object.keys(LOOKS);
/** Milliseconds in which charts, which are drawn one after the other, settle after a change of size. */
const SETTLE = 1200;

installOrExit();
process.env.CHROMIUM = ensureChromium();
mkdirSync(out, { recursive: true });
const server = await createServer({
  root: ROOT,
  logLevel: "error",
  server: { host: "127.0.0.1", port: 0, open: false, hmr: false },
});
await server.listen();
const listening = server.httpServer?.address();
if (!listening || typeof listening === "string") throw new Error("the server has no port");
const base = `http://localhost:${listening.port}/`;
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: [...CHROMIUM_ARGS] });

/** Names of the made-up engine's scenes, as its page says them. @returns {Promise<string[]>} */
async function sceneNames() {
  const page = await browser.newPage();
  await page.goto(`${base}test/browser/ui/page.html?state=fresh#/workbench`);
  await page.locator("body[data-ready]").waitFor({ timeout: 60_000 });
  const names = await page.evaluate(() => document.body.dataset.scenes ?? "");
  await page.close();
  return names.split(" ");
}

const all = shots(await sceneNames()).filter(({ name }) =>
  (values.only ?? "").split(",").some((part) => name.includes(part)),
);
console.log(`${all.length * wanted.length} pictures into ${out}`);
let failed = 0;
for (const { name, address, act } of all) {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    serviceWorkers: "block",
  });
  const page = await context.newPage();
  try {
    await page.goto(base + address);
    await act(page);
    for (const look of wanted) {
      const { scheme, width, height, paper } = LOOKS[look] ?? LOOKS.light;
      if (paper) await page.pdf({ path: join(out, `${name}.pdf`), format: "A4", preferCSSPageSize: true });
      await page.emulateMedia({ colorScheme: scheme, media: paper ? "print" : "screen" });
      await page.setViewportSize({ width, height });
      if (paper) await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
      await page.waitForTimeout(SETTLE);
      await page.screenshot({ path: join(out, `${name}-${look}.png`), fullPage: true });
    }
  } catch (thrown) {
    failed++;
    console.error(
      `${name}: ${thrown instanceof Error ? thrown.message.split("\n").slice(0, 3).join(" ") : thrown}`,
    );
  }
  await context.close();
}
await browser.close();
await server.close();
console.log(failed === 0 ? "done" : `${failed} could not be made`);
process.exit(failed === 0 ? 0 : 1);
