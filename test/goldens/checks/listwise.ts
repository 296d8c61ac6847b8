import { lossById } from "../../../src/objective/losses/index.ts";
import { NO_CONTEXT, resolveLossParams } from "../../../src/objective/losses/loss.ts";
import { meanOf } from "../../../src/objective/numerics.ts";
import type { ParamValues } from "../../../src/objective/params.ts";
import { type Fields, fields, type GoldenCase, matrix, number, numbers } from "../case.ts";
import type { GoldenCheck } from "../check.ts";
import { type Comparison, EXACT } from "../compare.ts";

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
  const results = listGroups(fields(golden, "inputs")).map((group) => loss.evaluate(group, values, NO_CONTEXT));
  return { losses: results.map(({ loss }) => loss), gradient: results.map(({ gradient }) => gradient) };
}

function one(golden: GoldenCase, to: Comparison): void {
  const outputs = fields(golden, "outputs");
  const { losses, gradient } = evaluateLists(golden);
  to.close(golden.id, "losses", losses, numbers(outputs, "losses"), EXACT);
  to.close(golden.id, "mean", meanOf(losses), number(outputs, "mean"), EXACT);
  to.close(golden.id, "grad_policy", gradient, matrix(outputs, "grad_policy"), EXACT);
}

export const check: GoldenCheck = {
  kind: "listwise",
  float64: (cases, comparison) => cases.forEach((golden) => one(golden, comparison)),
};
