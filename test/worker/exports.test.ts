/** The engine in Node, on the CPU: a file in, a run on it, and everything that can be taken out again. */
import { beforeAll, describe, expect, it } from "vitest";
import type { RunRecord } from "../../src/experiment/events.ts";
import { withFields } from "../../src/experiment/spec.ts";
import type { DatasetSummary, EngineApi, ExportedFile } from "../../src/worker/api.ts";
import { createEngine } from "../../src/worker/engine.ts";
import { tinySpec } from "../experiment/tiny.ts";
import { ALL_ROWS } from "./all_rows.ts";

const human = ["warm the pot first", "we let it stand", "my mother used milk", "hold the lid"];
const model = [
  "certainly here is a list",
  "as an assistant I can",
  "sure thing, certainly",
  "in conclusion, tea",
];
const rows = Array.from({ length: 24 }, (_, i) => ({
  n: i,
  query: `How do you make tea, way ${i}?`,
  responses: [human[i % 4]!, model[(i + 1) % 4]!],
  scores: i % 3 ? [2, 1] : [1, 2],
  sources: ["human", "model"],
}));
const file = new File([rows.map((row) => `${JSON.stringify(row)}\n`).join("")], "tea.jsonl");

const textOf = ({ blob }: ExportedFile) => blob.text();
const linesOf = async (of: ExportedFile) =>
  (await textOf(of))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

let engine: EngineApi;
let dataset: DatasetSummary;
let run: RunRecord;

beforeAll(async () => {
  engine = createEngine(undefined, "test");
  const outcome = await engine.importFiles([file], () => {});
  if (!outcome.ok) throw new Error(outcome.problem.what);
  dataset = outcome.dataset;
  const spec = withFields(tinySpec(), {
    "data.source": `file:${dataset.hash}`,
    "ratio.folds": 2,
    "train.lambda": 0.5,
    "eval.groups": 3,
  });
  run = await engine.run(spec, () => {});
}, 60_000);

describe("what leaves the engine", () => {
  it("the file with what the run found, rows and columns in order", async () => {
    expect(run.outcome).toBe("done");
    const exported = await engine.exportDataset(dataset.hash, run.id, "jsonl");
    expect(exported.name).toBe("tea-DoRA-inside-λ-0.5.jsonl");
    const out = await linesOf(exported);
    expect(out.map(({ n }) => n)).toEqual(rows.map(({ n }) => n));
    expect(Object.keys(out[0]!).slice(0, 5)).toEqual(["n", "query", "responses", "scores", "sources"]);
    for (const row of out) {
      for (const column of [row.log_ratio, row.h, row.probability] as number[][]) {
        expect(column).toHaveLength(2);
        for (const value of column) expect(Number.isFinite(value)).toBe(true);
      }
      expect([0, 1]).toContain(row.fold);
      expect(row.source).toEqual(["human", "model"]);
    }
    const held = out.filter(({ split }) => split === "held-out");
    expect(held.length).toBeGreaterThan(0);
    expect(held.every(({ weight }) => weight === null)).toBe(true);
    const trained = out.filter(({ weight }) => weight !== null);
    const last = run.lastWeights.filter((weight) => weight !== null);
    expect(trained.map(({ weight }) => weight).sort()).toEqual([...last].sort());
    // The classifier is not fed who is preferred, yet tells people from the machine.
    const probability = out.map((row) => row.probability as number[]);
    expect(probability.filter(([ours, theirs]) => ours! > theirs!).length).toBeGreaterThan(16);
  });

  it("CSV, Parquet, and a dataset nothing is known of", async () => {
    const csv = await textOf(await engine.exportDataset(dataset.hash, run.id, "csv"));
    expect(csv.split("\r\n")[0]).toBe(
      "n,query,responses,scores,sources,log_ratio,h,probability,weight,fold,split,source",
    );
    const parquet = await engine.exportDataset(dataset.hash, run.id, "parquet");
    const again = await createEngine(undefined, "test").importFiles(
      [new File([parquet.blob], "again.parquet")],
      () => {},
    );
    expect(again).toMatchObject({ ok: true, dataset: { groups: 24, rowsLeftOut: 0 } });
    const [first] = await linesOf(await engine.exportDataset(dataset.hash, null, "jsonl"));
    expect(first).toMatchObject({ n: 0, log_ratio: [null, null], weight: null, fold: null, split: null });
  });

  it("a TRL file and its script, with the run's weights", async () => {
    const files = await engine.exportTrl(run.id);
    expect(files.map(({ name }) => name)).toEqual(["preferences.jsonl", "train.py", "objective.py"]);
    const pairs = await linesOf(files[0]!);
    expect(pairs).toHaveLength(24);
    const trained = pairs.filter(({ split }) => split === "train");
    expect(trained.map(({ h }) => h)).toEqual(run.units.map(({ h }) => h));
    expect(trained.map(({ weight }) => weight)).toEqual(run.lastWeights);
    expect(trained.map(({ row }) => row)).toEqual(run.units.map(({ row }) => row));
    for (const { chosen, rejected, row } of pairs) {
      const { responses, scores } = rows[(row as number) - 1]!;
      const [better, worse] = scores[0]! > scores[1]! ? responses : responses.toReversed();
      expect([chosen, rejected]).toEqual([better, worse]);
    }
    expect(await textOf(files[1]!)).toContain('"lam": 0.5');
    await expect(engine.exportTrl("nothing")).rejects.toThrow(/not stored/);
  });

  it("everything as one file, into another engine", async () => {
    const usage = await engine.storageUsage();
    expect(usage.lasting).toBe(false);
    expect(usage.items.map(({ kind, name }) => [kind, name])).toEqual([
      ["dataset", "tea"],
      ["run", "DoRA, inside, λ 0.5"],
      ["classifier", "tea, human, model"],
    ]);
    const other = createEngine(undefined, "test");
    const report = await other.importAll((await engine.exportAll()).blob);
    expect(report).toMatchObject({ lost: [], kept: [], damage: null });
    expect(await other.runRecord(run.id)).toEqual(run);
    expect(await textOf(await other.exportDataset(dataset.hash, run.id, "jsonl"))).toBe(
      await textOf(await engine.exportDataset(dataset.hash, run.id, "jsonl")),
    );
    const query = { ...ALL_ROWS, run: run.id };
    // Estimates and splits are as stored, although the other engine ran nothing.
    expect(await other.rows(dataset.hash, query)).toEqual(await engine.rows(dataset.hash, query));
  });
});

it("files of unknown shape: a look, a mapping, and the same rows given back", async () => {
  const odd = new File(
    [1, 2, 3].map((i) => `${JSON.stringify({ ask: `q${i}`, fine: `good ${i}`, poor: `bad ${i}` })}\n`),
    "odd.jsonl",
  );
  const seen = await engine.look([odd]);
  expect(seen.columns.map(({ name }) => name)).toEqual(["ask", "fine", "poor"]);
  expect(seen.guess?.format).toBeNull();
  const mapping = {
    prompt: "ask",
    chosen: "fine",
    rejected: "poor",
    sources: ["human", "model"],
    target: "human",
  };
  const outcome = await engine.importFiles([odd], () => {}, { mapping });
  if (!outcome.ok) throw new Error(outcome.problem.what);
  expect(outcome.dataset).toMatchObject({ groups: 3, pairs: 3, target: 0 });
  const out = await linesOf(await engine.exportDataset(outcome.dataset.hash, null, "jsonl"));
  expect(out).toMatchObject([{ ask: "q1" }, { ask: "q2" }, { ask: "q3", source: ["human", "model"] }]);
});
