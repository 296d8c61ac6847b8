/**
 * npm run bench -- [--peers DIR] [--json OUT] [--profile] [--compile] [--large F] [--model M] [--node] [--work a,b] [--runs N] [--only a,b]
 *
 *   (nothing)     products and training steps of Tilt alone
 *   --peers DIR   the same, and each workload against the peers' harness in DIR, which is copied and never written to
 *   --profile     time of every kind of dispatch in a training step of --model: lm (default), chatter, "dpo shared", "dpo apart", "dpo padded"
 *   --compile     what compiling each kernel of a training step costs
 *   --large F     one step of a 135M-parameter model with adapters over weights stored as F (f32, f16, bf16): its memory
 *   --node        in Node on Dawn instead of headless Chromium on SwiftShader: for machines with a GPU
 *   --work        workloads of the comparison (gemm512, gemm1024, classifier, lm) or "none", "tilings", "steps"
 *   --only        peers to run, default jaxjs,tfjs,webgpu-torch,raw
 *   --json OUT    everything measured, as JSON
 *
 * Times are medians in milliseconds. Compare numbers of one invocation only.
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { cpus, tmpdir } from "node:os";
import { extname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { build } from "vite";
import { CHROMIUM_ARGS, findChromium } from "../setup/chromium.mjs";
import { gpuCpuMs } from "./gpu_cpu.mjs";
import { printCompile, printProfile, printSteps, printTable, printTilings } from "./print.mjs";

const { values: options } = parseArgs({
  options: {
    peers: { type: "string" },
    json: { type: "string" },
    profile: { type: "boolean", default: false },
    compile: { type: "boolean", default: false },
    model: { type: "string", default: "lm" },
    large: { type: "string" },
    node: { type: "boolean", default: false },
    work: { type: "string", default: "gemm512,gemm1024,classifier,lm,tilings,steps" },
    only: { type: "string", default: "jaxjs,tfjs,webgpu-torch,raw" },
    runs: { type: "string", default: "5" },
    models: { type: "string", default: "lm,chatter,dpo shared,dpo apart,dpo padded" },
  },
});
const runs = Number(options.runs);
const work = options.work.split(",");
const HARNESS_WORK = ["gemm512", "gemm1024", "classifier", "lm"];
const project = resolve(fileURLToPath(import.meta.url), "../../..");
const folder = mkdtempSync(join(tmpdir(), "tilt-bench-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

await build({
  root: project,
  configFile: join(project, "vite.config.ts"),
  logLevel: "error",
  publicDir: false,
  build: {
    outDir: folder,
    emptyOutDir: false,
    minify: false,
    target: "es2023",
    lib: { entry: join(project, "test/bench/measures.ts"), formats: ["es"], fileName: () => "tilt.js" },
  },
});

/** @type {Record<string, unknown>} */
const result = { date: new Date().toISOString(), cpu: `${cpus()[0]?.model} x${cpus().length}`, runs };
const harness = options.peers && copyHarness(resolve(options.peers));
const rawModule = harness ? "/peers/src/entries/raw.js" : undefined;

if (options.large) {
  result.large = await inDevice("large", [options.large]);
  console.log(result.large);
} else if (options.compile) {
  result.compile = await inDevice("compileCosts", [options.model]);
  printCompile(options.model, result.compile);
} else if (options.profile) {
  const rows = await inDevice("profileStep", [options.model, Math.min(runs, 5)]);
  result.profile = { model: options.model, rows };
  printProfile(options.model, rows);
} else {
  if (harness && HARNESS_WORK.some((name) => work.includes(name))) {
    result.rows = options.node ? await runEntriesInNode() : runHarness();
    result.workloads = printTable(result.rows, HARNESS_WORK);
  }
  if (work.includes("tilings")) {
    result.tilings = await inDevice("tilings", [rawModule, runs]);
    result.peak = await inDevice("peak", []);
    printTilings(result.tilings, result.peak);
  }
  if (work.includes("steps")) {
    result.steps = await inDevice("timeSteps", [options.models.split(","), runs]);
    printSteps(result.steps);
  }
}
if (options.json) writeFileSync(options.json, `${JSON.stringify(result, null, 1)}\n`);
process.exit(0); // Dawn and the browser leave handles open

/** Copies the harness without its installed packages' size in mind, installs where needed, adds Tilt as an entry. */
function copyHarness(from) {
  const to = join(folder, "peers");
  cpSync(from, to, { recursive: true, dereference: false });
  spawnSync("chmod", ["-R", "u+w", to]);
  if (!existsSync(join(to, "node_modules"))) {
    const install = spawnSync("npm", ["ci", "--no-audit", "--no-fund"], { cwd: to, stdio: "inherit" });
    if (install.status !== 0) throw new Error(`npm ci failed in a copy of ${from}`);
  }
  cpSync(join(folder, "tilt.js"), join(to, "src/entries/tilt-built.js"));
  writeFileSync(
    join(to, "src/entries/tilt.js"),
    "import * as spec from '../spec.js';\nimport { tiltEntry } from './tilt-built.js';\nexport default tiltEntry(spec);\n",
  );
  const page = join(to, "src/page.js");
  const text = readFileSync(page, "utf8");
  const patched = text.replace(
    "const entries = {",
    "const entries = {\n  tilt: () => import('./entries/tilt.js'),",
  );
  if (patched === text) throw new Error(`${from}/src/page.js has no list of entries to add Tilt to`);
  // The harness times by the clock; the copy also notes the GPU process's CPU time of each step.
  const timed = patched
    .replace(
      "    const t = performance.now();",
      "    const cpu = await window.gpuCpuMs();\n    const t = performance.now();",
    )
    .replace(
      "    if (i >= warmup) times.push(dt);",
      "    if (i >= warmup) { times.push(dt); cpus.push((await window.gpuCpuMs()) - cpu); }",
    )
    .replace("  const times = [];", "  const times = [], cpus = [];")
    .replace("medianMs: med(times),", "medianMs: med(times), cpuMs: med(cpus),");
  writeFileSync(page, timed);
  const runner = join(to, "run.mjs");
  const opening = "const page = await browser.newPage();";
  writeFileSync(
    runner,
    readFileSync(runner, "utf8")
      .replace(opening, `${opening}\n    await page.exposeFunction("gpuCpuMs", gpuCpuMs);`)
      .replace(/^import http/m, "import { gpuCpuMs } from './gpu_cpu.mjs';\nimport http"),
  );
  cpSync(join(project, "test/bench/gpu_cpu.mjs"), join(to, "gpu_cpu.mjs"));
  return to;
}

