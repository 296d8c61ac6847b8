// @ts-check
/** Counts the tests of a Vitest run from its JSON report. Whatever the report does not account for is a failure. */
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname } from "node:path";

/**
 * @typedef {{ passed: number, failed: number, skipped: number, note?: string | undefined }} Counts
 */

/**
 * @param {{ testResults: { status: string, assertionResults: { status: string }[] }[] }} report JSON report of Vitest
 * @returns {Counts}
 */
export function countTests(report) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const file of report.testResults) {
    const failedBefore = counts.failed;
    for (const test of file.assertionResults) {
      if (test.status === "passed") counts.passed++;
      else if (test.status === "failed") counts.failed++;
      else counts.skipped++;
    }
    // A file that broke outside its tests (an import, a hook, a describe) has no failing test to show for it.
    if (file.status === "failed" && counts.failed === failedBefore) counts.failed++;
  }
  return counts;
}

/**
 * @param {string} path where `run` writes the report; an older one is removed first
 * @param {() => Promise<import("./run-child.mjs").Ended>} run starts the runner and says how it ended
 * @returns {Promise<Counts>}
 */
export async function countReport(path, run) {
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { force: true });
  const ended = await run();
  let counts;
  try {
    counts = countTests(JSON.parse(readFileSync(path, "utf8")));
  } catch (thrown) {
    return { passed: 0, failed: 1, skipped: 0, note: ended.note ?? `no report: ${thrown}` };
  }
  // An error outside every test, or a runner that died late, must not look like success.
  if (!ended.ok && counts.failed === 0) {
    return { ...counts, failed: 1, note: ended.note ?? "the runner failed outside its tests" };
  }
  return { ...counts, note: ended.note };
}
