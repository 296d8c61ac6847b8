// @ts-check
/**
 * `npm run bench:import -- [--mb 200] [--rows short|long|huge|alike] [--port 5190]`: makes a file of JSON Lines of that size, drops it on
 * the built page in Chromium as a person would, and prints how long it took, the highest memory of the page's process and the longest tasks of its main thread: by the
 * clock, and the part of it that the thread computed (where other processes take the cores away, the clock runs on).
 */
import { spawn } from "node:child_process";
import { createWriteStream, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { CHROMIUM_ARGS, findChromium } from "../setup/chromium.mjs";

const { values } = parseArgs({
  options: {
    mb: { type: "string", default: "200" },
    rows: { type: "string", default: "short" },
    port: { type: "string", default: "5190" },
    out: { type: "string", default: "dist" },
  },
});
const bytes = Number(values.mb) * 1e6;
const path = join(tmpdir(), `tilt-import-${process.pid}.jsonl`);

/** Numbers below 1, always the same ones: Lehmer's generator. */
let state = 1;
function drawn() {
  state = (state * 48271) % 0x7fffffff;
  return state / 0x7fffffff;
}
const syllables = [
  "ka",
  "ro",
  "min",
  "tel",
  "su",
  "ven",
  "dra",
  "lo",
  "pin",
  "ga",
  "fer",
  "ni",
  "os",
  "tur",
  "bel",
  "quo",
];
const vocabulary = Array.from({ length: 20_000 }, () =>
  Array.from({ length: 1 + Math.floor(3 * drawn()) }, () => syllables[Math.floor(16 * drawn())]).join(""),
);
/** So many words of prose, the frequent ones often, with marks that no Latin-1 holds. @param {number} words */
function prose(words) {
  let text = "";
  for (let i = 0; i < words; i++) {
    text += vocabulary[Math.floor(20_000 * drawn() ** 3)];
    text += i % 90 === 89 ? ".\n\n“" : i % 17 === 16 ? "” — " : " ";
  }
  return text;
}

/** What a row says, by kind: texts that repeat themselves, prose of 1 to 40 kB, prose of half a megabyte, texts that are nearly one. */
const kinds = {
  /** @param {number} i */
  short(i) {
    const words = "the river rose over night and nobody had thought of the boats ".repeat(6);
    return [
      `Question ${i}? ${words.slice(i % 60)}`,
      ` ${i} yes, ${words}`,
      ` ${i} no, ${words.slice(0, 150)}`,
    ];
  },
  /** @param {number} i */
  long: (i) => [
    `${i}. ${prose(80)}`,
    prose(100 + Math.floor(3000 * drawn() ** 2)),
    prose(100 + Math.floor(2000 * drawn() ** 2)),
  ],
  /** @param {number} i */
  huge: (i) => [`${i}. ${prose(80)}`, prose(60_000), prose(30_000)],
  /** @param {number} i */
  alike(i) {
    const words = "the same old story told again in the same old words by the same old people ".repeat(4);
    return [`Tell it again, for the ${i}th time: ${words}`, `${words} ${i}`, `${words} not ${i} ${i % 7}`];
  },
};

/** Every thousandth row is broken, and the sixth. @param {number} i */
const broken = (i) => i === 5 || i % 1000 === 999;

/** Writes the file. */
async function make() {
  const file = createWriteStream(path);
  let written = 0;
  let good = 0;
  const say = kinds[/** @type {keyof typeof kinds} */ (values.rows)];
  for (let i = 0; written < bytes; i++) {
    const [prompt, chosen, rejected] = say(i);
    const row = { prompt, chosen, rejected };
    const line = broken(i) ? `{"prompt": "cut off ${i}\n` : `${JSON.stringify(row)}\n`;
    if (!broken(i)) good++;
    written += Buffer.byteLength(line);
    if (!file.write(line)) await new Promise((resolve) => file.once("drain", () => resolve(undefined)));
  }
  await new Promise((resolve) => file.end(() => resolve(undefined)));
  return { written, good };
}

/** The browser's main process, by its profile. @param {string} folder */
function mainProcess(folder) {
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name)))
    try {
      const args = readFileSync(`/proc/${pid}/cmdline`, "utf8");
      if (args.includes(`--user-data-dir=${folder}`) && !args.includes("--type=")) return Number(pid);
    } catch {
      // It ended.
    }
  throw new Error("The browser's process is not to be found.");
}

/** The page's process: the renderer with most memory, with its resident bytes. @param {number} root */
function renderer(root) {
  let most = { pid: 0, bytes: 0 };
  const queue = [root];
  for (let pid = queue.pop(); pid !== undefined; pid = queue.pop()) {
    try {
      const status = readFileSync(`/proc/${pid}/status`, "utf8");
      const args = readFileSync(`/proc/${pid}/cmdline`, "utf8");
      const bytes = 1024 * Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0);
      if (args.includes("--type=renderer") && bytes > most.bytes) most = { pid, bytes };
      for (const task of readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" "))
        if (task) queue.push(Number(task));
    } catch {
      // It ended.
    }
  }
  return most;
}

