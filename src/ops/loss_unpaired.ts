/** Kernels of losses over single judged responses, and KTO's baseline. */
import baselineShader from "../../shaders/kto_baseline.wgsl";
import { defineOp, grid1d } from "../backend/contract.ts";
import type { LinkedShader } from "../backend/shader.ts";
import { type GroupFunction, SETTINGS, settingsList } from "./loss_function.ts";

/**
 * losses[i] = l(response i); dloss[i] = dl/da. Groups hold one response each; it is desirable when its score is positive.
 * @param shader shaders/loss_unpaired.wgsl linked with the loss's own file
 */
export function unpairedLoss(id: string, shader: LinkedShader, loss: GroupFunction) {
  return defineOp({
    name: `loss_${id}`,
    shader,
    workgroupSize: [64, 1, 1],
    params: { groups: "u32", responses: "u32", ...SETTINGS },
    buffers: {
      logps: { type: "f32", access: "read", shape: ["groups"] },
      ref_logps: { type: "f32", access: "read", shape: ["groups"] },
      scores: { type: "f32", access: "read", shape: ["groups"] },
      baseline: { type: "f32", access: "read", shape: [1] },
      losses: { type: "f32", access: "read_write", shape: ["groups"] },
      dloss: { type: "f32", access: "read_write", shape: ["groups"] },
    },
    workgroups: ({ groups }) => grid1d(groups, 64),
    cpu({ logps, ref_logps, scores, baseline, losses, dloss }, { groups, ...settings }) {
      const p = settingsList(settings);
      for (let i = 0; i < groups; i++) {
        const one = (x: typeof logps) => x.subarray(i, i + 1);
        const group = {
          logps: one(logps),
          refLogps: one(ref_logps),
          lengths: one(logps),
          scores: one(scores),
        };
        const result = loss(group, p, { kl: baseline[0]!, paddedLength: 1 });
        losses[i] = result.loss;
        dloss[i] = result.gradient[0]!;
      }
    },
  });
}

/**
 * baseline[0] = max(0, mean(kl_logps - kl_ref_logps)) over mismatched pairs (prompt j, response j - 1), at least two.
 * KTO, Ethayarajh et al. 2024, arXiv 2402.01306.
 */
export const ktoBaselineOp = defineOp({
  name: "kto_baseline",
  shader: baselineShader,
  workgroupSize: [1, 1, 1],
  params: { examples: "u32" },
  buffers: {
    kl_logps: { type: "f32", access: "read", shape: ["examples"] },
    kl_ref_logps: { type: "f32", access: "read", shape: ["examples"] },
    baseline: { type: "f32", access: "read_write", shape: [1] },
  },
  workgroups: () => [1, 1, 1],
  cpu({ kl_logps, kl_ref_logps, baseline }, { examples }) {
    let sum = 0;
    for (let j = 0; j < examples; j++) sum += kl_logps[j]! - kl_ref_logps[j]!;
    baseline[0] = Math.max(0, sum / examples);
  },
});
