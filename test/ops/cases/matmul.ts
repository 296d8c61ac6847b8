import { floatToHalf, halfToFloat } from "../../../src/base/halves.ts";
import { matmulNn, matmulNt, matmulNtHalf, matmulTn } from "../../../src/ops/matmul.ts";
import { type MatmulKernel, matmulNnOp, matmulNtOp, matmulTnOp } from "../../../src/ops/matmul_forms.ts";
import { ntSharedHalf } from "../../../src/ops/matmul_shared.ts";
import { type Fill, type OpCase, opCase } from "../op_case.ts";

/** Smaller than a tile, ragged on every side, exactly tiles, a long sum; and as ragged as multiples of four can be. */
const SHAPES = [
  { m: 1, n: 1, k: 1 },
  { m: 7, n: 5, k: 3 },
  { m: 65, n: 33, k: 18 },
  { m: 64, n: 64, k: 32 },
  { m: 12, n: 20, k: 515 },
  { m: 3, n: 4, k: 4 },
  { m: 36, n: 132, k: 20 },
];

type Params = (typeof SHAPES)[number] & { accumulate: number };
type State = (name: string, params: Params, options: { atol: number }) => OpCase;
interface Form extends MatmulKernel {
  readonly name: string;
  readonly variants?: readonly MatmulKernel[];
}

/** Every tiling of a form under its own name, on every shape it is for, plain and added to what is there. */
function cases(form: Form, caseOf: (name: string, kernel: MatmulKernel) => State): OpCase[] {
  const { variants = [], ...plain } = form;
  return [plain, ...variants].flatMap((kernel) => {
    const state = caseOf(`${form.name}_${kernel.id}`, kernel);
    const factors = Object.entries(kernel.multiples ?? {});
    return SHAPES.filter((shape) =>
      factors.every(([name, factor]) => shape[name as keyof typeof shape] % factor! === 0),
    ).flatMap((shape) =>
      [0, 1].map((accumulate) =>
        state(
          `${shape.m} x ${shape.n} x ${shape.k}${accumulate ? ", added" : ""}`,
          { ...shape, accumulate },
          // Rounding of a sum of k products of normals grows with sqrt(k).
          { atol: 1e-5 * Math.sqrt(shape.k) },
        ),
      ),
    );
  });
}

/** Operands that f16 holds exactly: a kernel that rounds to it then has nothing to lose. */
const halves: Fill = (random, length) =>
  Array.from({ length }, () => halfToFloat(floatToHalf(random.normal())));
const exact = { fill: { a: halves, b: halves } };

/** What callers dispatch: whichever tiling the backend chooses. */
const SIZE = { m: 36, n: 68, k: 20, accumulate: 0 };

export default [
  opCase(matmulNt, "36 x 68 x 20", SIZE),
  opCase(matmulNn, "36 x 68 x 20", SIZE),
  opCase(matmulTn, "36 x 68 x 20", SIZE),
  opCase(matmulNtHalf, "36 x 68 x 20", SIZE, exact),
  ...cases(
    { ...ntSharedHalf, name: "matmul_nt" },
    (name, kernel) => (shape, size, options) =>
      opCase(matmulNtOp(name, kernel), shape, size, { ...options, ...exact }),
  ),
  ...cases(
    matmulNt as Form,
    (name, kernel) =>
      (...args) =>
        opCase(matmulNtOp(name, kernel), ...args),
  ),
  ...cases(
    matmulNn as Form,
    (name, kernel) =>
      (...args) =>
        opCase(matmulNnOp(name, kernel), ...args),
  ),
  ...cases(
    matmulTn as Form,
    (name, kernel) =>
      (...args) =>
        opCase(matmulTnOp(name, kernel), ...args),
  ),
];
