/** `tilt run` and `tilt export`, as functions: files in a folder, checked one by one. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { exportRun } from "../../src/cli/export.ts";
import { run } from "../../src/cli/run.ts";
import { importFiles } from "../../src/data/import.ts";
import type { RunRecord } from "../../src/experiment/events.ts";
import { fileAt } from "../data/helpers.ts";
import { tinySpec } from "../experiment/tiny.ts";

const folder = mkdtempSync(join(tmpdir(), "tilt-cli-"));
const at = (name: string) => join(folder, name);
const read = (name: string) => readFileSync(at(name), "utf8");
const rows = (text: string) =>
  text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

beforeAll(async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  vi.spyOn(console, "log").mockImplementation(() => {});
  const pairs = Array.from({ length: 20 }, (_, i) => ({
    prompt: `Say ${i}`,
    chosen: `well then ${i % 5}`,
    rejected: `certainly, ${i % 3}`,
    chosen_source: "human",
    rejected_source: "model",
  }));
  writeFileSync(at("pairs.jsonl"), pairs.map((row) => `${JSON.stringify(row)}\n`).join(""));
  writeFileSync(at("spec.json"), JSON.stringify(tinySpec({ "ratio.folds": 2, "data.target": "human" })));
  expect(
    await run([at("spec.json"), "--data", at("pairs.jsonl"), "--out", at("out"), "--backend", "cpu"]),
  ).toBe(0);
}, 60_000);
afterAll(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

it("writes the file back, in every container, with what the run found", async () => {
  const record = JSON.parse(read("out/run.json")) as RunRecord;
  for (const format of ["jsonl", "csv", "parquet"]) {
    const args = [at("out/run.json"), "--data", at("pairs.jsonl"), "--format", format, "--out", at("back")];
    expect(await exportRun(args)).toBe(0);
    const name = readdirSync(at("back")).find((file) => file.endsWith(format))!;
    const { dataset } = await importFiles([fileAt(at(`back/${name}`))]);
    expect(dataset.groups.map(({ prompt }) => prompt)).toEqual(
      Array.from({ length: 20 }, (_, i) => `Say ${i}`),
    );
    if (format !== "jsonl") continue;
    const out = rows(read(`back/${name}`));
    expect(out.every(({ h, fold }) => (h as number[]).length === 2 && (fold === 0 || fold === 1))).toBe(true);
    expect(out.filter(({ weight }) => weight !== null)).toHaveLength(
      record.lastWeights.filter((weight) => weight !== null).length,
    );
  }
});

it("writes what trains another model", async () => {
  await exportRun([at("out/run.json"), "--data", at("pairs.jsonl"), "--format", "trl", "--out", at("trl")]);
  expect(readdirSync(at("trl")).toSorted()).toEqual(["objective.py", "preferences.jsonl", "train.py"]);
  const pairs = rows(read("trl/preferences.jsonl"));
  expect(pairs).toHaveLength(20);
  expect(pairs[0]).toMatchObject({
    prompt: expect.stringMatching(/^Say/),
    chosen: expect.stringMatching(/^well/),
  });
  expect(read("trl/train.py")).toContain('"strategy": "dora_inside"');
});

it("says what is wrong", async () => {
  const data = ["--data", at("pairs.jsonl")];
  await expect(exportRun([at("out/run.json"), ...data, "--format", "xls"])).rejects.toThrow(/not a format/);
  await expect(exportRun([at("spec.json"), ...data])).rejects.toThrow(/not a run/);
  await expect(exportRun([at("out/run.json")])).rejects.toThrow(/--data/);
  writeFileSync(at("other.jsonl"), `${JSON.stringify({ prompt: "p", chosen: "a", rejected: "b" })}\n`);
  await expect(exportRun([at("out/run.json"), "--data", at("other.jsonl")])).rejects.toThrow(/other data/);
  writeFileSync(at("out/estimates.json"), '{"run":"x","estimates":[]}');
  await expect(exportRun([at("out/run.json"), ...data])).rejects.toThrow(/not of the run/);
});
