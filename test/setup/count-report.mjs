// @ts-check
/** Counts the tests of a Vitest run from its JSON report. Whatever the report does not account for is a failure. */
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname } from "node:path";

/**
 * @typedef {{ passed: number, failed: number, skipped: number, note?: string | undefined }} Counts
 */

/** @typedef {{ status: string, fullName?: string, failureMessages?: string[] }} Assertion */

/**
 * Names of tests that passed after a try that failed; a sound suite has none.
 * @param {{ testResults: { assertionResults: Assertion[] }[] }} report JSON report of Vitest
 */
export function secondTries(report) {
  return report.testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status, failureMessages }) => status === "passed" && (failureMessages?.length ?? 0) > 0)
    .map(({ fullName }) => fullName ?? "a test");
}

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
  /** @type {string[]} */
  let second;
  try {
    const report = JSON.parse(readFileSync(path, "utf8"));
    counts = countTests(report);
    second = secondTries(report);
  } catch (thrown) {
    return { passed: 0, failed: 1, skipped: 0, note: ended.note ?? `no report: ${thrown}` };
  }
  // An error outside every test, or a runner that died late, must not look like success.
  if (!ended.ok && counts.failed === 0) {
    return { ...counts, failed: 1, note: ended.note ?? "the runner failed outside its tests" };
  }
  return {
    ...counts,
    note: ended.note ?? (second.length > 0 ? `at a second try: ${second.join("; ")}` : undefined),
  };
}
