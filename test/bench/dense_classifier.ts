/**
 * The peers' classifier, 256 rows of 4,096 features, one ReLU layer of 256, one logistic output, Adam, from Tilt's
 * products and optimiser. Its two small kernels live here because nothing in Tilt has this shape: Tilt's own classifier
 * reads sparse n-grams.
 */
import type { Backend } from "../../src/backend/backend.ts";
import { defineOp } from "../../src/backend/contract.ts";
import { optimizerScalars, setStep } from "../../src/model/optimizer.ts";
import { adamw } from "../../src/ops/adamw.ts";
import { matmulNn, matmulTn } from "../../src/ops/matmul.ts";

const PARAMS = `struct Params { rows: u32, hidden: u32 }
@group(0) @binding(0) var<uniform> params: Params;`;

/** Per row: loss and, in place of `pre`, its gradient. out [hidden] weights then the bias; residual = dloss/dlogit. */
const outputLayer = defineOp({
  name: "bench_output_layer",
  shader: {
    file: "test/bench/dense_classifier.ts",
    origins: [],
    code: `${PARAMS}
@group(0) @binding(1) var<storage, read> bias: array<f32>;
@group(0) @binding(2) var<storage, read> out: array<f32>;
@group(0) @binding(3) var<storage, read> label: array<f32>;
@group(0) @binding(4) var<storage, read_write> pre: array<f32>;
@group(0) @binding(5) var<storage, read_write> hiddenOut: array<f32>;
@group(0) @binding(6) var<storage, read_write> row: array<f32>;
@compute @workgroup_size(4) fn main(@builtin(global_invocation_id) id: vec3u) {
  let r = id.x;
  if (r >= params.rows) { return; }
  let at = r * params.hidden;
  var z = out[params.hidden];
  for (var j = 0u; j < params.hidden; j++) {
    let a = max(pre[at + j] + bias[j], 0.0);
    hiddenOut[at + j] = a;
    z = fma(a, out[j], z);
  }
  let count = f32(params.rows);
  let residual = (1.0 / (1.0 + exp(-z)) - label[r]) / count;
  row[2u * r] = residual;
  row[2u * r + 1u] = (max(z, 0.0) - z * label[r] + log(1.0 + exp(-abs(z)))) / count;
  for (var j = 0u; j < params.hidden; j++) { pre[at + j] = select(0.0, residual * out[j], hiddenOut[at + j] > 0.0); }
}`,
  },
  workgroupSize: [4, 1, 1],
  params: { rows: "u32", hidden: "u32" },
  buffers: {
    bias: { type: "f32", access: "read", shape: ["hidden"] },
    out: { type: "f32", access: "read", shape: [({ hidden }) => hidden + 1] },
    label: { type: "f32", access: "read", shape: ["rows"] },
    pre: { type: "f32", access: "read_write", shape: ["rows", "hidden"] },
    hiddenOut: { type: "f32", access: "read_write", shape: ["rows", "hidden"] },
    row: { type: "f32", access: "read_write", shape: ["rows", 2] },
  },
  workgroups: ({ rows }) => [Math.ceil(rows / 4), 1, 1],
  cpu() {
    throw new Error("the benchmark's classifier runs on a GPU only");
  },
});

/** Gradients of the bias and the output layer, and the summed loss: one invocation per hidden unit, and one more. */
const sums = defineOp({
  name: "bench_sums",
  shader: {
    file: "test/bench/dense_classifier.ts",
    origins: [],
    code: `${PARAMS}
@group(0) @binding(1) var<storage, read> dpre: array<f32>;
@group(0) @binding(2) var<storage, read> hiddenOut: array<f32>;
@group(0) @binding(3) var<storage, read> row: array<f32>;
@group(0) @binding(4) var<storage, read_write> dbias: array<f32>;
@group(0) @binding(5) var<storage, read_write> dout: array<f32>;
@group(0) @binding(6) var<storage, read_write> loss: array<f32>;
@compute @workgroup_size(4) fn main(@builtin(global_invocation_id) id: vec3u) {
  let j = id.x;
  if (j > params.hidden) { return; }
  var first = 0.0;
  var second = 0.0;
  for (var r = 0u; r < params.rows; r++) {
    if (j < params.hidden) {
      first += dpre[r * params.hidden + j];
      second = fma(row[2u * r], hiddenOut[r * params.hidden + j], second);
    } else {
      first += row[2u * r + 1u];
      second += row[2u * r];
    }
  }
  if (j < params.hidden) { dbias[j] = first; } else { loss[0] = first; }
  dout[j] = second;
}`,
  },
  workgroupSize: [4, 1, 1],
  params: { rows: "u32", hidden: "u32" },
  buffers: {
    dpre: { type: "f32", access: "read", shape: ["rows", "hidden"] },
    hiddenOut: { type: "f32", access: "read", shape: ["rows", "hidden"] },
    row: { type: "f32", access: "read", shape: ["rows", 2] },
    dbias: { type: "f32", access: "read_write", shape: ["hidden"] },
    dout: { type: "f32", access: "read_write", shape: [({ hidden }) => hidden + 1] },
    loss: { type: "f32", access: "read_write", shape: [1] },
  },
  workgroups: ({ hidden }) => [Math.ceil((hidden + 1) / 4), 1, 1],
  cpu() {
    throw new Error("the benchmark's classifier runs on a GPU only");
  },
});

