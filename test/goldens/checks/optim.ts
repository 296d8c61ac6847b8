import { adamwStep, clipFactor, type Schedule, scheduleMultiplier, warmupSteps } from "../../../src/model/optim.ts";
import { type Fields, fields, type GoldenCase, matrix, number, numbers } from "../case.ts";
import type { GoldenCheck } from "../check.ts";
import { type Comparison, EXACT } from "../compare.ts";

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

export const check: GoldenCheck = {
  kind: "optim",
  float64: (cases, comparison) => {
    for (const golden of cases) {
      if (golden.kind === "adamw") adamw(golden, comparison);
      else if (golden.kind === "schedule") schedule(golden, comparison);
      else if (golden.kind === "clip_grad_norm") clip(golden, comparison);
      else comparison.skip(golden.id, `no check for kind ${String(golden.kind)}`);
    }
  },
};
