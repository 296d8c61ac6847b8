import { fitPlatt, fitTemperature, plattTargets } from "../../../src/ratio/calibration.ts";
import { applyIsotonic, fitIsotonic } from "../../../src/ratio/isotonic.ts";
import { fitLogistic, logisticLogit } from "../../../src/ratio/logistic.ts";
import { auc } from "../../../src/ratio/metrics.ts";
import { sigmoid } from "../../../src/ratio/numerics.ts";
import { fields, type GoldenCase, matrix, number, numbers } from "../case.ts";
import type { GoldenCheck } from "../check.ts";
import { type Comparison, EXACT, ITERATIVE } from "../compare.ts";

function maps(golden: GoldenCase, to: Comparison): void {
  const inputs = fields(golden, "inputs");
  const outputs = fields(golden, "outputs");
  const labels = numbers(inputs, "labels");
  const logits = numbers(inputs, "logits");
  const query = numbers(inputs, "query_logits");
  const temperature = fitTemperature(labels, logits);
  to.close(golden.id, "temperature", 1 / temperature.a, number(outputs, "temperature"), ITERATIVE);
  to.close(
    golden.id,
    "temperature_nll",
    temperature.objective,
    number(outputs, "temperature_nll"),
    ITERATIVE,
  );
  to.close(
    golden.id,
    "temperature_at_query",
    query.map((z) => sigmoid(temperature.a * z)),
    numbers(outputs, "temperature_at_query"),
    ITERATIVE,
  );
  const platt = fitPlatt(labels, logits);
  const wantPlatt = fields(outputs, "platt");
  to.close(golden.id, "platt a", platt.a, number(wantPlatt, "a"), ITERATIVE);
  to.close(golden.id, "platt b", platt.b, number(wantPlatt, "b"), ITERATIVE);
  to.close(golden.id, "platt nll", platt.objective, number(wantPlatt, "nll"), ITERATIVE);
  to.close(
    golden.id,
    "platt_at_query",
    query.map((z) => sigmoid(platt.a * z + platt.b)),
    numbers(outputs, "platt_at_query"),
    ITERATIVE,
  );
  const smoothed = fitPlatt(labels, logits, { smoothed: true });
  const wantSmoothed = fields(outputs, "platt_smoothed");
  to.close(golden.id, "smoothed a", smoothed.a, number(wantSmoothed, "a"), ITERATIVE);
  to.close(golden.id, "smoothed b", smoothed.b, number(wantSmoothed, "b"), ITERATIVE);
  to.close(golden.id, "smoothed nll", smoothed.objective, number(wantSmoothed, "objective"), ITERATIVE);
  to.close(golden.id, "smoothed targets", plattTargets(labels), numbers(wantSmoothed, "targets"), EXACT);

  const probs = numbers(inputs, "probs");
  const isotonic = fitIsotonic(labels, probs);
  const wantIsotonic = fields(outputs, "isotonic");
  to.close(golden.id, "isotonic x", isotonic.x, numbers(wantIsotonic, "x"), EXACT);
  to.close(golden.id, "isotonic y", isotonic.y, numbers(wantIsotonic, "y"), EXACT);
  const at = (points: readonly number[]) => points.map((p) => applyIsotonic(isotonic, p));
  to.close(golden.id, "isotonic at_probs", at(probs), numbers(wantIsotonic, "at_probs"), EXACT);
  const queried = at(numbers(inputs, "query_probs"));
  to.close(golden.id, "isotonic at_query", queried, numbers(wantIsotonic, "at_query"), EXACT);
}

function logreg(golden: GoldenCase, to: Comparison): void {
  const inputs = fields(golden, "inputs");
  const outputs = fields(golden, "outputs");
  const params = fields(golden, "params");
  const x = matrix(inputs, "X");
  const labels = numbers(inputs, "labels");
  const weights = numbers(inputs, "sample_weight");
  const fold = numbers(inputs, "fold");
  const l2 = number(params, "l2");
  const fit = fitLogistic(x, labels, { l2, sampleWeights: weights });
  to.close(golden.id, "weights", fit.weights, numbers(outputs, "weights"), ITERATIVE);
  to.close(golden.id, "bias", fit.bias, number(outputs, "bias"), ITERATIVE);
  to.close(golden.id, "objective", fit.objective, number(outputs, "objective"), ITERATIVE);
  const oof = new Float64Array(x.length);
  for (let k = 0; k < number(params, "folds"); k++) {
    const inside = fold.map((f, i) => [f, i] as const).filter(([f]) => f !== k);
    const part = fitLogistic(
      inside.map(([, i]) => x[i]!),
      inside.map(([, i]) => labels[i]!),
      { l2, sampleWeights: inside.map(([, i]) => weights[i]!) },
    );
    fold.forEach((f, i) => {
      if (f === k) oof[i] = sigmoid(logisticLogit(part, x[i]!));
    });
  }
  to.close(golden.id, "oof_probs", oof, numbers(outputs, "oof_probs"), ITERATIVE);
  to.close(golden.id, "oof_auc", auc(labels, oof), number(outputs, "oof_auc"), EXACT);
}

export const check: GoldenCheck = {
  kind: "calibration",
  float64(cases, comparison) {
    for (const golden of cases) (golden.kind === "maps" ? maps : logreg)(golden, comparison);
  },
};
