// @ts-check
/**
 * `npm run fuzz`: runs the property tests over and over with new cases, until one fails or time is up, and prints how many cases each
 * property and each importer had.
 *
 *   npm run fuzz -- --minutes 5 test/data     for 5 minutes (default: 1), only files whose path contains "test/data"
 *   npm run fuzz -- --seed 17 test/data       the cases of one round again
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { installOrExit, ROOT } from "../src/cli/install.mjs";
import { runChild } from "./setup/run-child.mjs";

const { values, positionals } = parseArgs({
  options: { minutes: { type: "string", default: "1" }, seed: { type: "string" } },
  allowPositionals: true,
});
const minutes = Number(values.minutes);
const first = values.seed === undefined ? Date.now() % 0x3fffffff : Number(values.seed);
if (!(minutes > 0) || !Number.isInteger(first)) {
  console.error("Say how long and from where: npm run fuzz -- --minutes 5 --seed 17");
  process.exit(2);
}
process.chdir(ROOT);
installOrExit();
const files = readdirSync("test", { recursive: true, encoding: "utf8" })
  .map((file) => join("test", file))
  .filter((file) => file.endsWith(".test.ts") && positionals.every((part) => file.includes(part)))
  .filter((file) => /from "fast-check"/.test(readFileSync(file, "utf8")));
if (files.length === 0) {
  console.error(`No property tests in files that match ${positionals.join(" ")}.`);
  process.exit(2);
}

/** Milliseconds that one property goes on for in one round: rounds of a minute or so, or less where there is less time. */
const each = Math.max(500, Math.min(5000, (minutes * 60_000) / 16));
const folder = mkdtempSync(join(tmpdir(), "tilt-fuzz-"));
const told = join(folder, "counts.jsonl");
const started = performance.now();
const end = started + minutes * 60_000;
let rounds = 0;
let failed = false;
do {
  process.env.TILT_FUZZ_SEED = String(first + rounds);
  process.env.TILT_FUZZ_MS = String(each);
  process.env.TILT_FUZZ_COUNTS = told;
  const run = [
    "node_modules/vitest/vitest.mjs",
    "run",
    "--project",
    "node",
    "--testTimeout=600000",
    ...files,
  ];
  const { ok } = await runChild([...run, "--reporter=dot"], 30 * 60_000);
  rounds++;
  failed = !ok;
} while (!failed && values.seed === undefined && performance.now() < end);

/** @type {Map<string, number>} */
const counts = new Map();
try {
  for (const line of readFileSync(told, "utf8").trim().split("\n"))
    for (const [name, cases] of JSON.parse(line)) counts.set(name, (counts.get(name) ?? 0) + cases);
} catch {
  console.error("No round came to its end.");
}
rmSync(folder, { recursive: true, force: true });

/** @param {string} title @param {(name: string) => boolean} which */
function print(title, which) {
  const lines = [...counts].filter(([name]) => which(name)).sort(([a], [b]) => (a < b ? -1 : 1));
  if (lines.length === 0) return;
  const sum = lines.reduce((total, [, cases]) => total + cases, 0);
  console.log(`\n${title}: ${sum.toLocaleString("en")} cases`);
  for (const [name, cases] of lines)
    console.log(`${cases.toLocaleString("en").padStart(12)}  ${name.replace(/^importer: /, "")}`);
}
const ofImporter = (/** @type {string} */ name) => name.startsWith("importer: ");
print("Properties", (name) => !ofImporter(name));
print("Importers", ofImporter);
const took = ((performance.now() - started) / 60_000).toFixed(1);
if (failed) {
  const seed = first + rounds - 1;
  console.error(
    `\nFailed in round ${rounds}, seed ${seed}; the output above has fast-check's own seed and path. The same cases again: npm run fuzz -- --seed ${seed} ${positionals.join(" ")}`,
  );
  process.exit(1);
}
console.log(
  `\n${rounds} rounds over ${files.length} files in ${took} minutes, seeds ${first} to ${first + rounds - 1}: nothing found`,
);
