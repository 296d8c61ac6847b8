/** Matrix products of the model, through whichever kernels suit the adapter. */
import type { Recorder, Scalar, Tensor } from "../backend/backend.ts";
import { matmulNn, matmulNt, matmulNtHalf, matmulTn } from "../ops/matmul.ts";

type Size = number | Scalar;
type Product = (
  recorder: Recorder,
  a: Tensor,
  b: Tensor,
  c: Tensor,
  size: { readonly m: Size; readonly n: Size; readonly k: Size; readonly accumulate?: boolean },
) => void;

export interface Products {
  /** c[m, n] = a[m, k] b[n, k]^T: a layer's output, x W^T. */
  readonly nt: Product;
  /** c[m, n] = a[m, k] b[k, n]: the gradient of its input, dy W. */
  readonly nn: Product;
  /** c[m, n] = a[k, m]^T b[k, n]: the gradient of its weight, dy^T x. */
  readonly tn: Product;
}

const ntBy =
  (op: typeof matmulNt): Product =>
  (recorder, a, b, c, { accumulate = false, ...size }) =>
    recorder.dispatch(op, { a, b, c }, { ...size, accumulate: Number(accumulate) });

/** The kernels that run everywhere. */
export const plainProducts: Products = {
  nt: ntBy(matmulNt),
  nn: (recorder, a, b, c, { accumulate = false, ...size }) =>
    recorder.dispatch(matmulNn, { a, b, c }, { ...size, accumulate: Number(accumulate) }),
  tn: (recorder, a, b, c, { accumulate = false, ...size }) =>
    recorder.dispatch(matmulTn, { a, b, c }, { ...size, accumulate: Number(accumulate) }),
};

/** Outputs of layers from operands rounded to f16 where that is faster; every gradient as above. */
export const halfProducts: Products = { ...plainProducts, nt: ntBy(matmulNtHalf) };
