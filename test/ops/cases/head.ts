import { headSums, headTileForward, headTileGradient } from "../../../src/ops/head.ts";
import { opCase } from "../op_case.ts";

const below =
  (bound: number) =>
  (random: { below(n: number): number }, n: number): number[] =>
    Array.from({ length: n }, () => random.below(bound));
const positive = (random: { uniform(): number }, n: number) =>
  Array.from({ length: n }, () => 1 + 5 * random.uniform());
const large = (random: { normal(): number }, n: number) =>
  Array.from({ length: n }, () => 300 * random.normal());

export default [
  opCase(
    headTileForward,
    "first tile, 5 x 7",
    { rows: 5, columns: 7, first: 0 },
    { fill: { wanted: below(9) } },
  ),
  opCase(
    headTileForward,
    "a later tile, 70 x 33",
    { rows: 70, columns: 33, first: 64 },
    { fill: { wanted: below(128), sum: positive } },
  ),
  opCase(
    headTileForward,
    "logits of +-300",
    { rows: 9, columns: 10, first: 0 },
    { fill: { wanted: below(10), logits: large }, rtol: 1e-5 },
  ),
  opCase(
    headSums,
    "ragged responses, offset 2",
    { rows: 50, responses: 4, offset: 2, total: 8 },
    { fill: { sum: positive, responseRowStart: () => [0, 1, 3, 33, 50] }, rtol: 3e-5 },
  ),
  opCase(
    headTileGradient,
    "a later tile",
    { rows: 11, columns: 6, first: 12, offset: 1, total: 5 },
    {
      fill: {
        wanted: below(24),
        rowResponse: below(4),
        sum: positive,
        most: (_, n) => Array.from({ length: n }, () => 4),
      },
    },
  ),
];
