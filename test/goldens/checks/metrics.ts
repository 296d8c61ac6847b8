import { ches } from "../../../src/ratio/ches.ts";
import { kendallTauB, pearson, spearman } from "../../../src/ratio/correlation.ts";
import { accuracy, auc, brier, logLoss } from "../../../src/ratio/metrics.ts";
import {
  type Binning,
  confidenceCalibrationError,
  expectedCalibrationError,
  maximumCalibrationError,
  reliabilityBins,
} from "../../../src/ratio/reliability.ts";
import { winRates } from "../../../src/ratio/winrate.ts";
import { type Fields, fields, type GoldenCase, matrix, number, numbers } from "../case.ts";
import type { GoldenCheck } from "../check.ts";
import { type Comparison, EXACT } from "../compare.ts";

function binary(golden: GoldenCase, to: Comparison): void {
  const inputs = fields(golden, "inputs");
  const outputs = fields(golden, "outputs");
  const labels = numbers(inputs, "labels");
  const probs = numbers(inputs, "probs");
  const close = (field: string, got: number) =>
    to.close(golden.id, field, got, number(outputs, field), EXACT);
  close("auc", auc(labels, probs));
  close("brier", brier(labels, probs));
  close("log_loss", logLoss(labels, numbers(inputs, "logits")));
  close("accuracy", accuracy(labels, probs));
  for (const field of Object.keys(outputs)) {
    const [, metric, binning, count] = field.match(/^(ece|mce|bins)_(width|mass)_(\d+)$/) ?? [];
    if (metric === undefined) continue;
    const bins = reliabilityBins(labels, probs, Number(count), binning as Binning);
    if (metric === "ece") close(field, expectedCalibrationError(bins));
    else if (metric === "mce") close(field, maximumCalibrationError(bins));
    else {
      (outputs[field] as Fields[]).forEach((want, b) => {
        const got = bins[b]!;
        const wanted = [want.count, want.mean_p, want.mean_y] as (number | null)[];
        to.close(golden.id, `${field}[${b}]`, [got.count, got.meanP, got.meanY], wanted, EXACT);
      });
    }
  }
  close("ece_confidence_10", confidenceCalibrationError(labels, probs, 10));
}

function correlation(golden: GoldenCase, to: Comparison): void {
  const inputs = fields(golden, "inputs");
  const outputs = fields(golden, "outputs");
  const x = numbers(inputs, "reward");
  const y = numbers(inputs, "confidence");
  to.close(golden.id, "pearson", pearson(x, y), number(outputs, "pearson"), EXACT);
  to.close(golden.id, "spearman", spearman(x, y), number(outputs, "spearman"), EXACT);
  to.close(golden.id, "kendall", kendallTauB(x, y), number(outputs, "kendall_tau_b"), EXACT);
}

function winrate(golden: GoldenCase, to: Comparison): void {
  const inputs = fields(golden, "inputs");
  const outputs = fields(golden, "outputs");
  const got = winRates(number(inputs, "win"), number(inputs, "tie"), number(inputs, "lose"));
  const close = (field: string, value: number) =>
    to.close(golden.id, field, value, number(outputs, field), EXACT);
  close("win_rate", got.win);
  close("tie_rate", got.tie);
  close("lose_rate", got.lose);
  close("win_plus_half_tie", got.winPlusHalfTie);
  close("wilson_low", got.wilson[0]);
  close("wilson_high", got.wilson[1]);
}

function hidden(golden: GoldenCase, to: Comparison): void {
  const inputs = fields(golden, "inputs");
  const outputs = fields(golden, "outputs");
  const got = ches(matrix(inputs, "hidden_chosen"), matrix(inputs, "hidden_rejected"));
  to.close(golden.id, "ches", got.ches, number(outputs, "ches"), EXACT);
  to.close(golden.id, "normalised", got.lengthNormalised, number(outputs, "ches_length_normalised"), EXACT);
}

const kinds: Record<string, (golden: GoldenCase, to: Comparison) => void> = {
  binary,
  correlation,
  winrate,
  ches: hidden,
};

export const check: GoldenCheck = {
  kind: "metrics",
  float64(cases, comparison) {
    for (const golden of cases) kinds[String(golden.kind)]!(golden, comparison);
  },
};
