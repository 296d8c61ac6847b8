import { poolRows } from "../../../src/ops/pool_rows.ts";
import { opCase } from "../op_case.ts";

export default [
  opCase(poolRows, "one", { pools: 1, rows: 1, dim: 1, width: 1, at: 0 }, { fill: { start: () => [0, 1] } }),
  opCase(
    poolRows,
    "3 pools of 17 rows, one of them empty, beside other columns",
    { pools: 3, rows: 17, dim: 70, width: 150, at: 75 },
    { fill: { start: () => [0, 9, 9, 17] } },
  ),
  opCase(
    poolRows,
    "past the rows",
    { pools: 2, rows: 5, dim: 3, width: 3, at: 0 },
    { fill: { start: () => [1, 4, 9] } },
  ),
];
