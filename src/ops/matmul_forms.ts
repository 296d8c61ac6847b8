/** The contract and the plain loop of each form of matrix product, for any tiling. */
import { defineOp, type Kernel, type Values } from "../backend/contract.ts";
import type { LinkedShader } from "../backend/shader.ts";
import { multiply } from "./matmul_loops.ts";

export const params = { m: "u32", n: "u32", k: "u32", accumulate: "u32" } as const;
type MatmulParams = Values<typeof params>;

/** What makes one tiling of the three products, besides its shaders. */
export interface Tiling extends Pick<Kernel<typeof params>, "workgroupSize" | "needs" | "suits"> {
  readonly id: string;
  /** Rows and columns of c covered by a workgroup. */
  readonly rows: number;
  readonly columns: number;
}

export type MatmulKernel = Kernel<typeof params> & { readonly id: string };

/** A tiling with the shader of one form, and what that form asks of the shape. */
export function tiled(
  shader: LinkedShader,
  { rows, columns, ...kernel }: Tiling,
  multiples: NonNullable<MatmulKernel["multiples"]> = {},
): MatmulKernel {
  return {
    ...kernel,
    shader,
    multiples,
    workgroups: ({ m, n }) => [Math.ceil(n / columns), Math.ceil(m / rows), 1],
  };
}

/** Sizes rounded up to powers of two: which tiling is fastest hardly depends on more. */
function shapeClass({ m, n, k }: MatmulParams): string {
  return [m, n, k].map((size) => 2 ** Math.ceil(Math.log2(Math.max(1, size)))).join("x");
}

/** c[m, n] = a[m, k] b[n, k]^T */
export function matmulNtOp(name: string, kernel: MatmulKernel, variants: readonly MatmulKernel[] = []) {
  return defineOp({
    ...kernel,
    name,
    variants,
    shapeClass,
    params,
    buffers: {
      a: { type: "f32", access: "read", shape: ["m", "k"] },
      b: { type: "f32", access: "read", shape: ["n", "k"] },
      c: { type: "f32", access: "read_write", shape: ["m", "n"] },
    },
    cpu({ a, b, c }, size) {
      const { k } = size;
      multiply({ values: a, lineStep: k, depthStep: 1 }, { values: b, lineStep: k, depthStep: 1 }, c, size);
    },
  });
}

/** c[m, n] = a[m, k] b[k, n] */
export function matmulNnOp(name: string, kernel: MatmulKernel, variants: readonly MatmulKernel[] = []) {
  return defineOp({
    ...kernel,
    name,
    variants,
    shapeClass,
    params,
    buffers: {
      a: { type: "f32", access: "read", shape: ["m", "k"] },
      b: { type: "f32", access: "read", shape: ["k", "n"] },
      c: { type: "f32", access: "read_write", shape: ["m", "n"] },
    },
    cpu({ a, b, c }, size) {
      const { n, k } = size;
      multiply({ values: a, lineStep: k, depthStep: 1 }, { values: b, lineStep: 1, depthStep: n }, c, size);
    },
  });
}

/** c[m, n] = a[k, m]^T b[k, n] */
export function matmulTnOp(name: string, kernel: MatmulKernel, variants: readonly MatmulKernel[] = []) {
  return defineOp({
    ...kernel,
    name,
    variants,
    shapeClass,
    params,
    buffers: {
      a: { type: "f32", access: "read", shape: ["k", "m"] },
      b: { type: "f32", access: "read", shape: ["k", "n"] },
      c: { type: "f32", access: "read_write", shape: ["m", "n"] },
    },
    cpu({ a, b, c }, size) {
      const { m, n } = size;
      multiply({ values: a, lineStep: 1, depthStep: m }, { values: b, lineStep: 1, depthStep: n }, c, size);
    },
  });
}
