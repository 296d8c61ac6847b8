import { rope, ropeTable } from "../../../src/ops/rope.ts";
import { opCase } from "../op_case.ts";

export default [0, 1].flatMap((interleaved) =>
  [0, 1].map((inverse) =>
    opCase(
      rope,
      `interleaved ${interleaved}, inverse ${inverse}`,
      { rows: 19, width: 40, heads: 3, headDim: 10, tableRows: 64, interleaved, inverse },
      {
        fill: {
          positions: (random, n) => Array.from({ length: n }, () => random.below(64)),
          table: () => ropeTable(64, 10, 10_000),
        },
      },
    ),
  ),
);