export interface ClassifierProblem {
  readonly rows: number;
  readonly features: number;
  readonly hidden: number;
  /** [rows, features], [rows] */
  readonly x: Float32Array;
  readonly y: ArrayLike<number>;
  /** w1 [features, hidden], b1 [hidden], w2 [hidden], b2 [1] one after another. */
  readonly weights: Float32Array;
  readonly lr: number;
}

/** One training step a call; resolves, after the device has finished, to the loss before the step. */
export async function openClassifier(
  backend: Backend,
  { rows, features, hidden, x, y, weights, lr }: ClassifierProblem,
): Promise<{ run(): Promise<number>; dispatches: number }> {
  const inner = features * hidden;
  // Padded so that the optimiser can take four at a time.
  const count = Math.ceil(weights.length / 4) * 4;
  const pool = (label: string) => {
    const all = backend.tensor(label, "f32", count);
    return {
      all,
      w1: backend.view(all, `${label} w1`, 0, inner),
      b1: backend.view(all, `${label} b1`, inner, hidden),
      out: backend.view(all, `${label} w2, b2`, inner + hidden, hidden + 1),
    };
  };
  const parameter = pool("weights");
  const gradient = pool("gradient");
  backend.write(parameter.all, weights);
  const m = backend.tensor("m", "f32", count);
  const v = backend.tensor("v", "f32", count);
  const clip = backend.tensor("clip", "f32", 2);
  backend.write(clip, [0, 1]);
  const input = backend.tensor("x", "f32", x.length);
  backend.write(input, x);
  const label = backend.tensor("y", "f32", rows);
  backend.write(label, y);
  const pre = backend.tensor("pre", "f32", rows * hidden);
  const hiddenOut = backend.tensor("hiddenOut", "f32", rows * hidden);
  const row = backend.tensor("row", "f32", 2 * rows);
  const loss = backend.tensor("loss", "f32", 1);
  const scalars = optimizerScalars({ beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0, maxNorm: 0 });
  const { maxNorm: _, ...rest } = scalars;
  const plan = await backend.plan("classifier step", (recorder) => {
    recorder.dispatch(
      matmulNn,
      { a: input, b: parameter.w1, c: pre },
      { m: rows, n: hidden, k: features, accumulate: 0 },
    );
    recorder.dispatch(
      outputLayer,
      { bias: parameter.b1, out: parameter.out, label, pre, hiddenOut, row },
      { rows, hidden },
    );
    recorder.dispatch(
      sums,
      { dpre: pre, hiddenOut, row, dbias: gradient.b1, dout: gradient.out, loss },
      { rows, hidden },
    );
    recorder.dispatch(
      matmulTn,
      { a: input, b: pre, c: gradient.w1 },
      { m: features, n: hidden, k: rows, accumulate: 0 },
    );
    recorder.dispatch(
      adamw,
      { gradient: gradient.all, clip, parameter: parameter.all, m, v },
      { count, decayed: 0, ...rest },
    );
  });
  const tap = backend.tap(loss, 1);
  let steps = 0;
  return {
    dispatches: plan.dispatches,
    async run() {
      setStep(scalars, ++steps, lr);
      plan.run([tap]);
      return (await tap.take())[0]!;
    },
  };
}
