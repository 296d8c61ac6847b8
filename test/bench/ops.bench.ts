/** How the shaders compare with the CPU loops, at the sizes of one training step of the default model. */
import { bench, describe } from "vitest";
import type { Backend, Plan, Tensor } from "../../src/backend/backend.ts";
import { createCpuBackend } from "../../src/backend/cpu/cpu_backend.ts";
import { adamw } from "../../src/ops/adamw.ts";
import { attentionOps, blockRanges } from "../../src/ops/attention.ts";
import { matmulNn, matmulNt } from "../../src/ops/matmul.ts";
import { rmsnormForward } from "../../src/ops/rmsnorm.ts";
import { webgpuBackend } from "../browser/backend.ts";
import { spansOf } from "../ops/cases/attention.ts";
import { type OpCase, opCase, startingValues } from "../ops/op_case.ts";

/** Eight pairs, prompt and two responses each: 768 tokens. */
const groups = Array.from({ length: 8 }, () => [32, 32, 32]);
const rows = 768;

const cases: OpCase[] = [
  opCase(matmulNt, `${rows} rows, 128 to 512`, { m: rows, n: 512, k: 128, accumulate: 0 }),
  opCase(matmulNn, `${rows} rows, 512 to 128`, { m: rows, n: 128, k: 512, accumulate: 0 }),
  opCase(
    attentionOps(32).forward,
    "8 pairs, 4 heads of 32",
    { tokens: rows, heads: 4, kvHeads: 4, headDim: 32 },
    { fill: { spans: () => spansOf(groups), ranges: () => blockRanges(Uint32Array.from(spansOf(groups))) } },
  ),
  opCase(rmsnormForward, `${rows} rows of 128`, { rows, dim: 128, eps: 1e-5 }),
  opCase(
    adamw,
    "a million parameters",
    {
      count: 1 << 20,
      decayed: 1 << 20,
      lr: 1e-3,
      beta1: 0.9,
      beta2: 0.95,
      eps: 1e-8,
      weightDecay: 0.1,
      correction1: 1,
      correction2: 1,
    },
    { fill: { v: (_, length) => new Float64Array(length).fill(1) } },
  ),
];

async function planOf(backend: Backend, { op, params, name, ...testCase }: OpCase): Promise<Plan> {
  const tensors: Record<string, Tensor> = {};
  for (const [buffer, data] of Object.entries(startingValues({ op, params, name, ...testCase }))) {
    tensors[buffer] = backend.tensor(buffer, op.buffers[buffer]!.type, data.length);
    backend.write(tensors[buffer], data);
  }
  return backend.plan(name, (recorder) => recorder.dispatch(op, tensors, params));
}

const backends: Record<string, () => Promise<Backend>> = {
  "WGSL, 8 replays": webgpuBackend,
  "CPU loop, 8 runs": async () => createCpuBackend({ precision: "f32" }),
};

describe.each(cases)("$name", (testCase) => {
  for (const [name, open] of Object.entries(backends)) {
    let plan: Plan;
    let backend: Backend;
    bench(
      name,
      async () => {
        for (let i = 0; i < 8; i++) plan.run();
        await backend.settled();
      },
      {
        iterations: 5,
        time: 500,
        warmupIterations: 1,
        warmupTime: 0,
        throws: true,
        async setup() {
          backend = await open();
          plan = await planOf(backend, testCase);
        },
        teardown: () => plan.destroy(),
      },
    );
  }
});
