/** Weights of the classes, alone and within prompts, by hand; and the calibration error of right probabilities, by drawing. */
import { describe, expect, it } from "vitest";
import { csrFromRows } from "../../src/base/csr.ts";
import { stream } from "../../src/base/random.ts";
import { groupedFolds } from "../../src/ratio/folds.ts";
import { sigmoid } from "../../src/ratio/numerics.ts";
import { calibrationOf } from "../../src/ratio/score_report.ts";
import { checkTask, headWeights, NO_FOLD, nwayWeights } from "../../src/ratio/task.ts";

const task = (category: number[], prompt?: number[]) => ({
  features: csrFromRows(
    category.map(() => [1]),
    1,
  ),
  category: Int32Array.from(category),
  synthetic: Math.max(...category),
  fold: Int32Array.from(category, (_, i) => i % 2),
  folds: 2,
  ...(prompt && { prompt: Int32Array.from(prompt) }),
});

describe("weights", () => {
  it("give both classes half of the mass, and none to the held out and the other sources", () => {
    const given = task([0, 0, 0, 1, 1, 2, -1, 0]);
    const all = headWeights(given, NO_FOLD, 0, true);
    expect([...all]).toEqual([1 / 8, 1 / 8, 1 / 8, 1 / 4, 1 / 4, 0, 0, 1 / 8]);
    // Fold 0 left out: samples 1, 3, 5, 7 remain, of which 5 is another source's.
    expect([...headWeights(given, 0, 0, true)]).toEqual([0, 1 / 4, 0, 1 / 2, 0, 0, 0, 1 / 4]);
    expect([...nwayWeights(given, NO_FOLD, true)].map((w) => Number(w.toFixed(6)))).toEqual([
      0.083333, 0.083333, 0.083333, 0.166667, 0.166667, 0.333333, 0, 0.083333,
    ]);
  });

  it("do not change where every prompt holds the classes alike", () => {
    const category = [0, 1, 1, 0, 1, 1];
    const plain = headWeights(task(category), NO_FOLD, 0, true);
    const prompted = headWeights(task(category, [7, 7, 7, 9, 9, 9]), NO_FOLD, 0, true);
    prompted.forEach((weight, i) => void expect(weight).toBeCloseTo(plain[i]!, 12));
  });

  it("bring a prompt that one source answers more often nearer to the overall shares", () => {
    // Prompt 0: three target, one synthetic; prompt 1 the other way round. Shares 1/2, smoothing 4:
    // factors (4 + 4)/2/(3 + 2) = 0.8 and 4/(1 + 2) = 4/3.
    const weights = headWeights(task([0, 0, 0, 1, 0, 1, 1, 1], [0, 0, 0, 0, 1, 1, 1, 1]), NO_FOLD, 0, true);
    const common = 0.8 / (2 * (3 * 0.8 + 4 / 3));
    const rare = 4 / 3 / (2 * (3 * 0.8 + 4 / 3));
    [common, common, common, rare, rare, common, common, common].forEach((expected, i) => {
      expect(weights[i]).toBeCloseTo(expected, 12);
    });
  });
});

describe("the calibration error by chance", () => {
  it("is that of labels drawn from the probabilities themselves", () => {
    const random = stream(5, "test/chance");
    const logits = Float64Array.from({ length: 900 }, () => random.normal());
    let [mean, noise] = [0, 0];
    const draws = 60;
    for (let k = 0; k < draws; k++) {
      const labels = Array.from(logits, (z) => (random.uniform() < sigmoid(z) ? 1 : 0));
      const { ece, eceNoise } = calibrationOf(labels, logits);
      mean += ece / draws;
      noise += eceNoise / draws;
    }
    // 15 bins of 60: about sqrt(2/pi) sqrt(0.2/60). The estimate uses the binned means, the draws the labels.
    expect(mean).toBeGreaterThan(0.03);
    expect(Math.abs(noise - mean)).toBeLessThan(0.1 * mean);
  });
});

describe("a task that cannot be cross-fitted", () => {
  it("is refused with the names of the sources that one fold holds", () => {
    const names = ["people", "one", "two", "three", "four"];
    // Samples alternate between two folds: those at even places are all in fold 0.
    const given = { ...task([0, 0, 1, 1, 2, -1, 3, -1, 4]), names };
    expect(() => checkTask(given)).toThrow(/two, three and four are in one of 2 folds/);
    expect(() => checkTask({ ...task([0, 1, -1, 1, 1]), names })).toThrow(/people.*another target/s);
    expect(() => checkTask({ ...task([0, 0, 1, 1]), names })).not.toThrow();
  });

  it("has as many prompts as folds, or says what to do", () => {
    expect(() => groupedFolds(["a", "b", "a"], 3, 1)).toThrow(/2 distinct prompts.*at most 2 folds/s);
    expect(() => groupedFolds(["a", "a"], 2, 1)).toThrow(/1 distinct prompt,.*rows with other prompts/s);
  });
});
