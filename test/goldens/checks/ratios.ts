import { type Backend, runOnce } from "../../../src/backend/backend.ts";
import { RATIO_FORMS, ratioLog } from "../../../src/ops/ratio_log.ts";
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
import { type Comparison, EXACT, FLOAT32_OP } from "../compare.ts";

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

/** Runs the ratio kernel once. @param logW [rows][sources] @param shares target first @returns log h per row */
async function kernelRatios(
  backend: Backend,
  form: (typeof RATIO_FORMS)[number],
  logW: readonly (readonly number[])[],
  shares: readonly number[],
  category: readonly number[],
): Promise<number[]> {
  const [rows, sources] = [logW.length, shares.length - 1];
  const buffers = {
    logW: backend.tensor("logW", "f32", rows * sources),
    logShares: backend.tensor("logShares", "f32", sources + 1),
    category: backend.tensor("category", "u32", rows),
    logH: backend.tensor("logH", "f32", rows),
    h: backend.tensor("h", "f32", rows),
  };
  backend.write(buffers.logW, logW.flat());
  backend.write(buffers.logShares, shares.map(Math.log));
  backend.write(buffers.category, category);
  const params = { rows, sources, form: RATIO_FORMS.indexOf(form), low: 0, high: 1e30 };
  await runOnce(backend, ratioLog, buffers, params);
  const logH = Array.from(await backend.read(buffers.logH));
  for (const tensor of Object.values(buffers)) backend.free(tensor);
  return logH;
}

async function onBackend(golden: GoldenCase, to: Comparison, backend: Backend): Promise<void> {
  const params = fields(golden, "params");
  const outputs = fields(golden, "outputs");
  if (golden.kind === "posterior") {
    // An n-way classifier's ratio is the mixture form of its log-odds, once its own training shares are taken out.
    const prior = numbers(params, "train_prior").map(Math.log);
    const logits = matrix(fields(golden, "inputs"), "logits");
    const logW = logits.map(([z0, ...rest]) => rest.map((z, i) => z0! - z - (prior[0]! - prior[i + 1]!)));
    const none = logits.map(() => 0);
    const logH = await kernelRatios(backend, "mixture", logW, numbers(params, "mixture"), none);
    to.close(golden.id, "log h", logH, numbers(outputs, "h").map(Math.log), FLOAT32_OP);
    return;
  }
  if (golden.kind === "released") {
    const mix = numbers(params, "mix");
    const n = mix.length;
    const probs = matrix(fields(golden, "inputs"), "probs");
    const weights: number[] = [];
    for (const row of probs) {
      for (const [j, p] of row.entries()) {
        // The slot's share belongs to source 1; the others only have to fill up the mixture.
        const rest = (1 - mix[j]!) / (n - 1);
        const shares = [rest, mix[j]!, ...Array<number>(n - 2).fill(rest)];
        const logW = [Array<number>(n - 1).fill(logit(p))];
        const [logH] = await kernelRatios(backend, "released", logW, shares, [1]);
        weights.push(Math.exp(logH!));
      }
    }
    to.close(golden.id, "weights", weights, matrix(outputs, "weights").flat(), FLOAT32_OP);
    return;
  }
  const shares = [number(params, "alpha"), ...numbers(params, "beta")];
  const logW = matrix(outputs, "log_w");
  for (const form of ["mixture", "averaged", "stabilised"] as const) {
    const logH = await kernelRatios(
      backend,
      form,
      logW,
      shares,
      logW.map(() => 0),
    );
    to.close(golden.id, `log ${form}`, logH, numbers(outputs, form).map(Math.log), FLOAT32_OP);
  }
}

export const check: GoldenCheck<Backend> = {
  kind: "ratios",
  float64(cases, comparison) {
    for (const golden of cases) kinds[String(golden.kind)]!(golden, comparison);
  },
  async wgsl(cases, comparison, backend) {
    for (const golden of cases) await onBackend(golden, comparison, backend);
  },
};
