import { gatherRows, scatterRows } from "../../../src/ops/rows.ts";
import { opCase } from "../op_case.ts";

const below =
  (bound: number) =>
  (random: { below(n: number): number }, n: number): number[] =>
    Array.from({ length: n }, () => random.below(bound));

export default [
  opCase(gatherRows, "one", { rows: 1, dim: 1, tableRows: 1 }, { fill: { index: () => [0] } }),
  opCase(
    gatherRows,
    "41 of 9, ids past the table",
    { rows: 41, dim: 13, tableRows: 9 },
    { fill: { index: below(12) } },
  ),
  ...[0, 1].map((accumulate) =>
    opCase(
      scatterRows,
      `7 rows into 3 lists, accumulate ${accumulate}`,
      { rows: 7, dim: 5, tableRows: 6, lists: 3, accumulate },
      {
        fill: {
          order: () => [2, 0, 3, 6, 1, 4, 5],
          ids: () => [5, 0, 3],
          start: () => [0, 1, 5, 7],
        },
      },
    ),
  ),
  opCase(
    scatterRows,
    "an empty list sets zero",
    { rows: 2, dim: 3, tableRows: 2, lists: 2, accumulate: 0 },
    { fill: { order: () => [0, 1], ids: () => [0, 1], start: () => [0, 2, 2] } },
  ),
];
