import {
  matmulNnQuads,
  matmulNnQuadsFlat,
  matmulNtQuads,
  matmulNtQuadsFlat,
  matmulTnQuads,
} from "../../../src/ops/matmul_quads.ts";
import { type OpCase, opCase } from "../op_case.ts";

type Params = { m: number; n: number; k: number; accumulate: number };
type State = (name: string, params: Params, options: { atol: number }) => OpCase;

/** Each shape plain and added to what is there. Rounding of a sum of k products of normals grows with sqrt(k). */
function cases(state: State, shapes: readonly (readonly [m: number, n: number, k: number])[]): OpCase[] {
  return shapes.flatMap(([m, n, k]) =>
    [0, 1].map((accumulate) =>
      state(
        `${m} x ${n} x ${k}${accumulate ? ", added" : ""}`,
        { m, n, k, accumulate },
        { atol: 1e-5 * Math.sqrt(k) },
      ),
    ),
  );
}

/** Less than a tile, ragged on every side that may be, exactly tiles, and a long sum. */
const nt = [
  [1, 1, 4],
  [7, 5, 8],
  [33, 67, 20],
  [32, 128, 16],
  [12, 20, 516],
] as const;
const nn = [
  [1, 4, 1],
  [7, 8, 3],
  [33, 68, 18],
  [32, 128, 16],
  [12, 20, 515],
] as const;
const tn = [
  [4, 4, 1],
  [8, 12, 3],
  [36, 68, 18],
  [32, 128, 16],
  [12, 20, 515],
] as const;

export default [
  ...cases((...args) => opCase(matmulNtQuads, ...args), nt),
  ...cases((...args) => opCase(matmulNtQuadsFlat, ...args), nt),
  ...cases((...args) => opCase(matmulNnQuads, ...args), nn),
  ...cases((...args) => opCase(matmulNnQuadsFlat, ...args), nn),
  ...cases((...args) => opCase(matmulTnQuads, ...args), tn),
];
