/** SwiGLU, y = silu(gate) * up, with both projections' outputs side by side in one row. Shazeer, arXiv 2002.05202. */
import backwardShader from "../../shaders/swiglu_backward.wgsl";
import backwardVec4Shader from "../../shaders/swiglu_backward.wgsl?if=vec4&linked";
import forwardShader from "../../shaders/swiglu_forward.wgsl";
import forwardVec4Shader from "../../shaders/swiglu_forward.wgsl?if=vec4&linked";
import { defineOp, grid1d } from "../backend/contract.ts";

/** y[r, i] = silu(gateUp[r, i]) * gateUp[r, hidden + i]. */
export const swigluForward = defineOp({
  name: "swiglu_forward",
  shader: forwardShader,
  workgroupSize: [64, 1, 1],
  params: { rows: "u32", hidden: "u32" },
  buffers: {
    gateUp: { type: "f32", access: "read", shape: ["rows", 2, "hidden"] },
    y: { type: "f32", access: "read_write", shape: ["rows", "hidden"] },
  },
  workgroups: ({ rows, hidden }) => grid1d(rows * hidden, 64),
  cpu({ gateUp, y }, { rows, hidden }) {
    for (let r = 0; r < rows; r++) {
      for (let i = 0; i < hidden; i++) {
        const gate = gateUp[2 * r * hidden + i]!;
        y[r * hidden + i] = (gate / (1 + Math.exp(-gate))) * gateUp[2 * r * hidden + hidden + i]!;
      }
    }
  },
});

/** dgateUp = the gradient of `swigluForward` in gateUp, given dy. */
export const swigluBackward = defineOp({
  name: "swiglu_backward",
  shader: backwardShader,
  workgroupSize: [64, 1, 1],
  params: { rows: "u32", hidden: "u32" },
  buffers: {
    gateUp: { type: "f32", access: "read", shape: ["rows", 2, "hidden"] },
    dy: { type: "f32", access: "read", shape: ["rows", "hidden"] },
    dgateUp: { type: "f32", access: "read_write", shape: ["rows", 2, "hidden"] },
  },
  workgroups: ({ rows, hidden }) => grid1d(rows * hidden, 64),
  cpu({ gateUp, dy, dgateUp }, { rows, hidden }) {
    for (let r = 0; r < rows; r++) {
      for (let i = 0; i < hidden; i++) {
        const at = 2 * r * hidden + i;
        const gate = gateUp[at]!;
        const s = 1 / (1 + Math.exp(-gate));
        const incoming = dy[r * hidden + i]!;
        dgateUp[at] = incoming * gateUp[at + hidden]! * s * (1 + gate * (1 - s));
        dgateUp[at + hidden] = incoming * gate * s;
      }
    }
  },
});

/** `swigluForward` where hidden is a multiple of 4. */
export const swigluForwardVec4 = defineOp({
  ...swigluForward,
  name: "swiglu_forward_vec4",
  shader: forwardVec4Shader,
  workgroups: ({ rows, hidden }) => grid1d((rows * hidden) / 4, 64),
});

/** `swigluBackward` where hidden is a multiple of 4. */
export const swigluBackwardVec4 = defineOp({
  ...swigluBackward,
  name: "swiglu_backward_vec4",
  shader: backwardVec4Shader,
  workgroups: ({ rows, hidden }) => grid1d((rows * hidden) / 4, 64),
});
