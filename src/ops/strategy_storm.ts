/** Kernels of the variance-reduced estimator: weights of a batch seen twice, and the combination of its gradients. */
import combineShader from "../../shaders/storm_combine.wgsl";
import { defineOp, type FloatArray, grid1d } from "../backend/contract.ts";
import type { LinkedShader } from "../backend/shader.ts";
import { SUMMARY_LENGTH } from "./strategy_summary.ts";

/** What is carried from step to step; all 0 before the first. Part of a checkpoint, with the direction. */
export const STORM_STATE = { logU: 0, steps: 1, keep: 2, forget: 3, restarted: 4 } as const;

export const STORM_STATE_LENGTH = 8;

export interface StormParams {
  readonly groups: number;
  readonly lam: number;
  readonly shift: number;
  /** Mean of h over the training set; negative: the batch's own. */
  readonly mean_h: number;
  /** How fast the past is forgotten; 1 is the plain mini-batch. */
  readonly a: number;
}

export interface StormBuffers {
  readonly losses: FloatArray;
  readonly losses_before: FloatArray;
  readonly h: FloatArray;
  readonly tilt: FloatArray;
  readonly tilt_before: FloatArray;
  readonly q: FloatArray;
  readonly summary: FloatArray;
  readonly state: FloatArray;
}

/**
 * tilt and tilt_before weigh the losses at the current and the previous parameters; q is the batch's own softmax.
 * @param shader shaders/strategy_storm.wgsl linked with the strategy's own file
 * @param loop the same step as a plain function
 */
export function stormStrategy(
  id: string,
  shader: LinkedShader,
  loop: (buffers: StormBuffers, params: StormParams) => void,
) {
  return defineOp({
    name: `storm_${id}`,
    shader,
    workgroupSize: [64, 1, 1],
    params: { groups: "u32", lam: "f32", shift: "f32", mean_h: "f32", a: "f32" },
    buffers: {
      losses: { type: "f32", access: "read", shape: ["groups"] },
      losses_before: { type: "f32", access: "read", shape: ["groups"] },
      h: { type: "f32", access: "read", shape: ["groups"] },
      tilt: { type: "f32", access: "read_write", shape: ["groups"] },
      tilt_before: { type: "f32", access: "read_write", shape: ["groups"] },
      q: { type: "f32", access: "read_write", shape: ["groups"] },
      summary: { type: "f32", access: "read_write", shape: [SUMMARY_LENGTH] },
      state: { type: "f32", access: "read_write", shape: [STORM_STATE_LENGTH] },
    },
    workgroups: () => [1, 1, 1],
    cpu: loop,
  });
}

/** direction = gradient <- gradient + keep direction - forget before; keep and forget from the state. */
export const stormCombine = defineOp({
  name: "storm_combine",
  shader: combineShader,
  workgroupSize: [64, 1, 1],
  params: { count: "u32" },
  buffers: {
    before: { type: "f32", access: "read", shape: ["count"] },
    state: { type: "f32", access: "read", shape: [STORM_STATE_LENGTH] },
    gradient: { type: "f32", access: "read_write", shape: ["count"] },
    direction: { type: "f32", access: "read_write", shape: ["count"] },
  },
  workgroups: ({ count }) => grid1d(count, 64),
  cpu({ before, state, gradient, direction }, { count }) {
    const [keep, forget] = [state[STORM_STATE.keep]!, state[STORM_STATE.forget]!];
    for (let i = 0; i < count; i++) {
      gradient[i] = gradient[i]! + keep * direction[i]! - forget * before[i]!;
      direction[i] = gradient[i]!;
    }
  },
});
