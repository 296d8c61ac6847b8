/** The closing line is only as good as its arithmetic: every way a runner can fail has to show in it. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { countReport, countTests } from "./count-report.mjs";

const file = (status: string, ...tests: string[]) => ({
  status,
  assertionResults: tests.map((status) => ({ status })),
});
const report = () => join(mkdtempSync(join(tmpdir(), "tilt-report-")), "report.json");
const ends = (ok: boolean, path: string, content?: unknown) => async () => {
  if (content !== undefined) writeFileSync(path, JSON.stringify(content));
  return { ok, note: undefined };
};

test("passed, failed and skipped tests are added over files", () => {
  const testResults = [
    file("passed", "passed", "passed", "skipped"),
    file("failed", "failed", "todo"),
    file("passed", "pending"),
  ];
  expect(countTests({ testResults })).toEqual({ passed: 2, failed: 1, skipped: 3 });
});

test("a file that fails without a failed test counts once", () => {
  expect(countTests({ testResults: [file("failed"), file("failed", "passed")] })).toEqual({
    passed: 1,
    failed: 2,
    skipped: 0,
  });
});

test("a runner that fails although all tests passed is a failure", async () => {
  const path = report();
  const counts = await countReport(path, ends(false, path, { testResults: [file("passed", "passed")] }));
  expect(counts).toMatchObject({ passed: 1, failed: 1 });
});

test("a missing or broken report is a failure, and an old one is not believed", async () => {
  const path = report();
  writeFileSync(path, JSON.stringify({ testResults: [file("passed", "passed")] }));
  expect(await countReport(path, ends(true, path))).toMatchObject({ passed: 0, failed: 1 });
  expect(await countReport(path, ends(true, path, "no report"))).toMatchObject({ passed: 0, failed: 1 });
  expect(readFileSync(path, "utf8")).toBe('"no report"');
});

test("a test that needed a second try is named beside the counts", async () => {
  const path = report();
  const tests = [
    { status: "passed", fullName: "a page opens", failureMessages: ["timed out"] },
    { status: "passed", fullName: "a page closes", failureMessages: [] },
  ];
  const counts = await countReport(
    path,
    ends(true, path, { testResults: [{ status: "passed", assertionResults: tests }] }),
  );
  expect(counts).toMatchObject({ passed: 2, failed: 0, note: "at a second try: a page opens" });
});
