import { describe, expect, it } from "vitest";
import type { Dataset } from "../../src/data/dataset.ts";
import type { RowFilter } from "../../src/worker/api.ts";
import { type RunKnowledge, runColumns } from "../../src/worker/engine/row_columns.ts";
import { type Knowledge, rowKnowledge } from "../../src/worker/engine/row_knowledge.ts";
import { binEdges, binsOf } from "../../src/worker/engine/row_matches.ts";
import { findRow, rowPages } from "../../src/worker/engine/row_page.ts";
import { rowCalls } from "../../src/worker/engine/rows.ts";
import { summarise } from "../../src/worker/engine/summary.ts";
import { ALL_ROWS } from "./all_rows.ts";

const dataset: Dataset = {
  name: "three",
  hash: "h",
  format: "test",
  sources: ["human", "model"],
  target: 0,
  groups: ["tea", "soup", "bread"].map((prompt, i) => ({
    id: String(i + 1),
    prompt,
    row: i + 1,
    responses: [
      { text: "warm the pot", source: 0, score: 1 + i },
      { text: "certainly", source: 1, score: 0 },
    ],
  })),
  unpaired: [],
  rowsRead: 4,
  problems: [],
  problemsOmitted: 0,
};
const unit = (group: string, h: number) => ({ group, row: Number(group), responses: [0, 1], source: 0, h });
const run: RunKnowledge = {
  record: { units: [unit("1", 0.5), unit("3", 2), unit("3", 4)], lastWeights: [1.5, null, 0.25] },
  estimates: null,
  draws: {
    step: Uint32Array.of(1, 2, 3),
    unit: Uint32Array.of(0, 2, 0),
    weight: Float32Array.of(1, 0.25, 1.5),
    loss: Float32Array.of(0.75, 0.5, 0.25),
    forgotten: 0,
  },
};

/** Knowledge with the middle row held out. */
function knowing(of: Dataset, change: Partial<Knowledge> = {}): Knowledge {
  return {
    version: JSON.stringify(change),
    choice: ALL_ROWS.split,
    spec: null,
    split: { train: [0, 2], heldOut: [1], unpairedTrain: [], unpairedHeldOut: [], prompts: 3 },
    heldOut: new Set([1]),
    estimates: null,
    run: runColumns(of, run),
    flags: null,
    ...change,
  };
}
const known = knowing(dataset);
const ids = (filter: Partial<RowFilter>, rest = {}, of = known) =>
  rowPages()(dataset, { ...ALL_ROWS, ...rest, filter: { ...ALL_ROWS.filter, ...filter } }, of).rows.map(
    (row) => row.id,
  );

