/** Kernels of the strategies of the log-mean-exp kind (KL-DRO, DoRA, Dr.DPO and relatives). */
import { defineOp, type FloatArray } from "../backend/contract.ts";
import type { LinkedShader } from "../backend/shader.ts";
import { SUMMARY_LENGTH, TILT_STATE_LENGTH } from "./strategy_summary.ts";

/** Settings of one step. */
export interface TiltParams {
  readonly groups: number;
  /** lambda, or b' for the optimistic forms; where a learned lambda starts. */
  readonly lam: number;
  readonly shift: number;
  /** Mean of h over the training set; negative: the batch's own. */
  readonly mean_h: number;
  /** Share of the newest batch in the running normaliser; 0: this batch alone, exactly. */
  readonly gamma: number;
  /** Position in `RUNNING_MODES`. */
  readonly mode: number;
  readonly cap: number;
  /** 1: learn lambda under the KL budget rho. */
  readonly learn: number;
  readonly rho: number;
  readonly lambda_rate: number;
  readonly lambda_min: number;
}

export interface TiltBuffers {
  readonly losses: FloatArray;
  readonly h: FloatArray;
  readonly tilt: FloatArray;
  readonly q: FloatArray;
  readonly summary: FloatArray;
  readonly state: FloatArray;
}

/**
 * tilt[i] = dV/dl_i; q = softmax of the exponents; summary and state as in strategy_summary.ts. One workgroup.
 * @param shader shaders/strategy_tilt.wgsl linked with the strategy's own file
 * @param loop the same step as a plain function
 */
export function tiltStrategy(
  id: string,
  shader: LinkedShader,
  loop: (buffers: TiltBuffers, params: TiltParams) => void,
) {
  return defineOp({
    name: `strategy_${id}`,
    shader,
    workgroupSize: [64, 1, 1],
    params: {
      groups: "u32",
      lam: "f32",
      shift: "f32",
      mean_h: "f32",
      gamma: "f32",
      mode: "u32",
      cap: "f32",
      learn: "u32",
      rho: "f32",
      lambda_rate: "f32",
      lambda_min: "f32",
    },
    buffers: {
      losses: { type: "f32", access: "read", shape: ["groups"] },
      h: { type: "f32", access: "read", shape: ["groups"] },
      tilt: { type: "f32", access: "read_write", shape: ["groups"] },
      q: { type: "f32", access: "read_write", shape: ["groups"] },
      summary: { type: "f32", access: "read_write", shape: [SUMMARY_LENGTH] },
      state: { type: "f32", access: "read_write", shape: [TILT_STATE_LENGTH] },
    },
    workgroups: () => [1, 1, 1],
    cpu: loop,
  });
}
