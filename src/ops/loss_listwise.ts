/** Per-group kernels of listwise losses: a group of any length, with a score per response. */
import { defineOp, grid1d } from "../backend/contract.ts";
import type { LinkedShader } from "../backend/shader.ts";
import { type GroupFunction, SETTINGS, settingsList } from "./loss_function.ts";

/**
 * losses[g] = l(list g); dloss = dl/da of its responses. `scratch` is working memory, one number per response.
 * `padded_length` is the batch's longest sequence less one; only one variant of RRHF reads it.
 * @param shader shaders/loss_listwise.wgsl linked with the loss's own file
 */
export function listwiseLoss(id: string, shader: LinkedShader, loss: GroupFunction) {
  return defineOp({
    name: `loss_${id}`,
    shader,
    workgroupSize: [64, 1, 1],
    params: { groups: "u32", responses: "u32", padded_length: "f32", ...SETTINGS },
    buffers: {
      logps: { type: "f32", access: "read", shape: ["responses"] },
      ref_logps: { type: "f32", access: "read", shape: ["responses"] },
      lengths: { type: "f32", access: "read", shape: ["responses"] },
      scores: { type: "f32", access: "read", shape: ["responses"] },
      group_start: { type: "u32", access: "read", shape: [({ groups }) => groups + 1] },
      losses: { type: "f32", access: "read_write", shape: ["groups"] },
      dloss: { type: "f32", access: "read_write", shape: ["responses"] },
      scratch: { type: "f32", access: "read_write", shape: ["responses"] },
    },
    workgroups: ({ groups }) => grid1d(groups, 64),
    cpu(buffers, { groups, padded_length, ...settings }) {
      const { logps, ref_logps, lengths, scores, group_start, losses, dloss } = buffers;
      const p = settingsList(settings);
      for (let g = 0; g < groups; g++) {
        const [first, end] = [group_start[g]!, group_start[g + 1]!];
        const group = {
          logps: logps.subarray(first, end),
          refLogps: ref_logps.subarray(first, end),
          lengths: lengths.subarray(first, end),
          scores: scores.subarray(first, end),
        };
        const result = loss(group, p, { kl: 0, paddedLength: padded_length });
        losses[g] = result.loss;
        dloss.set(result.gradient, first);
      }
    },
  });
}
