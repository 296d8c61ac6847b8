/** From tilt weights and loss slopes to one coefficient per response. */
import shader from "../../shaders/objective_coefficients.wgsl";
import { defineOp, grid1d } from "../backend/contract.ts";

/** coef[r] = tilt[group of r] dloss[r] = dV/da_r. */
export const objectiveCoefficients = defineOp({
  name: "objective_coefficients",
  shader,
  workgroupSize: [64, 1, 1],
  params: { groups: "u32", responses: "u32" },
  buffers: {
    tilt: { type: "f32", access: "read", shape: ["groups"] },
    group_start: { type: "u32", access: "read", shape: [({ groups }) => groups + 1] },
    dloss: { type: "f32", access: "read", shape: ["responses"] },
    coef: { type: "f32", access: "read_write", shape: ["responses"] },
  },
  workgroups: ({ groups }) => grid1d(groups, 64),
  cpu({ tilt, group_start, dloss, coef }, { groups }) {
    for (let g = 0; g < groups; g++) {
      for (let r = group_start[g]!; r < group_start[g + 1]!; r++) coef[r] = tilt[g]! * dloss[r]!;
    }
  },
});
