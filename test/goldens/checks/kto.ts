import type { Backend } from "../../../src/backend/backend.ts";
import { kto, ktoBaseline } from "../../../src/objective/losses/kto.ts";
import { resolveLossParams } from "../../../src/objective/losses/loss.ts";
import { meanOf } from "../../../src/objective/numerics.ts";
import { makeObjective } from "../../../src/objective/objective.ts";
import type { ParamValues } from "../../../src/objective/params.ts";
import { stepOn } from "../backend_runs.ts";
import { type Fields, fields, type GoldenCase, number, numbers } from "../case.ts";
import type { GoldenCheck } from "../check.ts";
import { type Comparison, EXACT, FLOAT32_OP } from "../compare.ts";

/** Single judged responses as groups of one; also used by the end-to-end goldens. */
export function unpairedGroups(inputs: Fields) {
  const refLogps = numbers(inputs, "ref_logps");
  const labels = inputs.labels as readonly boolean[];
  return numbers(inputs, "policy_logps").map((logp, i) => ({
    logps: [logp],
    refLogps: [refLogps[i]!],
    lengths: [1],
    scores: [labels[i] ? 1 : -1],
  }));
}

export function evaluateUnpaired(golden: GoldenCase) {
  const inputs = fields(golden, "inputs");
  const values = resolveLossParams(kto, fields(golden, "params") as ParamValues);
  const kl = ktoBaseline(numbers(inputs, "policy_KL_logps"), numbers(inputs, "ref_KL_logps"));
  const groups = unpairedGroups(inputs);
  const results = groups.map((group) => kto.evaluate(group, values, { kl, paddedLength: 1 }));
  const { scale } = kto.reward(values);
  return {
    kl,
    losses: results.map((result) => result.loss),
    gradient: results.map((result) => result.gradient[0]!),
    rewards: groups.map((group) => scale * (group.logps[0]! - group.refLogps[0]!)),
  };
}

function one(golden: GoldenCase, to: Comparison): void {
  const outputs = fields(golden, "outputs");
  const got = evaluateUnpaired(golden);
  to.close(golden.id, "kl", got.kl, number(outputs, "kl"), EXACT);
  to.close(golden.id, "losses", got.losses, numbers(outputs, "losses"), EXACT);
  to.close(golden.id, "mean", meanOf(got.losses), number(outputs, "mean"), EXACT);
  to.close(golden.id, "grad_policy", got.gradient, numbers(outputs, "grad_policy"), EXACT);
  to.close(golden.id, "rewards", got.rewards, numbers(outputs, "rewards"), EXACT);
}

async function onBackend(golden: GoldenCase, to: Comparison, backend: Backend): Promise<void> {
  const inputs = fields(golden, "inputs");
  const outputs = fields(golden, "outputs");
  const loss = { id: "kto", params: fields(golden, "params") as ParamValues };
  const got = await stepOn(backend, makeObjective({ loss, strategy: { id: "erm" } }), {
    groups: unpairedGroups(inputs),
    klLogps: numbers(inputs, "policy_KL_logps"),
    klRefLogps: numbers(inputs, "ref_KL_logps"),
  });
  to.close(golden.id, "kl", got.baseline, number(outputs, "kl"), FLOAT32_OP);
  to.close(golden.id, "losses", got.losses, numbers(outputs, "losses"), FLOAT32_OP);
  to.close(golden.id, "mean", got.summary[0]!, number(outputs, "mean"), FLOAT32_OP);
  to.close(golden.id, "grad_policy", got.slopes.flat(), numbers(outputs, "grad_policy"), FLOAT32_OP);
}

export const check: GoldenCheck<Backend> = {
  kind: "kto",
  float64(cases, comparison) {
    for (const golden of cases) one(golden, comparison);
  },
  async wgsl(cases, comparison, backend) {
    for (const golden of cases) await onBackend(golden, comparison, backend);
  },
};
