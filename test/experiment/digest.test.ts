import { describe, expect, it } from "vitest";
import { compareDigests, relativeDifference } from "../../src/experiment/compare.ts";
import {
  bitsOf,
  curvesOf,
  type Digest,
  digestOf,
  metricHash,
  type RunCurves,
  sampleDigest,
} from "../../src/experiment/digest.ts";
import type { StepRecord } from "../../src/experiment/events.ts";

const HERE = { backend: "webgpu", adapter: "A", engine: "1" };

/** A run of 60 steps whose loss is off by `error(step)` relatively. */
function run(error: (step: number) => number = () => 0): RunCurves {
  const train: StepRecord[] = Array.from({ length: 60 }, (_, step) => ({
    step,
    values: {
      loss: Math.fround(0.7 * Math.exp(-step / 30) * (1 + error(step))),
      "rewards/accuracies": step / 60,
      "time/step": Math.sin(step),
    },
  }));
  return { sft: [], train, evaluation: [{ step: 60, values: { eval_loss: 0.5 } }] };
}
const digest = (error?: (step: number) => number, environment = HERE): Digest =>
  digestOf(run(error), environment);

describe("metricHash", () => {
  it("changes with any single bit, name or step, and not with order or timings", () => {
    const base = run();
    const curves = curvesOf(base);
    const hash = metricHash(curves);
    expect(curves.map((curve) => curve.name)).toEqual([
      "evaluation/eval_loss",
      "train/loss",
      "train/rewards/accuracies",
    ]);
    expect(metricHash([...curves].reverse())).toBe(hash);
    const flip = (value: number) => {
      const view = new DataView(new ArrayBuffer(4));
      view.setUint32(0, bitsOf(value) ^ 1);
      return view.getFloat32(0);
    };
    curves.forEach((curve, c) => {
      curve.values.forEach((value, i) => {
        const values = curve.values.with(i, flip(value));
        expect(metricHash(curves.with(c, { ...curve, values }))).not.toBe(hash);
      });
      expect(metricHash(curves.with(c, { ...curve, name: `${curve.name}2` }))).not.toBe(hash);
      expect(metricHash(curves.with(c, { ...curve, steps: curve.steps.map((step) => step + 1) }))).not.toBe(
        hash,
      );
    });
    const slower = base.train.map(({ step, values }) => ({ step, values: { ...values, "time/step": 99 } }));
    expect(metricHash(curvesOf({ ...base, train: slower }))).toBe(hash);
  });

  it("tells zero from minus zero, and holds every NaN for one", () => {
    expect(bitsOf(-0)).toBe(0x80000000);
    expect(bitsOf(1)).toBe(0x3f800000);
    expect(bitsOf(Number.NaN)).toBe(bitsOf(-Number.NaN));
  });
});

describe("compareDigests", () => {
  it("says bit-identical when the hashes agree, whatever the machine", () => {
    const result = compareDigests(digest(), digest(undefined, { ...HERE, adapter: "B" }));
    expect(result.verdict).toBe("bit-identical");
    expect(result.metrics.every((metric) => metric.largest === 0)).toBe(true);
    expect(result.environment).toEqual(["Adapter: A there, B here"]);
  });

  it("says within tolerance, with the largest difference and where", () => {
    const result = compareDigests(
      digest(),
      digest((step) => (step === 20 ? 0.004 : 1e-6)),
    );
    expect(result.verdict).toBe("within tolerance");
    expect(result.metrics[0]).toMatchObject({ name: "train/loss", at: 20, partsAt: null });
    expect(result.metrics[0]!.largest).toBeCloseTo(0.004, 4);
    expect(result.text).toContain("0.4 %");
    expect(result.partsAt).toBeNull();
  });

  it("says different, and the step where the curves part", () => {
    const result = compareDigests(
      digest(),
      digest((step) => (step < 37 ? 1e-6 : 0.01 * (step - 35))),
    );
    expect(result.verdict).toBe("different");
    expect(result.partsAt).toBe(37);
    expect(result.metrics[0]).toMatchObject({ name: "train/loss", at: 59, partsAt: 37 });
    expect(result.metrics.find((metric) => metric.name === "evaluation/eval_loss")!.largest).toBe(0);
    expect(result.text).toContain("step 37");
  });

  it("says different when steps or metrics are missing, or a number is lost", () => {
    const short: RunCurves = { ...run(), train: run().train.slice(0, 50) };
    const cut = compareDigests(digest(), digestOf(short, HERE));
    expect(cut.verdict).toBe("different");
    expect(cut.missing).toEqual([
      "train/loss at 10 of 60 steps",
      "train/rewards/accuracies at 10 of 60 steps",
    ]);
    const silent = compareDigests(digest(), digestOf({ ...run(), evaluation: [] }, HERE));
    expect(silent.missing).toEqual(["evaluation/eval_loss"]);
    const broken = compareDigests(
      digest(),
      digest((step) => (step > 10 ? Number.NaN : 0)),
    );
    expect(broken).toMatchObject({ verdict: "different", partsAt: 11 });
    expect(broken.text).toContain("beyond measure");
  });

  it("works from the few points that a link carries, and says when there are none", () => {
    const sampled = sampleDigest(digest());
    expect(sampled.hash).toBe(digest().hash);
    expect(sampled.curves.map((curve) => curve.name)[0]).toBe("train/loss");
    expect(sampled.curves[0]!.steps).toEqual([0, 12, 24, 35, 47, 59]);
    expect(compareDigests(sampled, digest()).verdict).toBe("bit-identical");
    expect(
      compareDigests(
        sampled,
        digest(() => 1e-5),
      ).verdict,
    ).toBe("within tolerance");
    expect(
      compareDigests(
        sampled,
        digest(() => 0.1),
      ).verdict,
    ).toBe("different");
    expect(
      compareDigests(
        { ...sampled, curves: [] },
        digest(() => 0.1),
      ).verdict,
    ).toBe("unknown");
  });
});

describe("relativeDifference", () => {
  it("is relative to the larger side, but never to less than the floor", () => {
    expect(relativeDifference(1, 2, 0)).toBe(0.5);
    expect(relativeDifference(-1, 1, 0)).toBe(2);
    expect(relativeDifference(1e-9, 2e-9, 1)).toBeCloseTo(1e-9, 20);
    expect(relativeDifference(0, -0, 0)).toBe(0);
    expect(relativeDifference(Number.NaN, Number.POSITIVE_INFINITY, 0)).toBe(0);
    expect(relativeDifference(Number.NaN, 1, 0)).toBe(Number.POSITIVE_INFINITY);
  });
});
