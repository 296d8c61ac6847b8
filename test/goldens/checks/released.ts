import type { Backend } from "../../../src/backend/backend.ts";
import { meanOf } from "../../../src/objective/numerics.ts";
import { evaluateObjective, makeObjective, type ObjectiveChoice } from "../../../src/objective/objective.ts";
import { PRESETS } from "../../../src/objective/presets.ts";
import { releasedMixture, releasedWeights } from "../../../src/objective/released.ts";
import { stepOn } from "../backend_runs.ts";
import { type Fields, fields, type GoldenCase, type Matrix, matrix, number, numbers } from "../case.ts";
import type { GoldenCheck } from "../check.ts";
import { type Comparison, EXACT, FLOAT32_OP } from "../compare.ts";

/** A released case as the objective sees it; also used on the GPU path. */
export function releasedBatch(golden: GoldenCase) {
  const inputs = fields(golden, "inputs");
  const params = fields(golden, "params");
  const tokens = numbers(inputs, "token_logps") as unknown as readonly Matrix[];
  const refTokens = numbers(inputs, "ref_token_logps") as unknown as readonly Matrix[];
  const sum = (row: readonly number[]): number => row.reduce((a, b) => a + b, 0);
  const lengths = matrix(inputs, "lengths");
  const scores = matrix(inputs, "scores");
  const mixture = { alpha: number(params, "alpha"), mix: numbers(params, "mix") };
  const weights = matrix(inputs, "probs").map((probs) => releasedWeights(probs, mixture));
  return {
    groups: tokens.map((list, b) => ({
      logps: list.map(sum),
      refLogps: refTokens[b]!.map(sum),
      lengths: lengths[b]!,
      scores: scores[b]!,
    })),
    weights,
    mixture,
    paddedLength: tokens[0]![0]!.length,
  };
}

/** The objectives of a case by output name: the plain loss under ERM and the preset as released. */
export function releasedObjectives(golden: GoldenCase): Readonly<Record<string, ObjectiveChoice>> {
  const params = fields(golden, "params");
  const given: Readonly<Record<string, Record<string, number>>> = {
    rrhf: { length_penalty: number(params, "length_penalty") },
    lire: { temperature: number(params, "temperature") },
    dpo: { beta: number(params, "beta") },
  };
  const choices: Record<string, ObjectiveChoice> = {};
  for (const [name, own] of Object.entries(given)) {
    const { objective } = PRESETS.find((preset) => preset.id === `released-${name}`)!;
    const loss = { id: objective.loss!.id, params: { ...objective.loss!.params, ...own } };
    choices[name] = { loss, strategy: { id: "erm" } };
    choices[`${name}_dora`] = { loss, strategy: objective.strategy };
  }
  return choices;
}

function one(golden: GoldenCase, to: Comparison): void {
  const outputs = fields(golden, "outputs");
  const { groups, weights, mixture, paddedLength } = releasedBatch(golden);
  to.close(golden.id, "weights", weights, matrix(outputs, "weights"), EXACT);
  const shipped = releasedMixture(weights[0]!.length);
  to.close(golden.id, "constants", [shipped.alpha, ...shipped.mix], [mixture.alpha, ...mixture.mix], EXACT);
  for (const [name, choice] of Object.entries(releasedObjectives(golden))) {
    const want = outputs[name] as Fields;
    const got = evaluateObjective(makeObjective(choice), {
      groups,
      h: weights.map(meanOf),
      responseWeights: weights,
      context: { kl: 0, paddedLength },
    });
    to.close(golden.id, `${name} value`, got.strategy.value, number(want, "value"), EXACT);
    // Every token log-prob of a response, padding included, enters through the response's sum.
    const gradient = numbers(want, "grad_tokens") as unknown as readonly Matrix[];
    const spread = gradient.map((list, b) => list.map((row, k) => row.map(() => got.coefficients[b]![k]!)));
    to.close(golden.id, `${name} grad_tokens`, spread, gradient, EXACT);
  }
}

async function onBackend(golden: GoldenCase, to: Comparison, backend: Backend): Promise<void> {
  const outputs = fields(golden, "outputs");
  const { groups, weights, paddedLength } = releasedBatch(golden);
  for (const [name, choice] of Object.entries(releasedObjectives(golden))) {
    const want = outputs[name] as Fields;
    const got = await stepOn(backend, makeObjective(choice), {
      groups,
      h: weights.map(meanOf),
      responseWeights: weights,
      paddedLength,
    });
    to.close(golden.id, `${name} value`, got.summary[0]!, number(want, "value"), FLOAT32_OP);
    const gradient = numbers(want, "grad_tokens") as unknown as readonly Matrix[];
    const first = gradient.map((list) => list.map((row) => row[0]!));
    to.close(golden.id, `${name} grad_tokens`, got.coefficients, first, FLOAT32_OP);
  }
}

export const check: GoldenCheck<Backend> = {
  kind: "released",
  float64(cases, comparison) {
    for (const golden of cases) one(golden, comparison);
  },
  async wgsl(cases, comparison, backend) {
    for (const golden of cases) await onBackend(golden, comparison, backend);
  },
};
