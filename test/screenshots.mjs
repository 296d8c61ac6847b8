// @ts-check
/**
 * `npm run screenshots [-- --out DIR] [--only TEXT]`: pictures of every view and stage, each light, dark and on a phone.
 * Stages are shown by the made-up engine of test/browser/ui in all its scenes; Play, sweeps, links and whatever else the
 * navigation names by the real one.
 */
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { createServer } from "vite";
import { installOrExit, ROOT } from "../src/cli/install.mjs";
import { CHROMIUM_ARGS } from "./setup/chromium.mjs";
import { ensureChromium } from "./setup/install-chromium.mjs";

const { values } = parseArgs({ options: { out: { type: "string" }, only: { type: "string" } } });
const out = resolve(values.out ?? join(ROOT, "test/results/screenshots/views"));

const LOOKS = /** @type {const} */ ({
  light: { colorScheme: "light", viewport: { width: 1440, height: 900 } },
  dark: { colorScheme: "dark", viewport: { width: 1440, height: 900 } },
  narrow: { colorScheme: "light", viewport: { width: 390, height: 844 } },
});
const STAGES = ["data", "ratio", "policy", "results"];
/** Scenes that every stage is shown in; the others on the stage that they are about. */
const EVERYWHERE = ["fresh", "busy", "done", "failed", "empty"];
const ABOUT = {
  importing: "data",
  imported: "data",
  refused: "data",
  untold: "data",
  row: "data",
  deleted: "results",
};

/**
 * @typedef {import("playwright-core").Page} Page
 * @typedef {{ name: string, address: string, act?: (page: Page) => Promise<unknown> }} Shot
 */

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

/** @param {string} state @param {string} [stage] */
const scene = (state, stage = "policy") =>
  `test/browser/ui/page.html?state=${state}&stage=${stage}#/workbench`;
/** @param {Page} page */
const sceneReady = (page) => page.locator("body[data-ready]").waitFor({ timeout: 60_000 });
/** @param {Page} page */
const viewReady = async (page) => {
  await page.locator("main").waitFor();
  await page.waitForFunction(
    () => !/^(Fetching|Drawing)/.test(document.querySelector("main")?.innerText ?? ""),
  );
  await page.locator(".multiples.waiting").waitFor({ state: "detached", timeout: 60_000 });
};
/** Composes a small sweep and starts it. @param {Page} page */
const startSweep = async (page) => {
  await page.locator(".choice", { hasText: "λ sensitivity" }).click();
  const small = {
    "data.groups": 80,
    "sft.steps": 4,
    "train.steps": 12,
    "train.evalEvery": 3,
    "model.layers": 1,
  };
  for (const [path, value] of Object.entries(small)) {
    const control = page.locator(`#f-${path.replaceAll(".", "-")}`);
    if ((await control.count()) === 0) await page.selectOption("#fix-field", path);
    await control.fill(String(value));
    await control.blur();
  }
  await page.locator("#axis-train-lambda-values").fill("0.1, 10");
  await page.locator("#axis-train-lambda-values").blur();
  await page.locator("#sweep-seeds").fill("1-3");
  await page.locator("#sweep-seeds").blur();
  await page.getByRole("button", { name: /^Start \d+ runs/ }).click();
  await page.locator(".sweep-pace b").waitFor({ timeout: 60_000 });
};

/** @returns {Promise<Shot[]>} */
async function shots() {
  const page = await browser.newPage();
  await page.goto(base + scene("fresh"));
  await sceneReady(page);
  const scenes = (await page.evaluate(() => document.body.dataset.scenes ?? "")).split(" ");
  const views = await page
    .locator("header nav a")
    .evaluateAll((links) => links.map((link) => link.getAttribute("href") ?? ""));
  await page.close();
  /** @type {Shot[]} */
  const found = [];
  for (const name of scenes) {
    const stages = EVERYWHERE.includes(name)
      ? STAGES
      : [/** @type {Record<string, string>} */ (ABOUT)[name] ?? "policy"];
    for (const stage of stages)
      found.push({ name: `workbench-${stage}-${name}`, address: scene(name, stage), act: sceneReady });
  }
  for (const view of views.filter((one) => !/play|workbench/.test(one)))
    found.push({ name: `${view.slice(2).replaceAll("/", "-")}-idle`, address: view, act: viewReady });
  found.push(
    { name: "play-idle", address: "?paused#/play", act: viewReady },
    {
      name: "play-busy",
      address: "#/play",
      act: (page) =>
        page.waitForFunction(() => Number(document.querySelector(".deck .count b")?.textContent) > 40),
    },
    {
      name: "play-finished",
      address: "#/play",
      act: (page) => page.getByText(/Human reward over [3-9] seeds/).waitFor({ timeout: 180_000 }),
    },
    {
      name: "play-table",
      address: "?paused#/play",
      act: async (page) => {
        await viewReady(page);
        await page.getByRole("button", { name: /table of the timeline/ }).click();
      },
    },
    { name: "sweeps-busy", address: "#/sweeps", act: startSweep },
    {
      name: "sweeps-finished",
      address: "#/sweeps",
      act: async (page) => {
        await startSweep(page);
        await page.getByText(/\d+ runs done/).waitFor({ timeout: 240_000 });
      },
    },
    {
      name: "sweeps-error",
      address: "#/sweeps/not-there",
      act: (page) => page.locator(".problem").waitFor(),
    },
    { name: "link-card", address: "#v=1&train.strategy=dora_inside&train.lambda=0.5", act: viewReady },
    { name: "link-error", address: "#z1=cut", act: viewReady },
  );
  return found.filter(({ name }) => name.includes(values.only ?? ""));
}

const all = await shots();
console.log(`${all.length * Object.keys(LOOKS).length} pictures into ${out}`);
let failed = 0;
for (const { name, address, act } of all) {
  for (const [look, options] of Object.entries(LOOKS)) {
    const page = await browser.newPage({ ...options, deviceScaleFactor: 1 });
    try {
      await page.goto(base + address);
      await act?.(page);
      await page.waitForTimeout(250);
      await page.screenshot({ path: join(out, `${name}-${look}.png`), fullPage: true });
    } catch (thrown) {
      failed++;
      console.error(`${name}-${look}: ${thrown instanceof Error ? thrown.message.split("\n")[0] : thrown}`);
    }
    await page.close();
  }
}
await browser.close();
await server.close();
console.log(failed === 0 ? "done" : `${failed} could not be made`);
process.exit(failed === 0 ? 0 : 1);
