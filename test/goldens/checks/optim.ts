import { type Backend, type Scalar, scalar } from "../../../src/backend/backend.ts";
import {
  adamwStep,
  clipFactor,
  type Schedule,
  scheduleMultiplier,
  warmupSteps,
} from "../../../src/model/optim.ts";
import { adamw as adamwOp } from "../../../src/ops/adamw.ts";
import { gradNormFinish, gradNormPartials, partialCount } from "../../../src/ops/grad_norm.ts";
import { type Fields, fields, type GoldenCase, matrix, number, numbers } from "../case.ts";
import type { GoldenCheck } from "../check.ts";
import { type Comparison, EXACT, FLOAT32_OP } from "../compare.ts";

function adamw(golden: GoldenCase, to: Comparison): void {
  const params = fields(golden, "params");
  const options = {
    beta1: number(params, "beta1"),
    beta2: number(params, "beta2"),
    eps: number(params, "eps"),
    weightDecay: number(params, "weight_decay"),
  };
  const param = Float64Array.from(numbers(fields(golden, "inputs"), "param"));
  const [m, v] = [new Float64Array(param.length), new Float64Array(param.length)];
  const steps = fields(golden, "outputs").steps as readonly Fields[];
  matrix(fields(golden, "inputs"), "grads").forEach((gradient, t) => {
    adamwStep(param, gradient, m, v, t + 1, number(params, "lr"), options);
    to.close(`${golden.id} step ${t + 1}`, "param", param, numbers(steps[t]!, "param"), EXACT);
    to.close(`${golden.id} step ${t + 1}`, "m", m, numbers(steps[t]!, "m"), EXACT);
    to.close(`${golden.id} step ${t + 1}`, "v", v, numbers(steps[t]!, "v"), EXACT);
  });
}

function schedule(golden: GoldenCase, to: Comparison): void {
  const params = fields(golden, "params");
  const total = number(params, "total_steps");
  const warmup = warmupSteps(total, number(params, "warmup_ratio"));
  to.close(golden.id, "warmup_steps", warmup, number(params, "warmup_steps"), EXACT);
  const want = numbers(fields(golden, "outputs"), "multiplier");
  const got = want.map((_, step) => scheduleMultiplier(params.schedule as Schedule, step, total, warmup));
  to.close(golden.id, "multiplier", got, want, EXACT);
}

function clip(golden: GoldenCase, to: Comparison): void {
  const gradients = tensors(fields(golden, "inputs"));
  const { norm, factor } = clipFactor(gradients, number(fields(golden, "params"), "max_norm"));
  const outputs = fields(golden, "outputs");
  to.close(golden.id, "total_norm", norm, number(outputs, "total_norm"), EXACT);
  to.close(golden.id, "coefficient", factor, number(outputs, "coefficient"), EXACT);
  const clipped = gradients.map((gradient) => gradient.map((g) => g * factor));
  to.close(golden.id, "grads", clipped, tensors(outputs), EXACT);
}

/** Tensors of any rank, flattened. */
function tensors(of: Fields): number[][] {
  return numbers(of, "grads").map((tensor) => [tensor].flat(Number.POSITIVE_INFINITY) as number[]);
}

async function adamwOn(golden: GoldenCase, to: Comparison, backend: Backend): Promise<void> {
  const params = fields(golden, "params");
  const start = numbers(fields(golden, "inputs"), "param");
  const count = start.length;
  const tensor = (label: string, length = count) => backend.tensor(label, "f32", length);
  const clip = tensor("clip", 2);
  const [parameter, gradient, m, v] = [tensor("param"), tensor("gradient"), tensor("m"), tensor("v")];
  backend.write(parameter, start);
  backend.write(clip, [0, 1]);
  const [correction1, correction2]: [Scalar, Scalar] = [scalar("correction 1", 1), scalar("correction 2", 1)];
  const plan = await backend.plan("golden adamw", (recorder) =>
    recorder.dispatch(
      adamwOp,
      { gradient, clip, parameter, m, v },
      {
        count,
        decayed: count,
        lr: number(params, "lr"),
        beta1: number(params, "beta1"),
        beta2: number(params, "beta2"),
        eps: number(params, "eps"),
        weightDecay: number(params, "weight_decay"),
        correction1,
        correction2,
      },
    ),
  );
  const steps = fields(golden, "outputs").steps as readonly Fields[];
  let t = 0;
  for (const values of matrix(fields(golden, "inputs"), "grads")) {
    t++;
    backend.write(gradient, values);
    correction1.value = 1 / (1 - number(params, "beta1") ** t);
    correction2.value = 1 / (1 - number(params, "beta2") ** t);
    plan.run();
    const want = steps[t - 1]!;
    for (const [name, held] of Object.entries({ param: parameter, m, v })) {
      to.close(`${golden.id} step ${t}`, name, await backend.read(held), numbers(want, name), FLOAT32_OP);
    }
  }
  plan.destroy();
  for (const held of [clip, parameter, gradient, m, v]) backend.free(held);
}

async function clipOn(golden: GoldenCase, to: Comparison, backend: Backend): Promise<void> {
  const outputs = fields(golden, "outputs");
  const values = tensors(fields(golden, "inputs")).flat();
  const partials = partialCount(values.length);
  const gradient = backend.tensor("gradient", "f32", values.length);
  const partial = backend.tensor("partial", "f32", partials);
  const clip = backend.tensor("clip", "f32", 2);
  backend.write(gradient, values);
  const plan = await backend.plan("golden clip", (recorder) => {
    recorder.dispatch(gradNormPartials, { gradient, partial }, { count: values.length, partials });
    recorder.dispatch(
      gradNormFinish,
      { partial, clip },
      { partials, maxNorm: number(fields(golden, "params"), "max_norm") },
    );
  });
  plan.run();
  const [norm, factor] = await backend.read(clip);
  to.close(golden.id, "total_norm", norm!, number(outputs, "total_norm"), FLOAT32_OP);
  to.close(golden.id, "coefficient", factor!, number(outputs, "coefficient"), FLOAT32_OP);
  // The optimiser multiplies by the factor as it reads; there is no clipped copy on the GPU.
  to.close(
    golden.id,
    "grads",
    values.map((g) => g * factor!),
    tensors(outputs).flat(),
    FLOAT32_OP,
  );
  plan.destroy();
  for (const held of [gradient, partial, clip]) backend.free(held);
}

export const check: GoldenCheck<Backend> = {
  kind: "optim",
  float64: (cases, comparison) => {
    for (const golden of cases) {
      if (golden.kind === "adamw") adamw(golden, comparison);
      else if (golden.kind === "schedule") schedule(golden, comparison);
      else if (golden.kind === "clip_grad_norm") clip(golden, comparison);
      else comparison.skip(golden.id, `no check for kind ${String(golden.kind)}`);
    }
  },
  async wgsl(cases, comparison, backend) {
    for (const golden of cases) {
      if (golden.kind === "adamw") await adamwOn(golden, comparison, backend);
      else if (golden.kind === "clip_grad_norm") await clipOn(golden, comparison, backend);
      else if (golden.kind === "schedule") schedule(golden, comparison);
      else comparison.skip(golden.id, `no check for kind ${String(golden.kind)}`);
    }
  },
};
