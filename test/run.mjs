// @ts-check
/**
 * `npm test`: installs what is missing, runs every check, and ends with one line that adds them all up.
 *
 *   npm test -- --only node,browser     only these stages (types, lint, node, browser, e2e)
 *   npm test -- --only node test/data   only test files whose path contains "test/data"
 */
import { parseArgs } from "node:util";
import { installPackages, ROOT } from "../src/cli/install.mjs";
import { countReport } from "./setup/count-report.mjs";
import { ensureChromium } from "./setup/install-chromium.mjs";
import { runChild } from "./setup/run-child.mjs";

const MINUTES = 60_000;

/**
 * @typedef {import("./setup/count-report.mjs").Counts} Counts
 * @typedef {(files: string[]) => Promise<Counts>} Stage
 */

/**
 * A check that is one program: it passes or it fails.
 * @param {...string} args
 * @returns {Stage}
 */
const program =
  (...args) =>
  async () => {
    const ended = await runChild(args, 5 * MINUTES);
    return { passed: ended.ok ? 1 : 0, failed: ended.ok ? 0 : 1, skipped: 0, note: ended.note };
  };

/**
 * A Vitest project: as many checks as it has tests.
 * @param {string} project
 * @param {boolean} needsChromium
 * @returns {Stage}
 */
const vitest = (project, needsChromium) => async (files) => {
  if (needsChromium) process.env.CHROMIUM = ensureChromium();
  const report = `test/results/${project}.json`;
  const run = ["node_modules/vitest/vitest.mjs", "run", "--project", project, ...files];
  return countReport(report, () =>
    runChild([...run, "--reporter=default", "--reporter=json", `--outputFile.json=${report}`], 15 * MINUTES),
  );
};

/** @type {Record<string, Stage>} */
const STAGES = {
  types: program("node_modules/typescript/bin/tsc", "--noEmit"),
  lint: program("node_modules/@biomejs/biome/bin/biome", "check"),
  node: vitest("node", false),
  browser: vitest("browser", true),
  e2e: vitest("e2e", true),
};

function chosen() {
  const { values, positionals } = parseArgs({
    options: { only: { type: "string", multiple: true } },
    allowPositionals: true,
  });
  const names = values.only?.flatMap((list) => list.split(",")) ?? Object.keys(STAGES);
  for (const name of names) {
    if (!Object.hasOwn(STAGES, name)) {
      console.error(`--only ${name}: the stages are ${Object.keys(STAGES).join(", ")}`);
      process.exit(2);
    }
  }
  return { names, files: positionals };
}

const { names, files } = chosen();
process.chdir(ROOT);

const total = { passed: 0, failed: 0, skipped: 0 };
const summary = [];
const obstacle = installPackages();
if (obstacle !== undefined) {
  summary.push(obstacle);
  total.failed++;
}
for (const name of obstacle === undefined ? names : []) {
  console.log(`\n── ${name} ${"─".repeat(72 - name.length)}`);
  const start = performance.now();
  /** @type {Counts} */
  let counts;
  try {
    counts = await /** @type {Stage} */ (STAGES[name])(files);
  } catch (thrown) {
    counts = { passed: 0, failed: 1, skipped: 0, note: String(thrown) };
  }
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped += counts.skipped;
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const line = `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;
  summary.push(
    `${name.padEnd(8)} ${line.padEnd(40)} ${seconds.padStart(6)} s${counts.note ? `   ${counts.note}` : ""}`,
  );
}

console.log(`\n${summary.join("\n")}\n`);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