/** Milliseconds that a process's main thread has computed. @param {number} pid */
function computed(pid) {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, "utf8").split(" ")[0]) / 1e6;
  } catch {
    return 0;
  }
}

const { written, good } = await make();
const server = spawn(
  process.execPath,
  ["node_modules/vite/bin/vite.js", "preview", "--port", values.port, "--strictPort", "--outDir", values.out],
  { stdio: "ignore" },
);
const executablePath = findChromium();
// A profile of its own, as people have: a private window keeps on no disk what it stores.
const profile = mkdtempSync(join(tmpdir(), "tilt-import-profile-"));
const browser = await chromium.launchPersistentContext(profile, {
  ...(executablePath && { executablePath }),
  args: [...CHROMIUM_ARGS],
  viewport: { width: 1280, height: 800 },
});
const root = mainProcess(profile);
try {
  const page = await browser.newPage();
  await page.addInitScript(() => {
    /** @type {number[][]} */
    const tasks = [];
    Object.assign(globalThis, { tasks });
    new PerformanceObserver((list) =>
      tasks.push(...list.getEntries().map(({ startTime, duration }) => [startTime, duration])),
    ).observe({ type: "longtask" });
  });
  for (let i = 0; ; i++) {
    try {
      await page.goto(`http://localhost:${values.port}/#/workbench`);
      break;
    } catch (thrown) {
      if (i > 50) throw thrown;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
  await page.locator(".transport .main:not([disabled])").waitFor({ timeout: 120_000 });
  await page.waitForTimeout(2000);
  const loading = await page.evaluate(() => /** @type {any} */ (globalThis).tasks.length);
  const opened = await page.evaluate(() => performance.now());
  const before = renderer(root).bytes;
  let peak = before;
  /** @type {[at: number, bytes: number][]} */
  const sizes = [];
  /** @type {[at: number, computed: number][]} */
  const clock = [];
  const { pid } = renderer(root);
  const started = performance.now();
  const timer = setInterval(() => {
    const now = performance.now() - started;
    clock.push([now, computed(pid)]);
    if (clock.length % 5 !== 0) return;
    const { bytes: held } = renderer(root);
    sizes.push([now, held]);
    peak = Math.max(peak, held);
  }, 10);
  // By its path, as the browser's own dialog would: no copy on the way.
  const protocol = await page.context().newCDPSession(page);
  const expression = 'document.querySelector("#file")';
  const { objectId } = (await protocol.send("Runtime.evaluate", { expression })).result;
  await protocol.send("DOM.setFileInputFiles", { objectId, files: [path] });
  await page.locator("#left-out-count").waitFor({ timeout: 600_000 });
  const seconds = (performance.now() - started) / 1000;
  await page.waitForTimeout(20_000);
  const checked = (performance.now() - started) / 1000;
  clearInterval(timer);
  const tasks = /** @type {[at: number, lasts: number][]} */ (
    await page.evaluate(() => /** @type {any} */ (globalThis).tasks)
  ).slice(loading);
  const told = (await page.locator("tilt-dataset-panel").innerText())
    .replace(/[\u202f\u00a0]/g, "")
    .replace(/\s+/g, " ");
  const kept = /(\d+) kept/.exec(told)?.[1];
  const mb = (/** @type {number} */ n) => `${(n / 1e6).toFixed(0)} MB`;
  console.log(`${mb(written)} of JSON Lines: ${kept} of ${good} good rows kept, in ${seconds.toFixed(1)} s`);
  console.log(`page process: ${mb(before)} before, ${mb(peak)} at most`);
  console.log(
    `longest main-thread task: ${tasks.length === 0 ? "none over 50 ms" : `${Math.max(...tasks.map(([, lasts]) => lasts)).toFixed(0)} ms (${tasks.length} over 50 ms)`}`,
  );
  /** Computed up to some time, between two looks. @param {number} at */
  const computedAt = (at) => {
    const i = Math.max(
      1,
      clock.findIndex(([time]) => time >= at),
    );
    const [[a, from], [b, to]] = [clock[i - 1] ?? [0, 0], clock[i] ?? [1, 0]];
    return from + ((to - from) * Math.max(0, Math.min(b - a, at - a))) / Math.max(1e-9, b - a);
  };
  for (const [start, lasts] of tasks) {
    const at = start - opened;
    const own = computedAt(at + lasts) - computedAt(at);
    console.log(
      `  ${(at / 1000).toFixed(1)} s after the file was chosen: ${lasts.toFixed(0)} ms, of them ${own.toFixed(0)} ms computed`,
    );
  }
  const second = (/** @type {number} */ s) => sizes.findLast(([at]) => at <= 1000 * s)?.[1] ?? before;
  const every = Math.max(1, Math.round(checked / 12));
  const grows = Array.from({ length: Math.ceil(checked / every) + 1 }, (_, i) =>
    mb(second(i * every)).replace(" MB", ""),
  );
  console.log(`  MB every ${every} s: ${grows.join(" ")}`);
  if (Number(kept) !== good) process.exitCode = 1;
} finally {
  await browser.close();
  server.kill();
  rmSync(path, { force: true });
  rmSync(profile, { recursive: true, force: true });
}
