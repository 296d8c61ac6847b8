/** AdamW over one flat pool of parameters. Loshchilov and Hutter, arXiv 1711.05101; PyTorch's form. */
import shader from "../../shaders/adamw.wgsl";
import vec4Shader from "../../shaders/adamw.wgsl?if=vec4&linked";
import { defineOp, grid1d } from "../backend/contract.ts";

/** One step. `clip[1]` scales the gradient; weight decay reaches the first `decayed` elements only. */
export const adamw = defineOp({
  name: "adamw",
  shader,
  workgroupSize: [64, 1, 1],
  params: {
    count: "u32",
    decayed: "u32",
    lr: "f32",
    beta1: "f32",
    beta2: "f32",
    eps: "f32",
    weightDecay: "f32",
    correction1: "f32",
    correction2: "f32",
  },
  buffers: {
    gradient: { type: "f32", access: "read", shape: ["count"] },
    clip: { type: "f32", access: "read", shape: [2] },
    parameter: { type: "f32", access: "read_write", shape: ["count"] },
    m: { type: "f32", access: "read_write", shape: ["count"] },
    v: { type: "f32", access: "read_write", shape: ["count"] },
  },
  workgroups: ({ count }) => grid1d(count, 8 * 64),
  variants: [
    {
      id: "vec4",
      shader: vec4Shader,
      workgroupSize: [64, 1, 1],
      multiples: { count: 4, decayed: 4 },
      workgroups: ({ count }) => grid1d(count / 4, 8 * 64),
    },
  ],
  cpu({ gradient, clip, parameter, m, v }, p) {
    for (let i = 0; i < p.count; i++) {
      const g = gradient[i]! * clip[1]!;
      m[i] = p.beta1 * m[i]! + (1 - p.beta1) * g;
      v[i] = p.beta2 * v[i]! + (1 - p.beta2) * g * g;
      const kept = parameter[i]! * (i < p.decayed ? 1 - p.lr * p.weightDecay : 1);
      parameter[i] = kept - (p.lr * m[i]! * p.correction1) / (Math.sqrt(v[i]! * p.correction2) + p.eps);
    }
  },
});
