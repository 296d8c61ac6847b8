import { expect, it } from "vitest";
import type { Dataset } from "../../src/data/dataset.ts";
import type { RowQuery } from "../../src/worker/api.ts";
import { pageOfRows } from "../../src/worker/engine/rows.ts";
import { summarise } from "../../src/worker/engine/summary.ts";

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
      { text: "warm the pot", source: 0, score: 1 },
      { text: "certainly", source: 1, score: 0 },
    ],
  })),
  unpaired: [],
  rowsRead: 4,
  problems: [],
  problemsOmitted: 0,
};
const unit = (group: string, h: number) => ({ group, row: Number(group), responses: [0, 1], source: 0, h });
const known = {
  estimates: null,
  heldOut: new Set([1]),
  record: { units: [unit("1", 0.5), unit("3", 2), unit("3", 4)], lastWeights: [1.5, null, 0.25] },
};
const query: RowQuery = { offset: 0, limit: 10, sort: "row", descending: false, search: "", run: null };

it("joins rows with the mean h and last weight of their units", () => {
  const page = pageOfRows(dataset, query, known);
  expect(page.rows.map(({ h, weight, split }) => [h, weight, split])).toEqual([
    [0.5, 1.5, "train"],
    [null, null, "held-out"],
    [3, 0.25, "train"],
  ]);
});

it("sorts with unknown values last, either way round", () => {
  const ids = (descending: boolean) =>
    pageOfRows(dataset, { ...query, sort: "h", descending }, known).rows.map((row) => row.id);
  expect(ids(false)).toEqual(["1", "3", "2"]);
  expect(ids(true)).toEqual(["3", "1", "2"]);
});

it("searches prompts and responses, and pages", () => {
  expect(pageOfRows(dataset, { ...query, search: "SOUP" }, known).rows.map((row) => row.id)).toEqual(["2"]);
  const page = pageOfRows(dataset, { ...query, search: "pot", offset: 1, limit: 1 }, known);
  expect(page.total).toBe(3);
  expect(page.rows.map((row) => row.id)).toEqual(["2"]);
});

it("counts responses by source and rows left out", () => {
  const summary = summarise(dataset, false);
  expect(summary).toMatchObject({ groups: 3, pairs: 3, responses: 6, rowsRead: 4, rowsLeftOut: 1 });
  expect(summary.sources).toEqual([
    { name: "human", responses: 3, meanWords: 3 },
    { name: "model", responses: 3, meanWords: 1 },
  ]);
});
