/** The source classifier on real WebGPU: the loops' numbers within float32, and the same bits each time. */
import { describe, expect, it } from "vitest";
import type { Backend } from "../../src/backend/backend.ts";
import { createCpuBackend } from "../../src/backend/cpu/cpu_backend.ts";
import { csrFromRows } from "../../src/base/csr.ts";
import { stream } from "../../src/base/random.ts";
import { chatterWorld } from "../../src/data/worlds/chatter.ts";
import { samplesOfDataset } from "../../src/experiment/ratio_samples.ts";
import { trainSourceClassifier } from "../../src/ratio/classifier.ts";
import type { ClassifierOptions } from "../../src/ratio/classifier_options.ts";
import { estimateRatios, finishEstimate } from "../../src/ratio/estimate.ts";
import { RATIO_DEFAULTS } from "../../src/ratio/ratio_options.ts";
import type { ClassifierTask } from "../../src/ratio/task.ts";
import { hashedNgrams } from "../../src/text/ngrams.ts";
import { webgpuBackend } from "./backend.ts";

function chatterTask(): ClassifierTask {
  const samples = samplesOfDataset(chatterWorld({ groups: 100, shift: 0.5, seed: 4 }), 4);
  return {
    features: hashedNgrams(samples.texts).features,
    category: samples.category,
    synthetic: 2,
    fold: samples.fold,
    folds: 4,
  };
}

/** Features that nearly every sample has, as hidden states are. */
function denseTask(): ClassifierTask {
  const { features, ...task } = chatterTask();
  const random = stream(8, "test/dense");
  const rows = Array.from(task.category, (c) =>
    Array.from({ length: 70 }, (_, j) => random.normal() + (c === j ? 1 : 0)),
  );
  return { ...task, features: csrFromRows(rows, 70) };
}

async function train(backend: Backend, task: ClassifierTask, options: Partial<ClassifierOptions>) {
  const run = trainSourceClassifier(backend, task, { steps: 12, every: 4, ...options });
  for (;;) {
    const next = await run.next();
    if (next.done) return next.value;
  }
}

describe("source classifier on WebGPU", () => {
  const sparse = chatterTask();
  const dense = denseTask();

  it.each([
    { name: "linear, two penalties", task: sparse, options: { l2: [1e-6, 1e-2] } },
    { name: "linear, n-way", task: sparse, options: { kind: "nway" } },
    { name: "linear, dense features", task: dense, options: { l2: [1e-1, 1e-2] } },
    { name: "hidden", task: sparse, options: { model: "hidden", hidden: 8 } },
    { name: "hidden, n-way", task: sparse, options: { model: "hidden", hidden: 4, kind: "nway" } },
  ] as { name: string; task: ClassifierTask; options: Partial<ClassifierOptions> }[])(
    "$name",
    async ({ task, options }) => {
      const backend = await webgpuBackend();
      const before = backend.bytesInUse;
      const exact = await train(createCpuBackend({ precision: "f64" }), task, options);
      const first = await train(backend, task, options);
      const second = await train(backend, task, options);
      expect(first.chosen.map(({ step, l2 }) => [step, l2])).toEqual(
        exact.chosen.map(({ step, l2 }) => [step, l2]),
      );
      exact.logits.forEach((want, head) => {
        let worst = 0;
        want.forEach((z, i) => {
          worst = Math.max(worst, Math.abs(first.logits[head]![i]! - z) / (1 + Math.abs(z)));
        });
        expect(worst).toBeLessThan(1e-3);
      });
      expect(second.logits).toEqual(first.logits);
      expect(second.weights).toEqual(first.weights);
      expect(backend.bytesInUse).toBe(before);
    },
  );
});

it.each(["mixture", "posterior", "averaged", "stabilised", "released"] as const)(
  "the kernels' %s ratios are the loops' within float32, the same bits each time",
  async (form) => {
    const backend = await webgpuBackend();
    const before = backend.bytesInUse;
    const task = { ...chatterTask(), lengths: [], names: ["people", "a", "b"] };
    const settings = { ...RATIO_DEFAULTS, form, clip: { low: 0.05, high: 2 } };
    const estimate = async () => {
      const run = estimateRatios(backend, task, {
        ...settings,
        classifier: { steps: 4, every: 4, l2: [1e-3] },
      });
      for (;;) {
        const next = await run.next();
        if (next.done) return next.value;
      }
    };
    const got = await estimate();
    const want = finishEstimate(task, settings, got.classifier);
    for (const name of ["logRatio", "h", "probs"] as const) {
      want[name].forEach((value, i) => {
        expect(Math.abs(got[name][i]! - value)).toBeLessThan(2e-6 * (1 + Math.abs(value)));
      });
    }
    expect(got.report.meanH).toBeCloseTo(want.report.meanH, 5);
    // What is clipped is the same, although no number is the same bit for bit.
    expect(got.report.clipped).toBe(want.report.clipped);
    expect(got.report.clipped).toBeLessThan(1);
    expect((await estimate()).h).toEqual(got.h);
    expect(backend.bytesInUse).toBe(before);
  },
);
