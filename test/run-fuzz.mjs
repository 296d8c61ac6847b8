// @ts-check
/**
 * `npm run fuzz`: runs the property tests over and over with new cases, until one fails or time is up.
 *
 *   npm run fuzz -- --minutes 5 test/data   for 5 minutes (default: 1), only files whose path contains "test/data"
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { installOrExit, ROOT } from "../src/cli/install.mjs";
import { runChild } from "./setup/run-child.mjs";

const { values, positionals } = parseArgs({
  options: { minutes: { type: "string", default: "1" } },
  allowPositionals: true,
});
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

const end = performance.now() + Number(values.minutes) * 60_000;
let rounds = 0;
do {
  process.env.TILT_FUZZ_SEED = String((Date.now() + rounds) % 0x7fffffff);
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
  if (!ok) {
    console.error(
      `\nFailed in round ${rounds}. Again, with the same cases: TILT_FUZZ_SEED=${process.env.TILT_FUZZ_SEED} npx vitest run --project node`,
    );
    process.exit(1);
  }
} while (performance.now() < end);
console.log(`\n${rounds} rounds over ${files.length} files, nothing found`);
