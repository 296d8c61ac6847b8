/** The learners against the dense solver, on the loops in float64, and what the generators promise. */
import { describe, expect, it } from "vitest";
import { createCpuBackend } from "../../src/backend/cpu/cpu_backend.ts";
import { csrFromRows } from "../../src/base/csr.ts";
import { TiltError } from "../../src/base/errors.ts";
import { stream } from "../../src/base/random.ts";
import { trainSourceClassifier } from "../../src/ratio/classifier.ts";
import type { ClassifierOptions } from "../../src/ratio/classifier_options.ts";
import { fitLogistic, logisticLogit } from "../../src/ratio/logistic.ts";
import { auc, balancedWeights } from "../../src/ratio/metrics.ts";
import type { ClassifierTask } from "../../src/ratio/task.ts";

/** Target N(0, I), synthetic sources shifted along their own axis; ragged class sizes. */
function gaussians(
  samples: number,
  synthetic: number,
  features = 4,
): { task: ClassifierTask; rows: number[][] } {
  const random = stream(3, "test/gaussians");
  const category = Int32Array.from({ length: samples }, () => random.pick([3, 2, 1].slice(0, synthetic + 1)));
  const rows = Array.from(category, (c) =>
    // A large common offset: without centring the constant and the features would fight for hundreds of steps.
    Array.from({ length: features }, (_, j) => 5 + random.normal() + (c === j + 1 ? 1 : 0)),
  );
  const fold = Int32Array.from({ length: samples }, () => random.below(3));
  return { task: { features: csrFromRows(rows, features), category, synthetic, fold, folds: 3 }, rows };
}

async function train(task: ClassifierTask, options: Partial<ClassifierOptions>) {
  const generator = trainSourceClassifier(createCpuBackend({ precision: "f64" }), task, options);
  for (;;) {
    const next = await generator.next();
    if (next.done) return next.value;
  }
}

