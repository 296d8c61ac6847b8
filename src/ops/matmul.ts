/**
 * Products of row-major matrices in the three forms a linear layer needs: nt for the output (x W^T), nn for the
 * gradient of the input (dy W), tn for the gradient of the weight (dy^T x). With `accumulate` 1, c keeps its value and
 * the product is added.
 */
import nnShader from "../../shaders/matmul.wgsl?if=nn&linked";
import ntShader from "../../shaders/matmul.wgsl?if=nt&linked";
import tnShader from "../../shaders/matmul.wgsl?if=tn&linked";
import nnLanesShader from "../../shaders/matmul_lanes.wgsl?if=nn&linked";
import ntLanesShader from "../../shaders/matmul_lanes.wgsl?if=nt&linked";
import tnLanesShader from "../../shaders/matmul_lanes.wgsl?if=tn&linked";
import nnSharedShader from "../../shaders/matmul_shared.wgsl?if=nn&linked";
import ntSharedShader from "../../shaders/matmul_shared.wgsl?if=nt&linked";
import tnSharedShader from "../../shaders/matmul_shared.wgsl?if=tn&linked";
import { defineOp, type FloatArray, type Values, type Workgroups } from "../backend/contract.ts";
import type { LinkedShader } from "../backend/shader.ts";

const params = { m: "u32", n: "u32", k: "u32", accumulate: "u32" } as const;
type MatmulParams = Values<typeof params>;

/** What makes one tiling of the three products: its shader, and how much of c one workgroup covers. */
export interface Tiling {
  readonly suffix: string;
  readonly workgroupSize: readonly [number, number, number];
  /** Rows and columns of c covered by a workgroup. */
  readonly rows: number;
  readonly columns: number;
  readonly needs?: readonly GPUFeatureName[];
}

const workgroupsOf =
  ({ rows, columns }: Tiling) =>
  ({ m, n }: MatmulParams): Workgroups => [Math.ceil(n / columns), Math.ceil(m / rows), 1];

/** c[m, n] = a[m, k] b[n, k]^T */
export function matmulNtOp(shader: LinkedShader, tiling: Tiling) {
  return defineOp({
    name: `matmul_nt${tiling.suffix}`,
    shader,
    workgroupSize: tiling.workgroupSize,
    params,
    buffers: {
      a: { type: "f32", access: "read", shape: ["m", "k"] },
      b: { type: "f32", access: "read", shape: ["n", "k"] },
      c: { type: "f32", access: "read_write", shape: ["m", "n"] },
    },
    ...(tiling.needs && { needs: tiling.needs }),
    workgroups: workgroupsOf(tiling),
    cpu({ a, b, c }, { m, n, k, accumulate }) {
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) {
          let sum = accumulate ? c[i * n + j]! : 0;
          for (let l = 0; l < k; l++) sum += a[i * k + l]! * b[j * k + l]!;
          c[i * n + j] = sum;
        }
      }
    },
  });
}

/** c[m, n] = a[m, k] b[k, n] */
export function matmulNnOp(shader: LinkedShader, tiling: Tiling) {
  return defineOp({
    name: `matmul_nn${tiling.suffix}`,
    shader,
    workgroupSize: tiling.workgroupSize,
    params,
    buffers: {
      a: { type: "f32", access: "read", shape: ["m", "k"] },
      b: { type: "f32", access: "read", shape: ["k", "n"] },
      c: { type: "f32", access: "read_write", shape: ["m", "n"] },
    },
    ...(tiling.needs && { needs: tiling.needs }),
    workgroups: workgroupsOf(tiling),
    cpu({ a, b, c }, { m, n, k, accumulate }) {
      for (let i = 0; i < m; i++) {
        if (!accumulate) c.fill(0, i * n, (i + 1) * n);
        for (let l = 0; l < k; l++) addScaledRow(c, i * n, a[i * k + l]!, b, l * n, n);
      }
    },
  });
}

/** c[m, n] = a[k, m]^T b[k, n] */
export function matmulTnOp(shader: LinkedShader, tiling: Tiling) {
  return defineOp({
    name: `matmul_tn${tiling.suffix}`,
    shader,
    workgroupSize: tiling.workgroupSize,
    params,
    buffers: {
      a: { type: "f32", access: "read", shape: ["k", "m"] },
      b: { type: "f32", access: "read", shape: ["k", "n"] },
      c: { type: "f32", access: "read_write", shape: ["m", "n"] },
    },
    ...(tiling.needs && { needs: tiling.needs }),
    workgroups: workgroupsOf(tiling),
    cpu({ a, b, c }, { m, n, k, accumulate }) {
      for (let i = 0; i < m; i++) {
        if (!accumulate) c.fill(0, i * n, (i + 1) * n);
        for (let l = 0; l < k; l++) addScaledRow(c, i * n, a[l * m + i]!, b, l * n, n);
      }
    },
  });
}

/** to[at .. at + n) += factor * from[start .. start + n): innermost, so that memory is walked in order. */
function addScaledRow(
  to: FloatArray,
  at: number,
  factor: number,
  from: FloatArray,
  start: number,
  n: number,
): void {
  for (let j = 0; j < n; j++) to[at + j]! += factor * from[start + j]!;
}

const DIRECT: Tiling = { suffix: "", workgroupSize: [4, 8, 1], rows: 64, columns: 32 };

/** c[m, n] (+)= a[m, k] b[n, k]^T. Runs everywhere, any shape. */
export const matmulNt = matmulNtOp(ntShader, DIRECT);
/** c[m, n] (+)= a[m, k] b[k, n]. Runs everywhere, any shape. */
export const matmulNn = matmulNnOp(nnShader, DIRECT);
/** c[m, n] (+)= a[k, m]^T b[k, n]. Runs everywhere, any shape. */
export const matmulTn = matmulTnOp(tnShader, DIRECT);

/** Operands through workgroup memory: for adapters where that is fast. */
const SHARED: Tiling = { suffix: "_shared", workgroupSize: [16, 16, 1], rows: 64, columns: 64 };
export const matmulNtShared = matmulNtOp(ntSharedShader, SHARED);
export const matmulNnShared = matmulNnOp(nnSharedShader, SHARED);
export const matmulTnShared = matmulTnOp(tnSharedShader, SHARED);

/** For subgroups of exactly four lanes; wrong on any other adapter, so measured against `matmulNt` before use. */
const LANES: Tiling = {
  suffix: "_lanes",
  workgroupSize: [4, 1, 1],
  rows: 16,
  columns: 32,
  needs: ["subgroups"],
};
export const matmulNtLanes = matmulNtOp(ntLanesShader, LANES);
export const matmulNnLanes = matmulNnOp(nnLanesShader, LANES);
export const matmulTnLanes = matmulTnOp(tnLanesShader, LANES);
