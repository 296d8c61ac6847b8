import { PREFERENCE_REPORT } from "../../ops/preference_diagnostics.ts";
import { SUMMARY } from "../../ops/strategy_summary.ts";
import { WEIGHT_BY_SOURCE, WEIGHT_REPORT, weightReportLength } from "../../ops/weight_diagnostics.ts";
import type { Metrics } from "../metrics.ts";
import type { Objective } from "../objective.ts";

/** What is tapped after a step, as read back. */
export interface Reports {
  readonly summary: ArrayLike<number>;
  readonly weightReport: ArrayLike<number>;
  readonly preferenceReport: ArrayLike<number>;
  /** KTO's baseline, where the loss is unpaired. */
  readonly baseline?: ArrayLike<number>;
}

/** Strategies whose lambda is a number worth charting. */
function hasLambda({ strategy }: Objective): boolean {
  return "lam" in strategy.params || "beta_prime" in strategy.params || strategy.id === "kl_dro_constrained";
}

/** The reports of one step under their metric names. Sources absent from the batch are left out. */
export function decodeReports(
  objective: Objective,
  sourceNames: readonly string[],
  reports: Reports,
): Metrics {
  const { summary, weightReport: weight, preferenceReport: preference } = reports;
  const metrics: Record<string, number> = {
    loss: weight[WEIGHT_REPORT.loss]!,
    "robust/value": summary[SUMMARY.value]!,
    "robust/ess": weight[WEIGHT_REPORT.ess]!,
    "robust/kl": weight[WEIGHT_REPORT.kl]!,
    "robust/max_weight": weight[WEIGHT_REPORT.maxWeight]!,
    "h/mean": weight[WEIGHT_REPORT.meanH]!,
    "h/min": weight[WEIGHT_REPORT.minH]!,
    "h/max": weight[WEIGHT_REPORT.maxH]!,
    "h/ess_fraction": weight[WEIGHT_REPORT.essFractionH]!,
  };
  if (hasLambda(objective)) metrics["robust/lambda"] = summary[SUMMARY.lambda]!;
  if (objective.strategy.logMeanExp) metrics["robust/log_u"] = summary[SUMMARY.logU]!;
  sourceNames.forEach((name, s) => {
    const at = weightReportLength(s);
    if (!(weight[at + WEIGHT_BY_SOURCE.mass]! > 0)) return;
    metrics[`h/by_source/${name}`] = weight[at + WEIGHT_BY_SOURCE.h]!;
    metrics[`loss/by_source/${name}`] = weight[at + WEIGHT_BY_SOURCE.loss]!;
    metrics[`weight/by_source/${name}`] = weight[at + WEIGHT_BY_SOURCE.weight]!;
  });
  if (reports.baseline) metrics.kl = reports.baseline[0]!;
  return { ...metrics, ...decodePreferences(objective, preference) };
}

function decodePreferences({ loss, lossParams }: Objective, report: ArrayLike<number>): Metrics {
  const R = PREFERENCE_REPORT;
  const metrics: Record<string, number> = {};
  if (report[R.chosenCount]! > 0) {
    metrics["rewards/chosen"] = report[R.rewardChosen]!;
    metrics["logps/chosen"] = report[R.logpChosen]!;
    metrics["displacement/chosen_delta"] = report[R.chosenDelta]!;
    metrics["displacement/chosen_delta_per_token"] = report[R.chosenDeltaPerToken]!;
    metrics["displacement/chosen_down"] = report[R.chosenDown]!;
  }
  if (report[R.rejectedCount]! > 0) {
    metrics["rewards/rejected"] = report[R.rewardRejected]!;
    metrics["logps/rejected"] = report[R.logpRejected]!;
    metrics["displacement/rejected_delta"] = report[R.rejectedDelta]!;
    metrics["displacement/rejected_delta_per_token"] = report[R.rejectedDeltaPerToken]!;
  }
  if (report[R.chosenCount]! > 0 && report[R.rejectedCount]! > 0) {
    metrics["rewards/margins"] = report[R.margin]!;
  }
  if (loss.family !== "unpaired") {
    metrics["rewards/accuracies"] = report[R.accuracy]!;
    metrics["displacement/both_down"] = report[R.bothDown]!;
  }
  if (loss.id === "cpo" || loss.id === "orpo") metrics.nll_loss = report[R.nll]!;
  if (loss.id === "orpo") {
    metrics.log_odds_ratio = report[R.logOddsRatio]!;
    metrics.log_odds_chosen = report[R.logOdds]!;
  }
  if ("temperature" in lossParams) metrics["policy/max_share"] = report[R.maxShare]!;
  return metrics;
}
