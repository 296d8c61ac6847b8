/** Per-group kernels of pairwise losses: response 0 of a group is the chosen one, response 1 the rejected one. */
import { defineOp, grid1d } from "../backend/contract.ts";
import type { LinkedShader } from "../backend/shader.ts";
import { type GroupFunction, SETTINGS, settingsList } from "./loss_function.ts";

/**
 * losses[g] = l(pair g); dloss = dl/da of its two responses.
 * @param shader shaders/loss_pairwise.wgsl linked with the loss's own file
 */
export function pairwiseLoss(id: string, shader: LinkedShader, loss: GroupFunction) {
  return defineOp({
    name: `loss_${id}`,
    shader,
    workgroupSize: [64, 1, 1],
    params: { groups: "u32", responses: "u32", ...SETTINGS },
    buffers: {
      logps: { type: "f32", access: "read", shape: ["responses"] },
      ref_logps: { type: "f32", access: "read", shape: ["responses"] },
      lengths: { type: "f32", access: "read", shape: ["responses"] },
      group_start: { type: "u32", access: "read", shape: [({ groups }) => groups + 1] },
      losses: { type: "f32", access: "read_write", shape: ["groups"] },
      dloss: { type: "f32", access: "read_write", shape: ["responses"] },
    },
    workgroups: ({ groups }) => grid1d(groups, 64),
    cpu({ logps, ref_logps, lengths, group_start, losses, dloss }, { groups, ...settings }) {
      const p = settingsList(settings);
      for (let g = 0; g < groups; g++) {
        const [first, end] = [group_start[g]!, group_start[g]! + 2];
        const group = {
          logps: logps.subarray(first, end),
          refLogps: ref_logps.subarray(first, end),
          lengths: lengths.subarray(first, end),
          scores: logps.subarray(0, 0),
        };
        const result = loss(group, p, { kl: 0, paddedLength: 1 });
        losses[g] = result.loss;
        dloss.set(result.gradient, first);
      }
    },
  });
}
