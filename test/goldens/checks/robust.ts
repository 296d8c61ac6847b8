import type { Backend } from "../../../src/backend/backend.ts";
import { makeObjective } from "../../../src/objective/objective.ts";
import type { ParamValues } from "../../../src/objective/params.ts";
import { strategyById } from "../../../src/objective/strategies/index.ts";
import { resolveStrategyParams } from "../../../src/objective/strategies/strategy.ts";
import { SUMMARY } from "../../../src/ops/strategy_summary.ts";
import { strategyOn } from "../backend_runs.ts";
import { fields, type GoldenCase, number, numbers } from "../case.ts";
import type { GoldenCheck } from "../check.ts";
import { type Comparison, EXACT, FLOAT32_OP, ITERATIVE, SMALL_LAMBDA, type Tolerance } from "../compare.ts";

/** Tolerance by strategy: the constrained duals are solved, not written down. */
export function strategyTolerance(wrapper: string, params: ParamValues): Tolerance {
  if (wrapper.endsWith("_constrained")) return ITERATIVE;
  if (wrapper === "dora_inside" && Number(params.lam) <= 1e-4) return SMALL_LAMBDA;
  return EXACT;
}

function one(golden: GoldenCase, to: Comparison): void {
  const inputs = fields(golden, "inputs");
  const outputs = fields(golden, "outputs");
  const params = fields(golden, "params") as ParamValues;
  const strategy = strategyById(String(golden.wrapper));
  const tolerance = strategyTolerance(strategy.id, params);
  const result = strategy.evaluate(
    { losses: numbers(inputs, "losses"), h: numbers(inputs, "h") },
    resolveStrategyParams(strategy, params),
  );
  to.close(golden.id, "value", result.value, number(outputs, "value"), tolerance);
  to.close(golden.id, "grad_losses", result.gradient, numbers(outputs, "grad_losses"), tolerance);
  if ("q" in outputs) to.close(golden.id, "q", result.q, numbers(outputs, "q"), tolerance);
  if ("eta" in outputs) to.close(golden.id, "eta", result.eta!, number(outputs, "eta"), tolerance);
  if ("lambda" in outputs)
    to.close(golden.id, "lambda", result.lambda!, number(outputs, "lambda"), tolerance);
  if ("raw_weights" in outputs) {
    to.close(golden.id, "raw_weights", result.rawWeights!, numbers(outputs, "raw_weights"), tolerance);
  }
}

async function onBackend(golden: GoldenCase, to: Comparison, backend: Backend): Promise<void> {
  const inputs = fields(golden, "inputs");
  const outputs = fields(golden, "outputs");
  const strategy = { id: String(golden.wrapper), params: fields(golden, "params") as ParamValues };
  const batch = { losses: numbers(inputs, "losses"), h: numbers(inputs, "h") };
  const [got] = await strategyOn(backend, makeObjective({ loss: { id: "dpo" }, strategy }), [batch]);
  to.close(golden.id, "value", got!.summary[SUMMARY.value]!, number(outputs, "value"), FLOAT32_OP);
  to.close(golden.id, "grad_losses", got!.tilt, numbers(outputs, "grad_losses"), FLOAT32_OP);
  if ("q" in outputs) to.close(golden.id, "q", got!.q, numbers(outputs, "q"), FLOAT32_OP);
  if ("eta" in outputs)
    to.close(golden.id, "eta", got!.summary[SUMMARY.eta]!, number(outputs, "eta"), FLOAT32_OP);
  if ("lambda" in outputs) {
    to.close(golden.id, "lambda", got!.summary[SUMMARY.lambda]!, number(outputs, "lambda"), FLOAT32_OP);
  }
}

export const check: GoldenCheck<Backend> = {
  kind: "robust",
  float64(cases, comparison) {
    for (const golden of cases) one(golden, comparison);
  },
  async wgsl(cases, comparison, backend) {
    for (const golden of cases) await onBackend(golden, comparison, backend);
  },
};
