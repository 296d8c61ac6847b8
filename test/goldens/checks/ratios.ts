import {
  clipLogit,
  imbalance,
  logAveragedRatio,
  logAveragedSourcesOnly,
  logMixtureRatio,
  logPosterior,
  logPosteriorRatio,
  logReleasedWeight,
  logSourceRatio,
  logStabilisedRatio,
  type Mixture,
} from "../../../src/ratio/estimators.ts";
import { logit, mean, sigmoid } from "../../../src/ratio/numerics.ts";
import { clipRatios, effectiveSampleSize, selfNormalise } from "../../../src/ratio/weights.ts";
import { type Fields, fields, type GoldenCase, matrix, number, numbers } from "../case.ts";
import type { GoldenCheck } from "../check.ts";
import { type Comparison, EXACT } from "../compare.ts";

const forms = {
  mixture: logMixtureRatio,
  averaged: logAveragedRatio,
  averaged_sources_only: logAveragedSourcesOnly,
  stabilised: logStabilisedRatio,
};

function perSource(golden: GoldenCase, to: Comparison): void {
  const params = fields(golden, "params");
  const outputs = fields(golden, "outputs");
  const mixture: Mixture = { alpha: number(params, "alpha"), beta: numbers(params, "beta") };
  const eps = number(params, "eps");
  const gamma = imbalance(number(params, "n_golden"), numbers(params, "n_source"));
  to.close(golden.id, "gamma", gamma, numbers(outputs, "gamma"), EXACT);
  const logits = matrix(fields(golden, "inputs"), "c").map((row) => row.map((c) => clipLogit(logit(c), eps)));
  to.close(
    golden.id,
    "c_clipped",
    logits.map((row) => row.map(sigmoid)),
    matrix(outputs, "c_clipped"),
    EXACT,
  );
  const logW = logits.map((row) => row.map((z, i) => logSourceRatio(z, gamma[i]!)));
  to.close(golden.id, "log_w", logW, matrix(outputs, "log_w"), EXACT);
  allForms(golden.id, logW, mixture, outputs, to);
  const clip = { low: number(params, "h_min"), high: number(params, "h_max") };
  for (const [name, wanted] of Object.entries(fields(outputs, "post"))) {
    const want = wanted as Fields;
    const h = logW.map((row) => Math.exp(forms[name as keyof typeof forms](row, mixture)));
    const clipped = clipRatios(h, clip);
    const size = effectiveSampleSize(clipped);
    const close = (field: string, got: number | Float64Array) =>
      to.close(golden.id, `${name} ${field}`, got, want[field] as number | number[], EXACT);
    close("clipped", clipped);
    close("self_normalised", selfNormalise(clipped));
    close("ess", size.ess);
    close("ess_fraction", size.fraction);
    close("perplexity_ess", size.perplexity);
    close("max_share", size.maxShare);
    close("mean", mean(h));
  }
}

function allForms(id: string, logW: number[][], mixture: Mixture, outputs: Fields, to: Comparison): void {
  to.close(
    id,
    "w",
    logW.map((row) => row.map(Math.exp)),
    matrix(outputs, "w"),
    EXACT,
  );
  for (const [name, form] of Object.entries(forms)) {
    const h = logW.map((row) => Math.exp(form(row, mixture)));
    to.close(id, name, h, numbers(outputs, name), EXACT);
  }
}

function posterior(golden: GoldenCase, to: Comparison): void {
  const params = fields(golden, "params");
  const outputs = fields(golden, "outputs");
  const mixture = numbers(params, "mixture");
  const logits = matrix(fields(golden, "inputs"), "logits");
  const uniform = mixture.map(() => 1);
  const probs = logits.map((row) => logPosterior(row, uniform, uniform).map(Math.exp));
  const log = logits.map((row) => logPosterior(row, numbers(params, "train_prior"), mixture));
  to.close(golden.id, "probs", probs, matrix(outputs, "probs"), EXACT);
  to.close(
    golden.id,
    "posterior",
    log.map((row) => row.map(Math.exp)),
    matrix(outputs, "posterior"),
    EXACT,
  );
  const h = log.map((row) => Math.exp(logPosteriorRatio(row[0]!, mixture[0]!)));
  to.close(golden.id, "h", h, numbers(outputs, "h"), EXACT);
}

function released(golden: GoldenCase, to: Comparison): void {
  const params = fields(golden, "params");
  const outputs = fields(golden, "outputs");
  const shares = numbers(params, "mix");
  const weights = matrix(fields(golden, "inputs"), "probs").map((row) =>
    row.map((p, j) => Math.exp(logReleasedWeight(logit(p), number(params, "alpha"), shares[j]!))),
  );
  to.close(golden.id, "weights", weights, matrix(outputs, "weights"), EXACT);
  to.close(golden.id, "per_list_mean", weights.map(mean), numbers(outputs, "per_list_mean"), EXACT);
  to.close(golden.id, "batch_mean", mean(weights.map(mean)), number(outputs, "batch_mean"), EXACT);
}

/** N(0, 1) against N(mu_i, 1): log w_i = mu_i^2/2 - mu_i x, so the whole chain from exact c can be checked. */
function gaussianTruth(golden: GoldenCase, to: Comparison): void {
  const params = fields(golden, "params");
  const outputs = fields(golden, "outputs");
  const mixture: Mixture = { alpha: number(params, "alpha"), beta: numbers(params, "beta") };
  const logW = matrix(outputs, "c").map((row) => row.map((c) => logSourceRatio(logit(c), 1)));
  to.close(golden.id, "log_w", logW, matrix(outputs, "log_w"), EXACT);
  allForms(golden.id, logW, mixture, outputs, to);
  const mixtureRatio = logW.map((row) => Math.exp(logMixtureRatio(row, mixture)));
  to.close(golden.id, "truth", mixtureRatio, numbers(outputs, "truth"), EXACT);
}

const kinds: Record<string, (golden: GoldenCase, to: Comparison) => void> = {
  per_source: perSource,
  posterior,
  released,
  gaussian_truth: gaussianTruth,
};

export const check: GoldenCheck = {
  kind: "ratios",
  float64(cases, comparison) {
    for (const golden of cases) kinds[String(golden.kind)]!(golden, comparison);
  },
};
