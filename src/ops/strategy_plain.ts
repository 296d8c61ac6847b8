/** Kernels of the strategies without state: weighted means, sorted weights, budgets. */
import klConstrainedShader from "../../shaders/strategy_kl_constrained.wgsl";
import releasedRrhfShader from "../../shaders/strategy_released_rrhf.wgsl";
import { defineOp, type FloatArray } from "../backend/contract.ts";
import type { LinkedShader } from "../backend/shader.ts";
import { SUMMARY, SUMMARY_LENGTH } from "./strategy_summary.ts";

/** What a plain strategy computes from one batch. */
export interface PlainResult {
  readonly value: number;
  readonly gradient: readonly number[];
  readonly q: readonly number[];
  readonly lambda?: number;
  readonly eta?: number;
}

export interface PlainOutputs {
  readonly tilt: FloatArray;
  readonly q: FloatArray;
  readonly summary: FloatArray;
}

/** Writes a result where its kernel would. */
export function writePlain(result: PlainResult, { tilt, q, summary }: PlainOutputs): void {
  tilt.set(result.gradient);
  q.set(result.q);
  summary.fill(0, 0, SUMMARY_LENGTH);
  summary[SUMMARY.value] = result.value;
  summary[SUMMARY.lambda] = result.lambda ?? 0;
  summary[SUMMARY.eta] = result.eta ?? 0;
}

const outputs = {
  tilt: { type: "f32", access: "read_write", shape: ["groups"] },
  q: { type: "f32", access: "read_write", shape: ["groups"] },
  summary: { type: "f32", access: "read_write", shape: [SUMMARY_LENGTH] },
} as const;

const losses = { type: "f32", access: "read", shape: ["groups"] } as const;

/** V = mean w l with constant weights w(l, h) of two settings. One workgroup. */
export function linearStrategy(
  id: string,
  shader: LinkedShader,
  evaluate: (losses: FloatArray, h: FloatArray, settings: readonly number[]) => PlainResult,
) {
  return defineOp({
    name: `strategy_${id}`,
    shader,
    workgroupSize: [64, 1, 1],
    params: { groups: "u32", p0: "f32", p1: "f32" },
    buffers: { losses, h: { type: "f32", access: "read", shape: ["groups"] }, ...outputs },
    workgroups: () => [1, 1, 1],
    cpu(buffers, { groups, p0, p1 }) {
      const result = evaluate(buffers.losses.subarray(0, groups), buffers.h.subarray(0, groups), [p0, p1]);
      writePlain(result, buffers);
    },
  });
}

/** Strategies decided by the ranking of the losses, with one setting. One workgroup; O(B^2) comparisons. */
export function sortedStrategy(
  id: string,
  shader: LinkedShader,
  evaluate: (losses: FloatArray, setting: number) => PlainResult,
) {
  return defineOp({
    name: `strategy_${id}`,
    shader,
    workgroupSize: [64, 1, 1],
    params: { groups: "u32", p0: "f32" },
    buffers: { losses, ...outputs },
    workgroups: () => [1, 1, 1],
    cpu: (buffers, { groups, p0 }) => writePlain(evaluate(buffers.losses.subarray(0, groups), p0), buffers),
  });
}

/** sup of q.l over KL(q || u) <= rho; lambda by bisection. One workgroup. */
export function klConstrainedStrategy(evaluate: (losses: FloatArray, rho: number) => PlainResult) {
  return defineOp({
    name: "strategy_kl_dro_constrained",
    shader: klConstrainedShader,
    workgroupSize: [64, 1, 1],
    params: { groups: "u32", rho: "f32" },
    buffers: { losses, ...outputs },
    workgroups: () => [1, 1, 1],
    cpu: (buffers, { groups, rho }) => writePlain(evaluate(buffers.losses.subarray(0, groups), rho), buffers),
  });
}

/** log mean exp(L t_r) over the batch's responses, L = mean loss. One workgroup. */
export function releasedRrhfStrategy(evaluate: (losses: FloatArray, weights: FloatArray) => PlainResult) {
  return defineOp({
    name: "strategy_released_rrhf",
    shader: releasedRrhfShader,
    workgroupSize: [64, 1, 1],
    params: { groups: "u32", responses: "u32" },
    buffers: {
      losses,
      response_weights: { type: "f32", access: "read", shape: ["responses"] },
      ...outputs,
    },
    workgroups: () => [1, 1, 1],
    cpu(buffers, { groups, responses }) {
      const weights = buffers.response_weights.subarray(0, responses);
      writePlain(evaluate(buffers.losses.subarray(0, groups), weights), buffers);
    },
  });
}
