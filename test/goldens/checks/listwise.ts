import type { Backend } from "../../../src/backend/backend.ts";
import { lossById } from "../../../src/objective/losses/index.ts";
import { NO_CONTEXT, resolveLossParams } from "../../../src/objective/losses/loss.ts";
import { meanOf } from "../../../src/objective/numerics.ts";
import { makeObjective } from "../../../src/objective/objective.ts";
import type { ParamValues } from "../../../src/objective/params.ts";
import { stepOn } from "../backend_runs.ts";
import { type Fields, fields, type GoldenCase, matrix, number, numbers } from "../case.ts";
import type { GoldenCheck } from "../check.ts";
import { type Comparison, EXACT, FLOAT32_OP } from "../compare.ts";

export function listGroups(inputs: Fields) {
  const refLogps = matrix(inputs, "ref_logps");
  const lengths = matrix(inputs, "lengths");
  const scores = matrix(inputs, "scores");
  return matrix(inputs, "policy_logps").map((logps, i) => ({
    logps,
    refLogps: refLogps[i]!,
    lengths: lengths[i]!,
    scores: scores[i]!,
  }));
}

/** Loss and gradient of every list of a case; also used by the end-to-end goldens. */
export function evaluateLists(golden: GoldenCase): { losses: number[]; gradient: (readonly number[])[] } {
  const loss = lossById(String(golden.objective));
  const values = resolveLossParams(loss, fields(golden, "params") as ParamValues);
  const results = listGroups(fields(golden, "inputs")).map((group) =>
    loss.evaluate(group, values, NO_CONTEXT),
  );
  return { losses: results.map(({ loss }) => loss), gradient: results.map(({ gradient }) => gradient) };
}

function one(golden: GoldenCase, to: Comparison): void {
  const outputs = fields(golden, "outputs");
  const { losses, gradient } = evaluateLists(golden);
  to.close(golden.id, "losses", losses, numbers(outputs, "losses"), EXACT);
  to.close(golden.id, "mean", meanOf(losses), number(outputs, "mean"), EXACT);
  to.close(golden.id, "grad_policy", gradient, matrix(outputs, "grad_policy"), EXACT);
}

async function onBackend(golden: GoldenCase, to: Comparison, backend: Backend): Promise<void> {
  const outputs = fields(golden, "outputs");
  const loss = { id: String(golden.objective), params: fields(golden, "params") as ParamValues };
  const objective = makeObjective({ loss, strategy: { id: "erm" } });
  const got = await stepOn(backend, objective, { groups: listGroups(fields(golden, "inputs")) });
  to.close(golden.id, "losses", got.losses, numbers(outputs, "losses"), FLOAT32_OP);
  to.close(golden.id, "mean", got.summary[0]!, number(outputs, "mean"), FLOAT32_OP);
  to.close(golden.id, "grad_policy", got.slopes, matrix(outputs, "grad_policy"), FLOAT32_OP);
}

export const check: GoldenCheck<Backend> = {
  kind: "listwise",
  float64(cases, comparison) {
    for (const golden of cases) one(golden, comparison);
  },
  async wgsl(cases, comparison, backend) {
    for (const golden of cases) await onBackend(golden, comparison, backend);
  },
};