describe("a page of rows", () => {
  it("joins rows with the mean h, last weight and last loss of their units", () => {
    const { rows } = rowPages()(dataset, ALL_ROWS, known);
    expect(rows.map(({ h, weight, loss, split }) => [h, weight, loss, split])).toEqual([
      [0.5, 1.5, 0.25, "train"],
      [null, null, null, "held-out"],
      [3, 0.25, 0.5, "train"],
    ]);
    expect(rows.map(({ length, score, margin }) => [length, score, margin])).toEqual([
      [2, 1, 1],
      [2, 2, 2],
      [2, 3, 3],
    ]);
  });

  it("says which of two responses is preferred where no scores do", () => {
    const [tea, soup, bread] = dataset.groups.map((group) => ({
      ...group,
      responses: group.responses.map((response) => ({ ...response, score: null })),
    }));
    const groups = [
      { ...tea!, preferences: [[0, 1]] as const },
      { ...soup!, preferences: [[1, 0]] as const },
      bread!,
    ];
    const judged: Dataset = { ...dataset, groups };
    const told = (of: Dataset) =>
      rowPages()(of, ALL_ROWS, knowing(of)).rows.map(({ firstPreferred }) => firstPreferred);
    expect(told(judged)).toEqual([true, undefined, undefined]);
    expect(told(dataset)).toEqual([undefined, undefined, undefined]);
  });

  it("sorts with unknown values last, either way round", () => {
    expect(ids({}, { sort: "h" })).toEqual(["1", "3", "2"]);
    expect(ids({}, { sort: "h", descending: true })).toEqual(["3", "1", "2"]);
  });

  it("searches prompts and responses, and pages", () => {
    expect(ids({}, { search: "SOUP" })).toEqual(["2"]);
    expect(ids({}, { search: "warm   the" })).toEqual(["1", "2", "3"]);
    expect(ids({}, { search: "(pot" })).toEqual([]);
    expect(ids({}, { search: "well-[a] \\ / {2}^$?+*.|-" })).toEqual([]);
    const page = rowPages()(dataset, { ...ALL_ROWS, search: "pot", offset: 1, limit: 1 }, known);
    expect([page.total, page.of, page.rows.map((row) => row.id)]).toEqual([3, 3, ["2"]]);
  });

  it("filters by range, split, source and flag; rows without the value are left out", () => {
    expect(ids({ ranges: { score: [1, 3] } })).toEqual(["1", "2"]);
    expect(ids({ ranges: { h: [0, Infinity] } })).toEqual(["1", "3"]);
    expect(ids({ split: "held-out" })).toEqual(["2"]);
    expect(ids({ source: 1, ranges: { score: [2, 3] } })).toEqual(["2"]);
    expect(ids({ source: -1 })).toEqual([]);
    expect(ids({ flag: "leak" }, {}, knowing(dataset, { flags: Uint8Array.of(1, 32, 4) }))).toEqual(["2"]);
    expect(ids({ flag: "near" })).toEqual([]);
  });

  it("counts bins over all rows, and over those that pass all but the column's own range", () => {
    const ranges = { score: [0, 2], h: [1, 9] } as const;
    const page = rowPages()(dataset, { ...ALL_ROWS, filter: { ...ALL_ROWS.filter, ranges } }, known);
    expect(page.total).toBe(0);
    const { score, h, length } = page.columns;
    // Row 3 has h = 3, row 1 has score 1: each passes what is not asked of the other's column.
    expect(score).toEqual({ edges: [0.5, 1.5, 2.5, 3.5], all: [1, 1, 1], matching: [0, 0, 1] });
    expect(h!.matching.reduce((a, b) => a + b)).toBe(1);
    expect(h!.all.reduce((a, b) => a + b)).toBe(2);
    expect(length).toBeUndefined();
  });

  it("answers anew when a run goes on, an order changes, or another dataset has the same words", () => {
    const page = rowPages();
    expect(page(dataset, ALL_ROWS, known).rows[0]!.weight).toBe(1.5);
    const later = { ...run, record: { ...run.record!, lastWeights: [9, null, 1] } };
    const live = knowing(dataset, { version: "later", run: runColumns(dataset, later) });
    expect(page(dataset, { ...ALL_ROWS, sort: "weight", descending: true }, live).rows[0]!.weight).toBe(9);
    const other = { ...dataset, groups: dataset.groups.slice(1) };
    expect(page(other, ALL_ROWS, knowing(other, { version: "other" })).total).toBe(2);
  });
});

it("finds a row by its id or its number, and says how many come before it", () => {
  const of = (ids: string[]) =>
    ids.map((id) => ({ ...dataset.groups[0]!, id, row: Number(id.replace(/.*:/, "")) }));
  expect(findRow(of(["1", "4", "2"]), "4")).toEqual({ id: "4", before: 2 });
  // The second row of the second file is not that of the first.
  const several = of(["1:1", "1:2", "2:1", "2:2"]);
  expect(findRow(several, "2:2")).toEqual({ id: "2:2", before: 3 });
  expect(findRow(several, "2")).toEqual({ id: "1:2", before: 1 });
  expect([findRow(several, "3:2"), findRow(several, "9"), findRow([], "1")]).toEqual([null, null, null]);
});

describe("bins", () => {
  it("few far values do not squeeze the others; the last bin holds them", () => {
    const values = Float64Array.from({ length: 1000 }, (_, i) => (i < 995 ? i / 1000 : 1e6));
    const edges = binEdges(values)!;
    expect(edges.at(-1)).toBeLessThan(1.01);
    const { all, matching } = binsOf(values, edges, Uint32Array.of(0, 999));
    expect(all.reduce((a, b) => a + b)).toBe(1000);
    expect([matching[0], matching.at(-1)]).toEqual([1, 1]);
  });

  it("there are none of one value, or of none at all", () => {
    expect(binEdges(Float64Array.of(2, 2, NaN))).toBeNull();
    expect(binEdges(Float64Array.of(NaN))).toBeNull();
  });
});

