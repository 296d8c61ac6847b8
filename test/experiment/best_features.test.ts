/** Longer runs of characters are tried where the sources are nearly told apart, and kept where they tell more. */
import { describe, expect, it } from "vitest";
import { createCpuBackend } from "../../src/backend/cpu/cpu_backend.ts";
import { csrFromRows } from "../../src/base/csr.ts";
import { stream } from "../../src/base/random.ts";
import { estimateOnBest } from "../../src/experiment/best_features.ts";
import type { ResponseFeatures } from "../../src/experiment/response_features.ts";
import type { RatioTask } from "../../src/ratio/ratio_options.ts";

const SAMPLES = 120;
const category = Int32Array.from({ length: SAMPLES }, (_, i) => i % 2);

/** Features that part the two sources by `gap` standard deviations. */
function features(gap: number, longer?: () => ResponseFeatures): ResponseFeatures {
  const random = stream(7, `test/best ${gap}`);
  const rows = Array.from(category, (c) => [random.normal() + gap * c, random.normal()]);
  const transform = (): never => {
    throw new Error("no further texts");
  };
  return {
    features: csrFromRows(rows, 2),
    readUpTo: Infinity,
    training: {},
    transform,
    ...(longer && { longer }),
  };
}

const taskOf = (matrix: RatioTask["features"]): RatioTask => ({
  features: matrix,
  category,
  synthetic: 1,
  fold: Int32Array.from(category, (_, i) => Math.floor(i / 2) % 3),
  folds: 3,
  lengths: category,
  names: ["people", "machine"],
});

async function best(first: ResponseFeatures, patience = 3) {
  const run = estimateOnBest(createCpuBackend(), first, taskOf, { classifier: { l2: [1e-3], patience } });
  let last = 0;
  for (;;) {
    const next = await run.next();
    if (next.done) return { ...next.value, last };
    last = next.value.step;
  }
}

describe("longer runs of characters", () => {
  it("are kept where they lower the out-of-fold loss, and dropped where they do not", async () => {
    const better = features(9);
    const worse = features(1);
    const up = await best(features(5, () => better));
    expect(up.features).toBe(better);
    expect(up.task.features).toBe(better.features);
    const first = features(5, () => worse);
    const down = await best(first);
    expect(down.features).toBe(first);
    expect(up.estimate.classifier.chosen[0]!.logLoss).toBeLessThan(
      down.estimate.classifier.chosen[0]!.logLoss,
    );
  });

  it("are given up once they are behind, and seen through where they are ahead", async () => {
    const down = await best(
      features(5, () => features(1)),
      99,
    );
    expect(down.last).toBe(24);
    const up = await best(
      features(4, () => features(4.5)),
      99,
    );
    expect(up.last).toBeGreaterThan(24);
  });

  it("are not tried where the sources are far from told apart", async () => {
    const first = features(1, () => {
      throw new Error("tried");
    });
    expect((await best(first)).features).toBe(first);
  });
});
