import type { Backend } from "../../../src/backend/backend.ts";
import { ktoBaseline } from "../../../src/objective/losses/kto.ts";
import type { GroupLogps } from "../../../src/objective/losses/loss.ts";
import { meanOf } from "../../../src/objective/numerics.ts";
import { evaluateObjective, makeObjective } from "../../../src/objective/objective.ts";
import type { ParamValues } from "../../../src/objective/params.ts";
import { stepOn } from "../backend_runs.ts";
import { type Fields, fields, type GoldenCase, matrix, number, numbers } from "../case.ts";
import type { GoldenCheck } from "../check.ts";
import { type Comparison, EXACT, FLOAT32_OP } from "../compare.ts";
import { unpairedGroups } from "./kto.ts";
import { listGroups } from "./listwise.ts";
import { pairGroups } from "./pairwise.ts";
import { strategyTolerance } from "./robust.ts";

/** How a case turns classifier probabilities `[B][K]` into one h per group. */
export function groupRatios(ratio: Fields, probs: readonly (readonly number[])[]): number[] {
  if (ratio.mode === "posterior_mean") {
    return probs.map((row) => meanOf(row.map((p) => p / number(ratio, "alpha"))));
  }
  const stabiliser = number(ratio, "stabiliser");
  const mix = numbers(ratio, "mix");
  return probs.map((row) => meanOf(row.map((p, j) => 1 / (stabiliser + (mix[j]! * (1 - p)) / p))));
}

/** The groups of a case, whatever its family, and KTO's baseline where it applies. */
export function groupsOf(golden: GoldenCase): { groups: readonly GroupLogps[]; kl: number } {
  const inputs = fields(golden, "inputs");
  if (golden.kind === "pairwise") return { groups: pairGroups(inputs), kl: 0 };
  if (golden.kind === "listwise") return { groups: listGroups(inputs), kl: 0 };
  const kl = ktoBaseline(numbers(inputs, "policy_KL_logps"), numbers(inputs, "ref_KL_logps"));
  return { groups: unpairedGroups(inputs), kl };
}

function one(golden: GoldenCase, to: Comparison): void {
  const outputs = fields(golden, "outputs");
  const wrapperParams = fields(golden, "wrapper_params") as ParamValues;
  const objective = makeObjective({
    loss: { id: String(golden.objective), params: fields(golden, "params") as ParamValues },
    strategy: { id: String(golden.wrapper), params: wrapperParams },
  });
  const { groups, kl } = groupsOf(golden);
  const h = groupRatios(fields(golden, "ratio"), matrix(fields(golden, "inputs"), "probs"));
  const got = evaluateObjective(objective, { groups, h, context: { kl, paddedLength: 1 } });
  const tolerance = strategyTolerance(objective.strategy.id, wrapperParams);
  to.close(golden.id, "h", h, numbers(outputs, "h"), EXACT);
  to.close(golden.id, "losses", got.losses, numbers(outputs, "losses"), EXACT);
  to.close(golden.id, "value", got.strategy.value, number(outputs, "value"), tolerance);
  to.close(golden.id, "grad_losses", got.strategy.gradient, numbers(outputs, "grad_losses"), tolerance);
  const column = (k: number): number[] => got.coefficients.map((row) => row[k]!);
  if (golden.kind === "pairwise") {
    to.close(golden.id, "grad_policy_chosen", column(0), numbers(outputs, "grad_policy_chosen"), tolerance);
    to.close(
      golden.id,
      "grad_policy_rejected",
      column(1),
      numbers(outputs, "grad_policy_rejected"),
      tolerance,
    );
  } else if (golden.kind === "listwise") {
    to.close(golden.id, "grad_policy", got.coefficients, matrix(outputs, "grad_policy"), tolerance);
  } else {
    to.close(golden.id, "grad_policy", column(0), numbers(outputs, "grad_policy"), tolerance);
  }
}

async function onBackend(golden: GoldenCase, to: Comparison, backend: Backend): Promise<void> {
  const inputs = fields(golden, "inputs");
  const outputs = fields(golden, "outputs");
  const objective = makeObjective({
    loss: { id: String(golden.objective), params: fields(golden, "params") as ParamValues },
    strategy: { id: String(golden.wrapper), params: fields(golden, "wrapper_params") as ParamValues },
  });
  const unpaired = golden.kind === "unpaired";
  const got = await stepOn(backend, objective, {
    groups: groupsOf(golden).groups,
    h: groupRatios(fields(golden, "ratio"), matrix(inputs, "probs")),
    ...(unpaired && {
      klLogps: numbers(inputs, "policy_KL_logps"),
      klRefLogps: numbers(inputs, "ref_KL_logps"),
    }),
  });
  to.close(golden.id, "losses", got.losses, numbers(outputs, "losses"), FLOAT32_OP);
  to.close(golden.id, "value", got.summary[0]!, number(outputs, "value"), FLOAT32_OP);
  to.close(golden.id, "grad_losses", got.tilt, numbers(outputs, "grad_losses"), FLOAT32_OP);
  const column = (k: number): number[] => got.coefficients.map((row) => row[k]!);
  if (golden.kind === "pairwise") {
    to.close(golden.id, "grad_policy_chosen", column(0), numbers(outputs, "grad_policy_chosen"), FLOAT32_OP);
    to.close(
      golden.id,
      "grad_policy_rejected",
      column(1),
      numbers(outputs, "grad_policy_rejected"),
      FLOAT32_OP,
    );
  } else {
    const want =
      golden.kind === "listwise" ? matrix(outputs, "grad_policy").flat() : numbers(outputs, "grad_policy");
    to.close(golden.id, "grad_policy", got.coefficients.flat(), want, FLOAT32_OP);
  }
}

export const check: GoldenCheck<Backend> = {
  kind: "end_to_end",
  float64(cases, comparison) {
    for (const golden of cases) one(golden, comparison);
  },
  async wgsl(cases, comparison, backend) {
    for (const golden of cases) await onBackend(golden, comparison, backend);
  },
};