describe("linear source classifier", () => {
  it("reaches the optimum of every fold and head, balanced or not", async () => {
    const { task, rows } = gaussians(240, 2);
    for (const balanced of [true, false]) {
      const trained = await train(task, { l2: [0.05], steps: 300, every: 300, balanced });
      for (let head = 0; head < 2; head++) {
        for (let k = 0; k < 3; k++) {
          const inside = rows.flatMap((_, i) =>
            task.fold[i] !== k && [0, head + 1].includes(task.category[i]!) ? [i] : [],
          );
          const labels = inside.map((i) => (task.category[i] === 0 ? 1 : 0));
          const fit = fitLogistic(
            inside.map((i) => rows[i]!),
            labels,
            { l2: 0.05, ...(balanced && { sampleWeights: balancedWeights(labels) }) },
          );
          rows.forEach((row, i) => {
            if (task.fold[i] === k) {
              expect(trained.logits[head]![i]).toBeCloseTo(logisticLogit(fit, row), 5);
            }
          });
        }
      }
    }
  });

  it("reaches the optimum through dense products, too", async () => {
    const { task, rows } = gaussians(160, 1, 70);
    const trained = await train(task, { l2: [0.5], steps: 200, every: 200 });
    for (let k = 0; k < 3; k++) {
      const inside = rows.flatMap((_, i) => (task.fold[i] !== k ? [i] : []));
      const labels = inside.map((i) => (task.category[i] === 0 ? 1 : 0));
      const fit = fitLogistic(
        inside.map((i) => rows[i]!),
        labels,
        { l2: 0.5, sampleWeights: balancedWeights(labels) },
      );
      rows.forEach((row, i) => {
        if (task.fold[i] === k) expect(trained.logits[0]![i]).toBeCloseTo(logisticLogit(fit, row), 5);
      });
    }
  });

  it("gives weights for new texts from the model that saw every fold", async () => {
    const { task, rows } = gaussians(240, 1);
    const trained = await train(task, { l2: [0.05], steps: 300, every: 300 });
    const labels = Array.from(task.category, (c) => (c === 0 ? 1 : 0));
    const fit = fitLogistic(rows, labels, { l2: 0.05, sampleWeights: balancedWeights(labels) });
    const [bias, ...weights] = trained.weights![0]!;
    expect(bias).toBeCloseTo(fit.bias, 4);
    weights.forEach((weight, j) => {
      expect(weight).toBeCloseTo(fit.weights[j]!, 5);
    });
  });

  it("keeps the better of two penalties, and never scores a sample by a model that saw it", async () => {
    const { task } = gaussians(240, 1);
    const both = await train(task, { l2: [10, 1e-3], steps: 200, every: 20 });
    const strong = await train(task, { l2: [10], steps: 200, every: 20 });
    const weak = await train(task, { l2: [1e-3], steps: 200, every: 20 });
    expect(both.chosen[0]!.logLoss).toBeCloseTo(
      Math.min(strong.chosen[0]!.logLoss, weak.chosen[0]!.logLoss),
      10,
    );
    // Labels of one fold turned round change the logits of the other folds only.
    const turned = { ...task, category: task.category.map((c, i) => (task.fold[i] === 0 ? 1 - c : c)) };
    const options = { l2: [0.1], steps: 20, every: 20 };
    const before = (await train(task, options)).logits[0]!;
    const after = (await train(turned, options)).logits[0]!;
    before.forEach((z, i) => {
      // The step length depends on all labels in the last float32 digit.
      if (task.fold[i] === 0) expect(after[i]).toBeCloseTo(z, 6);
      else expect(Math.abs(after[i]! - z)).toBeGreaterThan(1e-4);
    });
  });

  it("goes from a penalty to its neighbour for as long as that does better; those that somebody named are all that is tried", async () => {
    const { task } = gaussians(80, 1, 24);
    const options = { steps: 60, every: 60 };
    // Few samples of many unrelated features: the stronger, the better.
    const candidates = [1e-6, 0.3, 10, 300];
    const all = await train(task, { ...options, l2: candidates });
    const found = await train(task, { ...options, candidates, first: 0.3 });
    expect(found.chosen[0]!.l2).toBe(all.chosen[0]!.l2);
    expect(found.chosen[0]!.logLoss).toBeCloseTo(all.chosen[0]!.logLoss, 10);
    expect(found.history).toHaveLength(candidates.indexOf(found.chosen[0]!.l2));
    expect(found.history.length).toBeGreaterThan(1);
    expect((await train(task, { ...options, l2: [1e-6] })).history).toHaveLength(1);
    // One feature tells the sources apart only beside the other's noise, which a strong penalty forbids.
    const random = stream(4, "test/noise");
    const rows = Array.from(task.category, (c) => {
      const noise = 3 * random.normal();
      return [c + noise + 0.3 * random.normal(), noise];
    });
    const noisy = { ...task, features: csrFromRows(rows, 2) };
    const weak = { steps: 300, every: 300, candidates: [1e-3, 10, 100] };
    for (const first of [1e-3, 10]) {
      const { chosen, history } = await train(noisy, { ...weak, first });
      expect(chosen[0]!.l2).toBe(1e-3);
      expect(history).toHaveLength(first === 10 ? 2 : 1);
    }
  });

  it("solves the n-way problem to where its gradient vanishes", async () => {
    const { task } = gaussians(300, 2);
    const trained = await train(task, { kind: "nway", l2: [0.05], steps: 400, every: 400 });
    // At the optimum the constant's gradient is 0: mean probability of a source = its (balanced) share, per fold model.
    expect(trained.logits).toHaveLength(3);
    const targets = Array.from(task.category, (c) => (c === 0 ? 1 : 0));
    const odds = trained.logits[0]!.map(
      (z, i) => z - Math.max(trained.logits[1]![i]!, trained.logits[2]![i]!),
    );
    expect(auc(targets, odds)).toBeGreaterThan(0.6);
    const [first, second, third] = trained.weights!;
    // The softmax is unchanged by a common shift, which the penalty removes.
    for (let j = 1; j < first!.length; j++) expect(first![j]! + second![j]! + third![j]!).toBeCloseTo(0, 6);
  });

  it("frees everything when the caller stops early", async () => {
    const backend = createCpuBackend();
    for await (const progress of trainSourceClassifier(backend, gaussians(60, 1).task, {
      steps: 50,
      every: 1,
    })) {
      expect(backend.bytesInUse).toBeGreaterThan(0);
      if (progress.step === 2) break;
    }
    expect(backend.bytesInUse).toBe(0);
  });

  it("says so when a source would be unknown to some fold's model", async () => {
    const { task } = gaussians(60, 1);
    const lonely = { ...task, category: task.category.map((_, i) => (i === 0 ? 1 : 0)) };
    await expect(train(lonely, {})).rejects.toThrow(TiltError);
  });
});

describe("hidden source classifier", () => {
  it("learns what a linear model cannot", async () => {
    const random = stream(5, "test/xor");
    const rows = Array.from({ length: 300 }, () => [random.normal(), random.normal()]);
    const category = Int32Array.from(rows, ([x, y]) => (x! * y! > 0 ? 0 : 1));
    const fold = Int32Array.from(rows, (_, i) => i % 3);
    const task = { features: csrFromRows(rows, 2), category, synthetic: 1, fold, folds: 3 };
    const labels = Array.from(category, (c) => (c === 0 ? 1 : 0));
    const options = { steps: 150, every: 10, rate: 0.05 };
    const linear = await train(task, options);
    const hidden = await train(task, { ...options, model: "hidden", hidden: 8 });
    expect(auc(labels, linear.logits[0]!)).toBeLessThan(0.65);
    expect(auc(labels, hidden.logits[0]!)).toBeGreaterThan(0.95);
  });
});
