/**
 * The policy of Plane as ops: f is a tanh network 2-H-H-1 or, with H = 0, a linear function of the five quadratic
 * features x, y, x^2, xy, y^2. The loops also run in float64, for whole runs at once (src/model/plane_policy.ts).
 */
import backwardShader from "../../shaders/plane_backward.wgsl";
import forwardShader from "../../shaders/plane_forward.wgsl";
import { defineOp, grid1d } from "../backend/contract.ts";

/** x, y, x^2, x y, y^2. */
const FEATURES = 5;

/** Parameters of a policy of this width: W1 [H, 2], b1 [H], W2 [H, H], b2 [H], W3 [H], or five feature weights. */
export function planeParameterCount(hidden: number): number {
  return hidden === 0 ? FEATURES : hidden * hidden + 5 * hidden;
}

const parameters = ({ hidden }: { readonly hidden: number }): number => planeParameterCount(hidden);

/** f[i] at points[i]; keeps the activations of both layers. */
export const planeForwardOp = defineOp({
  name: "plane_forward",
  shader: forwardShader,
  workgroupSize: [64, 1, 1],
  params: { points: "u32", hidden: "u32" },
  buffers: {
    points: { type: "f32", access: "read", shape: ["points", 2] },
    parameters: { type: "f32", access: "read", shape: [parameters] },
    f: { type: "f32", access: "read_write", shape: ["points"] },
    first: { type: "f32", access: "read_write", shape: ["points", "hidden"] },
    second: { type: "f32", access: "read_write", shape: ["points", "hidden"] },
  },
  workgroups: ({ points }) => grid1d(points, 64),
  cpu({ points, parameters: p, f, first, second }, { points: n, hidden: H }) {
    const b1 = 2 * H;
    const w2 = 3 * H;
    const b2 = w2 + H * H;
    const w3 = b2 + H;
    for (let i = 0; i < n; i++) {
      const x = points[2 * i]!;
      const y = points[2 * i + 1]!;
      if (H === 0) {
        f[i] = p[0]! * x + p[1]! * y + p[2]! * x * x + p[3]! * x * y + p[4]! * y * y;
        continue;
      }
      const row = i * H;
      for (let k = 0; k < H; k++) first[row + k] = Math.tanh(p[2 * k]! * x + p[2 * k + 1]! * y + p[b1 + k]!);
      let sum = 0;
      for (let j = 0; j < H; j++) {
        let z = p[b2 + j]!;
        for (let k = 0; k < H; k++) z += p[w2 + j * H + k]! * first[row + k]!;
        const unit = Math.tanh(z);
        second[row + j] = unit;
        sum += p[w3 + j]! * unit;
      }
      f[i] = sum;
    }
  },
});

/** dparameters += the gradient of `planeForwardOp` in the parameters, given coef = dV/df. */
export const planeBackwardOp = defineOp({
  name: "plane_backward",
  shader: backwardShader,
  workgroupSize: [64, 1, 1],
  params: { points: "u32", hidden: "u32" },
  buffers: {
    points: { type: "f32", access: "read", shape: ["points", 2] },
    parameters: { type: "f32", access: "read", shape: [parameters] },
    first: { type: "f32", access: "read", shape: ["points", "hidden"] },
    second: { type: "f32", access: "read", shape: ["points", "hidden"] },
    coef: { type: "f32", access: "read", shape: ["points"] },
    dparameters: { type: "f32", access: "read_write", shape: [parameters] },
  },
  workgroups: ({ hidden }) => grid1d(planeParameterCount(hidden), 64),
  cpu({ points, parameters: p, first, second, coef, dparameters: g }, { points: n, hidden: H }) {
    const b1 = 2 * H;
    const w2 = 3 * H;
    const b2 = w2 + H * H;
    const w3 = b2 + H;
    const down = new Float64Array(H);
    for (let i = 0; i < n; i++) {
      const c = coef[i]!;
      const x = points[2 * i]!;
      const y = points[2 * i + 1]!;
      if (H === 0) {
        g[0]! += c * x;
        g[1]! += c * y;
        g[2]! += c * x * x;
        g[3]! += c * x * y;
        g[4]! += c * y * y;
        continue;
      }
      const row = i * H;
      down.fill(0);
      for (let j = 0; j < H; j++) {
        const unit = second[row + j]!;
        g[w3 + j]! += c * unit;
        const dz = c * p[w3 + j]! * (1 - unit * unit);
        g[b2 + j]! += dz;
        for (let k = 0; k < H; k++) {
          g[w2 + j * H + k]! += dz * first[row + k]!;
          down[k]! += dz * p[w2 + j * H + k]!;
        }
      }
      for (let k = 0; k < H; k++) {
        const unit = first[row + k]!;
        const dz = down[k]! * (1 - unit * unit);
        g[2 * k]! += dz * x;
        g[2 * k + 1]! += dz * y;
        g[b1 + k]! += dz;
      }
    }
  },
});
