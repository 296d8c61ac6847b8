/** The grid, the choice of λ, and the report against numbers worked out by hand. */
import { describe, expect, it } from "vitest";
import { chooseLambda } from "../../../src/experiment/ablation/choose.ts";
import { claimsOf } from "../../../src/experiment/ablation/claims.ts";
import {
  type Arm,
  armKey,
  armsOf,
  defaultGrid,
  fullGrid,
  partOf,
} from "../../../src/experiment/ablation/grid.ts";
import { ablationReport } from "../../../src/experiment/ablation/report.ts";
import { ABLATION } from "../../../src/experiment/ablation/settings.ts";
import { ablationTables, shown } from "../../../src/experiment/ablation/table.ts";
import type { Outcome } from "../../../src/experiment/ablation/trial.ts";

describe("λ", () => {
  it("is that of the best validation accuracy, the larger one between equals", () => {
    const of = (lambda: number, validation: number) => ({ lambda, validation });
    expect(chooseLambda([of(0.3, 0.6), of(1, 0.7), of(3, 0.5)])?.lambda).toBe(1);
    expect(chooseLambda([of(3, 0.7), of(0.3, 0.7), of(1, 0.7)])?.lambda).toBe(3);
    expect(chooseLambda([])).toBeUndefined();
  });
});

describe("the grid", () => {
  it("is the whole matrix, and each arm is there once", () => {
    const grid = defaultGrid(10);
    const arms = armsOf(grid);
    // Tuned: 1 + 3 + 1 + 3 + 3 arms; untuned: five.
    expect(arms).toHaveLength(10 * 4 * (2 * 11 + 2 * 5));
    expect(new Set(arms.map(armKey)).size).toBe(arms.length);
    expect(new Set(arms.map(({ loss, corruption }) => `${loss} ${corruption}`)).size).toBe(16);
    expect(armsOf(fullGrid(10))).toHaveLength(10 * 16 * (1 + 5 + 2 + 10 + 10));
    const parts = [0, 1, 2].flatMap((part) => armsOf(partOf(grid, part, 3)).map(armKey));
    expect(parts.toSorted()).toEqual(arms.map(armKey).toSorted());
  });
});

describe("the report", () => {
  const rows = [1, 2, 3].flatMap((seed) => {
    const arm = (strategy: Arm["strategy"], lambda: number | null, rew: number, validation: number) => ({
      kind: "arm" as const,
      seconds: 2,
      arm: {
        seed,
        corruption: 0,
        loss: "dpo" as const,
        strategy,
        ratio: ["erm", "kl_dro"].includes(strategy) ? ("none" as const) : ("joint" as const),
        lambda,
      },
      outcome: outcome(rew, validation),
    });
    return [
      arm("erm", null, 0, 0.5),
      arm("reweight", null, seed, 0.6),
      arm("dora_inside", 1, seed - 1, 0.6),
      // Better where it is chosen by, far better in what is reported: tuned, it counts.
      arm("dora_inside", 3, seed + 4, 0.7),
    ];
  });

  it("pairs seeds, tuned and at λ = 1", () => {
    const report = ablationReport(rows);
    expect(report.arms).toBe(12);
    expect(report.armSeconds).toBe(24);
    const difference = (a: string, b: string, tuned: boolean) =>
      report.differences.find((one) => one.a === a && one.b === b && one.tuned === tuned)!.metrics.rew;
    expect(difference("dora_inside", "reweight", true)).toMatchObject({ mean: 4, half: 0, n: 3 });
    expect(difference("dora_inside", "reweight", false)).toMatchObject({ mean: -1, half: 0, n: 3 });
    // 1, 2, 3: standard deviation 1.
    expect(difference("reweight", "erm", false).half).toBeCloseTo(4.303 / Math.sqrt(3), 3);
    // λ = 3 missing on one seed: nothing is called tuned.
    const partial = ablationReport(rows.filter(({ arm }) => arm.seed !== 3 || arm.lambda !== 3));
    expect(partial.cells.some(({ tuned }) => tuned)).toBe(false);
    const tuned = report.cells.find(({ strategy, tuned }) => strategy === "dora_inside" && tuned)!;
    expect(tuned.lambdas).toEqual([3, 3, 3]);
  });

  it("says what agrees with earlier claims and what does not", () => {
    const claims = claimsOf(ablationReport(rows));
    const verdict = (says: string) => claims.find((claim) => claim.says === says)?.verdict;
    expect(verdict("DoRA beats reweighting")).toBe("agrees");
    expect(verdict("With the joint ratio DoRA does not beat reweighting")).toBe("agrees");
    expect(verdict("Reweighting beats plain training")).toBe("open");
    expect(verdict("DRO alone falls short of DoRA")).toBeUndefined();
  });

  it("becomes tables that name what is missing", () => {
    const text = ablationTables(ablationReport(rows), ABLATION, {
      wanted: 40,
      done: rows.length,
      whole: true,
    });
    expect(text).toMatch(/12 of 40 arms, seeds 1, 2, 3/);
    const some = ablationTables(ablationReport(rows), ABLATION, { wanted: 10, done: 10, whole: true });
    expect(some).toMatch(/10 of 10 arms and 2 outside of this grid, seeds/);
    expect(text).toContain("| dpo | joint | 100 | 10.00 |");
    expect(shown({ mean: 0.126, half: 0.05, n: 3, sd: 0.02 }, true)).toBe("+0.13±0.05");
    expect(shown({ mean: Number.NaN, half: 1, n: 0, sd: 1 })).toBe("");
  });

  it("tells where the weight goes at the λ that was chosen, and where none was chosen, at 1", () => {
    const weights = (some: typeof rows): string[] => {
      const text = ablationTables(ablationReport(some), ABLATION, {
        wanted: 12,
        done: some.length,
        whole: true,
      });
      return text.split("\n").filter((line) => line.startsWith("| dpo | 0 % | joint | DoRA |"));
    };
    expect(weights(rows)).toEqual([expect.stringMatching(/\| DoRA \| 3 \|/)]);
    const untuned = weights(rows.filter(({ arm }) => arm.lambda !== 3));
    expect(untuned).toEqual([expect.stringMatching(/\| DoRA \| 1 \|/)]);
  });
});

function outcome(rew: number, validation: number): Outcome {
  return {
    rew,
    parsed: 1,
    rewK: 0,
    kl: 1,
    effective: 50,
    validation,
    accuracy: 0.5,
    onTarget: 0.5,
    weightEss: 1,
    essH: 1,
    maxShareH: 0.1,
  };
}