describe("what is known of rows", () => {
  const record = { datasetHash: "h", spec: { seed: 3, data: { heldOut: 0.34 } }, ...run.record };
  const sources = (live?: object) => ({
    device: { current: () => live as never },
    store: async () => ({
      runs: {
        get: async (id: string) => (id === "stored" ? record : null),
        estimates: async () => null,
        draws: async () => run.draws,
      },
      classifiers: { ofRun: async () => null },
    }),
  });

  it("a run's split is its own; without one it is that of the settings", async () => {
    const knowledge = rowKnowledge(sources());
    const asked = { run: "stored", split: { seed: 0, heldOut: 0 } };
    const of = await knowledge.of(dataset, asked);
    expect([of.choice, of.heldOut.size]).toEqual([{ seed: 3, heldOut: 0.34 }, 1]);
    expect((await knowledge.of(dataset, { ...asked, run: "gone" })).heldOut.size).toBe(0);
    // Nobody can hold out prompts of a dataset that has one.
    const one = { ...dataset, groups: dataset.groups.slice(0, 1) };
    expect((await knowledge.of(one, { run: null, split: { seed: 1, heldOut: 0.5 } })).split.train).toEqual([
      0,
    ]);
  });

  it("a run on other data says nothing about these rows", async () => {
    const of = await rowKnowledge(sources()).of(
      { ...dataset, hash: "other" },
      { run: "stored", split: ALL_ROWS.split },
    );
    expect(of.spec).toBeNull();
    expect(of.run.h.every(Number.isNaN)).toBe(true);
  });

  it("what was estimated meanwhile is seen in columns and bins", async () => {
    const all = dataset.groups.map((_, g) =>
      [0, 1].map((k) => ({ probability: 0.5, logRatio: 0, h: g + k })),
    );
    let estimates: typeof all | null = null;
    const live = { known: () => ({ estimates, heldOut: new Set() }), progress: () => undefined };
    const knowledge = rowKnowledge(sources(live));
    const page = rowPages();
    const ask = async () => page(dataset, ALL_ROWS, await knowledge.of(dataset, ALL_ROWS));
    expect((await ask()).columns.h).toBeUndefined();
    estimates = all;
    const after = await ask();
    expect(after.rows.map(({ h }) => h)).toEqual([0.5, 1.5, 2.5]);
    expect(after.columns.h?.matching.reduce((a, b) => a + b)).toBe(3);
  });

  it("single judged responses are rows, and responses without a source are counted", async () => {
    const single = (id: string, text: string, desirable: boolean) => ({
      id,
      prompt: `p${id}`,
      response: { text, source: -1, score: null },
      desirable,
      row: Number(id),
    });
    const kto = { ...dataset, groups: [], unpaired: [single("1", "a b", true), single("2", "c", false)] };
    const calls = rowCalls({ ...sources(), shelf: { find: async () => kto, builtin: () => undefined } });
    const page = await calls.rows("h", ALL_ROWS);
    expect(page.rows.map(({ prompt, length, score, margin }) => [prompt, length, score, margin])).toEqual([
      ["p1", 2, 1, 0],
      ["p2", 1, 0, 0],
    ]);
    const { lengths, split } = await calls.dataChecks("h", ALL_ROWS);
    expect(lengths.map(({ source, median, counts }) => [source, median, counts])).toEqual([[-1, 2, [0, 2]]]);
    expect(split.prompts).toBe(2);
    expect(await calls.group("h", "2", ALL_ROWS, [])).toMatchObject({ row: 2, responses: [{ text: "c" }] });
    expect(await calls.group("h", "9", ALL_ROWS, [])).toBeNull();
  });

  it("flags come once copies were looked for", async () => {
    const knowledge = rowKnowledge(sources());
    const asked = { run: null, split: ALL_ROWS.split };
    const before = await knowledge.of(dataset, asked);
    expect(before.flags).toBeNull();
    await knowledge.findCopies(dataset);
    const after = await knowledge.of(dataset, asked);
    expect(after.version).not.toBe(before.version);
    expect(after.flags).toHaveLength(3);
  });
});

it("counts responses by source and rows left out", () => {
  const summary = summarise(dataset, false);
  expect(summary).toMatchObject({ groups: 3, pairs: 3, responses: 6, rowsRead: 4, rowsLeftOut: 1 });
  expect(summary.sources).toEqual([
    { name: "human", responses: 3, meanWords: 3 },
    { name: "model", responses: 3, meanWords: 1 },
  ]);
});