/** The harness's own runner over the peers and Tilt: a fresh browser per measurement. */
function runHarness() {
  const run = spawnSync(
    "node",
    [
      "run.mjs",
      ...[
        "--only",
        `tilt,${options.only}`,
        "--work",
        work.filter((name) => HARNESS_WORK.includes(name)).join(","),
      ],
      ...["--runs", String(runs), "--warmup", "2", "--budget", "30000", "--out", "tilt"],
    ],
    { cwd: harness, stdio: ["ignore", "inherit", "inherit"] },
  );
  if (run.status !== 0) throw new Error("the peers' harness failed");
  return JSON.parse(readFileSync(join(harness, "results/tilt.json"), "utf8")).rows;
}

/** Tilt, jax-js and raw in this process on Dawn: the other peers need a page. */
async function runEntriesInNode() {
  await provideDawn();
  const { default: esbuild } = await import(
    pathToFileURL(join(harness, "node_modules/esbuild/lib/main.js")).href
  );
  const rows = [];
  const names = options.only.split(",").filter((name) => name === "jaxjs" || name === "raw");
  for (const entry of ["tilt", ...names]) {
    const out = join(folder, `${entry}.mjs`);
    await esbuild.build({
      entryPoints: [join(harness, `src/entries/${entry}.js`)],
      bundle: true,
      format: "esm",
      mainFields: ["module", "main"],
      outfile: out,
      logLevel: "error",
    });
    const { default: made } = await import(pathToFileURL(out).href);
    await made.init();
    for (const workload of work.filter((name) => HARNESS_WORK.includes(name) && made.workloads[name])) {
      const running = await made.workloads[workload]();
      const times = [];
      const losses = [];
      for (let i = 0; i < runs + 2; i++) {
        const start = performance.now();
        losses.push(await running.run());
        if (i >= 2) times.push(performance.now() - start);
      }
      times.sort((a, b) => a - b);
      rows.push({
        entry,
        workload,
        medianMs: times[times.length >> 1],
        minMs: times[0],
        losses: losses.slice(0, 6),
      });
    }
  }
  return rows;
}

/** Calls an export of test/bench/measures.ts in a fresh browser, or here on Dawn. */
async function inDevice(name, args) {
  if (options.node) {
    await provideDawn();
    const page = await import(pathToFileURL(join(folder, "tilt.js")).href);
    const raw = harness && (await import(pathToFileURL(join(harness, "src/entries/raw.js")).href));
    return page[name](...args.map((arg) => (arg === rawModule && rawModule ? raw : arg)));
  }
  const { chromium } = await import("playwright-core");
  const server = serve();
  const executablePath = findChromium();
  const browser = await chromium.launch({
    ...(executablePath && { executablePath }),
    headless: true,
    // Unrounded clocks: browsers round timestamp queries for pages, not for people who measure.
    args: [...CHROMIUM_ARGS, "--disable-dawn-features=timestamp_quantization"],
  });
  result.chromium = browser.version();
  try {
    const page = await browser.newPage();
    page.on("pageerror", (error) => console.error(error.message));
    await page.exposeFunction("gpuCpuMs", gpuCpuMs);
    await page.goto(`http://localhost:${server.address().port}/`);
    return await page.evaluate(
      async ([fn, given, raw]) => {
        const tilt = await import("/tilt.js");
        const loaded = raw && (await import(raw));
        return tilt[fn](...given.map((arg) => (raw && arg === raw ? loaded : arg)));
      },
      [name, args, rawModule],
    );
  } finally {
    await browser.close();
    server.close();
  }
}

async function provideDawn() {
  const { create, globals } = await import("webgpu");
  Object.assign(globalThis, globals);
  if (!globalThis.navigator?.gpu) {
    const flags = ["disable-dawn-features=timestamp_quantization"];
    // jax-js asks for userAgent.
    const value = { gpu: create(flags), userAgent: `Node ${process.version}` };
    Object.defineProperty(globalThis, "navigator", { value, configurable: true });
  }
}

function serve() {
  const types = { ".js": "text/javascript", ".html": "text/html" };
  return createServer((request, response) => {
    const path = decodeURIComponent(request.url.split("?")[0]);
    if (path === "/") {
      response.writeHead(200, { "content-type": "text/html" });
      response.end(
        '<!doctype html><meta charset="utf-8"><title>bench</title><link rel="icon" href="data:,">',
      );
      return;
    }
    const file = join(folder, path);
    if (!file.startsWith(folder) || !existsSync(file)) {
      response.writeHead(404);
      response.end();
      return;
    }
    response.writeHead(200, { "content-type": types[extname(file)] ?? "application/octet-stream" });
    response.end(readFileSync(file));
  }).listen(0);
}
