import {
  matmulNn,
  matmulNnLanes,
  matmulNnShared,
  matmulNt,
  matmulNtLanes,
  matmulNtShared,
  matmulTn,
  matmulTnLanes,
  matmulTnShared,
} from "../../../src/ops/matmul.ts";
import { type OpCase, opCase } from "../op_case.ts";

type Params = { m: number; n: number; k: number; accumulate: number };

/** Smaller than a tile, ragged on every side, exactly tiles, and one with a long sum. */
const SHAPES = [
  { m: 1, n: 1, k: 1 },
  { m: 7, n: 5, k: 3 },
  { m: 65, n: 33, k: 18 },
  { m: 64, n: 64, k: 32 },
  { m: 12, n: 20, k: 515 },
];

function cases(state: (name: string, params: Params, options: { atol: number }) => OpCase): OpCase[] {
  return SHAPES.flatMap((shape) =>
    [0, 1].map((accumulate) =>
      state(
        `${shape.m} x ${shape.n} x ${shape.k}${accumulate ? ", added" : ""}`,
        { ...shape, accumulate },
        // Rounding of a sum of k products of normals grows with sqrt(k).
        { atol: 1e-5 * Math.sqrt(shape.k) },
      ),
    ),
  );
}

export default [
  ...cases((...args) => opCase(matmulNt, ...args)),
  ...cases((...args) => opCase(matmulNn, ...args)),
  ...cases((...args) => opCase(matmulTn, ...args)),
  ...cases((...args) => opCase(matmulNtShared, ...args)),
  ...cases((...args) => opCase(matmulNnShared, ...args)),
  ...cases((...args) => opCase(matmulTnShared, ...args)),
  ...cases((...args) => opCase(matmulNtLanes, ...args)),
  ...cases((...args) => opCase(matmulNnLanes, ...args)),
  ...cases((...args) => opCase(matmulTnLanes, ...args)),
];
