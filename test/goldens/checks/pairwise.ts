import type { Backend } from "../../../src/backend/backend.ts";
import { decodeReports } from "../../../src/objective/kernels/reports.ts";
import { lossById } from "../../../src/objective/losses/index.ts";
import { NO_CONTEXT, resolveLossParams } from "../../../src/objective/losses/loss.ts";
import { displacementMetrics, implicitRewards, preferenceMetrics } from "../../../src/objective/metrics.ts";
import { meanOf } from "../../../src/objective/numerics.ts";
import { makeObjective } from "../../../src/objective/objective.ts";
import type { ParamValues } from "../../../src/objective/params.ts";
import { stepOn } from "../backend_runs.ts";
import { type Fields, fields, type GoldenCase, number, numbers } from "../case.ts";
import type { GoldenCheck } from "../check.ts";
import { type Comparison, EXACT, FLOAT32_OP } from "../compare.ts";

/** Loss and gradients of every pair of a case; also used by the end-to-end goldens. */
export function evaluatePairs(golden: GoldenCase): {
  losses: number[];
  chosen: number[];
  rejected: number[];
} {
  const loss = lossById(String(golden.objective));
  const values = resolveLossParams(loss, fields(golden, "params") as ParamValues);
  const results = pairGroups(fields(golden, "inputs")).map((group) =>
    loss.evaluate(group, values, NO_CONTEXT),
  );
  return {
    losses: results.map((result) => result.loss),
    chosen: results.map((result) => result.gradient[0]!),
    rejected: results.map((result) => result.gradient[1]!),
  };
}

/** The pairs of a case as groups: entry 0 chosen, entry 1 rejected. */
export function pairGroups(inputs: Fields) {
  const both = (chosen: string, rejected: string): number[][] => {
    const other = numbers(inputs, rejected);
    return numbers(inputs, chosen).map((value, i) => [value, other[i]!]);
  };
  const logps = both("policy_chosen_logps", "policy_rejected_logps");
  const refLogps = both("ref_chosen_logps", "ref_rejected_logps");
  const lengths = both("chosen_lengths", "rejected_lengths");
  return logps.map((_, i) => ({
    logps: logps[i]!,
    refLogps: refLogps[i]!,
    lengths: lengths[i]!,
    scores: [1, 0],
  }));
}

function one(golden: GoldenCase, to: Comparison): void {
  const outputs = fields(golden, "outputs");
  const { losses, chosen, rejected } = evaluatePairs(golden);
  to.close(golden.id, "losses", losses, numbers(outputs, "losses"), EXACT);
  to.close(golden.id, "mean", meanOf(losses), number(outputs, "mean"), EXACT);
  to.close(golden.id, "grad_policy_chosen", chosen, numbers(outputs, "grad_policy_chosen"), EXACT);
  to.close(golden.id, "grad_policy_rejected", rejected, numbers(outputs, "grad_policy_rejected"), EXACT);

  const loss = lossById(String(golden.objective));
  const form = loss.reward(resolveLossParams(loss, fields(golden, "params") as ParamValues));
  const groups = pairGroups(fields(golden, "inputs"));
  const rewards = groups.map((group) => implicitRewards(group, form));
  const column = (k: number): number[] => rewards.map((row) => row[k]!);
  to.close(golden.id, "chosen_rewards", column(0), numbers(outputs, "chosen_rewards"), EXACT);
  to.close(golden.id, "rejected_rewards", column(1), numbers(outputs, "rejected_rewards"), EXACT);
  const metrics = { ...preferenceMetrics(groups, form), ...displacementMetrics(groups) };
  const want = fields(outputs, "metrics");
  for (const name of Object.keys(want)) to.close(golden.id, name, metrics[name]!, number(want, name), EXACT);
}

async function onBackend(golden: GoldenCase, to: Comparison, backend: Backend): Promise<void> {
  const outputs = fields(golden, "outputs");
  const loss = { id: String(golden.objective), params: fields(golden, "params") as ParamValues };
  const objective = makeObjective({ loss, strategy: { id: "erm" } });
  const got = await stepOn(backend, objective, { groups: pairGroups(fields(golden, "inputs")) });
  const column = (k: number): number[] => got.slopes.map((row) => row[k]!);
  to.close(golden.id, "losses", got.losses, numbers(outputs, "losses"), FLOAT32_OP);
  to.close(golden.id, "mean", got.summary[0]!, number(outputs, "mean"), FLOAT32_OP);
  to.close(golden.id, "grad_policy_chosen", column(0), numbers(outputs, "grad_policy_chosen"), FLOAT32_OP);
  to.close(
    golden.id,
    "grad_policy_rejected",
    column(1),
    numbers(outputs, "grad_policy_rejected"),
    FLOAT32_OP,
  );
  const { summary, weightReport, preferenceReport } = got;
  const metrics = decodeReports(objective, [], { summary, weightReport, preferenceReport });
  const want = fields(outputs, "metrics");
  for (const name of Object.keys(want))
    to.close(golden.id, name, metrics[name]!, number(want, name), FLOAT32_OP);
}

export const check: GoldenCheck<Backend> = {
  kind: "pairwise",
  float64(cases, comparison) {
    for (const golden of cases) one(golden, comparison);
  },
  async wgsl(cases, comparison, backend) {
    for (const golden of cases) await onBackend(golden, comparison, backend);
  },
};
