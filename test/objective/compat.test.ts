/** Which losses go under which strategies, and what is offered where they do not. */
import { describe, expect, it } from "vitest";
import { checkObjective, type Setting } from "../../src/objective/compat.ts";
import { LOSSES } from "../../src/objective/losses/index.ts";
import { makeObjective, type ObjectiveChoice } from "../../src/objective/objective.ts";
import { PRESETS } from "../../src/objective/presets.ts";
import { STRATEGIES } from "../../src/objective/strategies/index.ts";

const data = { pairs: true, lists: true, unpaired: true, sourcesKnown: true };
const setting: Setting = { batchSize: 64, data };
const check = (choice: ObjectiveChoice, changes: Partial<Setting> = {}) =>
  checkObjective(makeObjective(choice), { ...setting, ...changes });
const under = (loss: string, strategy: string, params = {}): ObjectiveChoice => ({
  loss: { id: loss },
  strategy: { id: strategy, params },
});

describe("negative losses", () => {
  it("are refused inside the exponent, with the safe alternatives", () => {
    for (const { id, flags } of LOSSES) {
      const refused = check(under(id, "dora_inside")).filter(({ severity }) => severity === "refused");
      expect(refused.length > 0, id).toBe(flags.negative !== "never");
      for (const finding of refused) {
        const offered = finding.alternatives.map(({ strategy }) => strategy?.id);
        expect(offered).toContain("iw_kl_dro");
        expect(offered).toContain("dora_outside");
        expect(finding.reason).toMatch(/lose weight/);
      }
    }
  });
  it("go under every other strategy", () => {
    for (const { id, flags } of STRATEGIES) {
      const refused = check(under("lire", id)).some(({ about }) => about === "negative-loss");
      expect(refused, id).toBe(flags.needsNonNegativeLoss);
    }
  });
  it("LIRE may be shifted by 1, with a warning that this sharpens; by less it may not; raw rewards have no shift", () => {
    const [refused] = check(under("lire", "dora_inside"));
    const shift = refused!.alternatives.find(({ strategyParams }) => strategyParams);
    expect(shift!.strategyParams).toEqual({ shift: 1 });
    const [shifted] = check(under("lire", "dora_inside", { shift: 1 }));
    expect(shifted).toMatchObject({ severity: "warning", about: "shift" });
    expect(check(under("lire", "dora_inside", { shift: 0.5 }))[0]!.severity).toBe("refused");
    const raw: ObjectiveChoice = {
      ...under("lire", "dora_inside", { shift: 1 }),
      loss: { id: "lire", params: { reward: "raw" } },
    };
    expect(check(raw)[0]).toMatchObject({ severity: "refused" });
    expect(check(raw)[0]!.alternatives.some(({ strategyParams }) => strategyParams)).toBe(false);
  });
  it("EXO as released may be shifted by the little it falls below 0", () => {
    const [refused] = check(under("exo_unnormalised", "dora_inside"));
    const shift = refused!.alternatives.find(({ strategyParams }) => strategyParams)!.strategyParams!;
    expect(check(under("exo_unnormalised", "dora_inside", shift))[0]!.severity).toBe("warning");
  });
});

describe("a batch of one", () => {
  it.each([
    ["kl_dro", "plain ERM"],
    ["drdpo", "plain ERM"],
    ["chi2_penalized", "plain ERM"],
    ["cvar", "plain ERM"],
    ["iw_kl_dro", "plain ERM"],
    ["reweight_sn", "plain ERM"],
    ["dora_inside", "plain reweighting"],
    ["dora_outside", "plain reweighting"],
    ["sharp", "plain reweighting"],
  ])("is refused under %s: it would be %s", (id, same) => {
    const [finding] = check(under("dpo", id), { batchSize: 1 });
    expect(finding).toMatchObject({ severity: "refused", about: "batch-size" });
    expect(finding!.reason).toContain(same);
    const running = finding!.alternatives.some(({ estimator }) => estimator === "running");
    expect(running).toBe(STRATEGIES.find((strategy) => strategy.id === id)!.logMeanExp !== undefined);
    expect(finding!.alternatives.some(({ batchSize }) => batchSize! >= 16)).toBe(true);
  });
  it("is said truly: V over one group is that of the strategy it is said to be", () => {
    for (const strategy of STRATEGIES) {
      const [finding] = check(under("dpo", strategy.id), { batchSize: 1 });
      if (finding?.about !== "batch-size") continue;
      const params = makeObjective(under("dpo", strategy.id)).strategyParams;
      const { value } = strategy.evaluate({ losses: [1.7], h: [1.3] }, params);
      expect(value, strategy.id).toBeCloseTo(finding.reason.includes("reweighting") ? 1.7 * 1.3 : 1.7, 10);
    }
  });
  it("goes with the running normaliser, with ERM and with reweighting", () => {
    const running = { gamma: 0.1, mode: "first" as const, cap: 10 };
    expect(check({ ...under("dpo", "dora_inside"), running }, { batchSize: 1 })).toEqual([]);
    expect(check(under("dpo", "erm"), { batchSize: 1 })).toEqual([]);
    expect(check(under("dpo", "reweight"), { batchSize: 1 })).toEqual([]);
  });
  it("only warns in the presets that reproduce it", () => {
    for (const preset of PRESETS.filter(({ batchSize }) => batchSize === 1)) {
      const { loss, strategy } = preset.objective;
      const findings = check(
        { loss: loss!, strategy },
        { batchSize: 1, asReleased: true, responseWeights: true },
      );
      expect(
        findings.filter(({ severity }) => severity === "refused"),
        preset.id,
      ).toEqual([]);
    }
  });
  it("has no baseline for KTO", () => {
    expect(check(under("kto", "erm"), { batchSize: 1 })[0]!.reason).toMatch(/mismatched/);
    expect(check(under("kto", "erm"), { batchSize: 2 })).toEqual([]);
  });
});

describe("the rest", () => {
  it("warns of small batches, of optimistic strategies, and puts refusals first", () => {
    expect(check(under("dpo", "kl_dro"), { batchSize: 4 })[0]).toMatchObject({
      severity: "warning",
      about: "batch-size",
    });
    expect(check(under("dpo", "drdpo"))[0]).toMatchObject({ severity: "warning", about: "optimistic" });
    const both = check(under("dpo", "drdpo"), { batchSize: 1 }).map(({ severity }) => severity);
    expect(both).toEqual(["refused", "warning"]);
  });
  it("asks for the data a loss or strategy learns from", () => {
    const none = { pairs: false, lists: false, unpaired: false, sourcesKnown: false };
    expect(check(under("dpo", "erm"), { data: none })[0]!.reason).toMatch(/pairs or lists/);
    expect(check(under("lire", "erm"), { data: none })[0]!.reason).toMatch(/lists with scores/);
    expect(check(under("kto", "erm"), { data: { ...data, unpaired: false } })[0]!.reason).toMatch(
      /single judged/,
    );
    expect(check(under("dpo", "group_dro"), { data: { ...data, sourcesKnown: false } })[0]!.about).toBe(
      "sources",
    );
  });
  it("refuses the released RRHF form where only groups have ratios", () => {
    expect(check(under("rrhf", "released_rrhf"))[0]).toMatchObject({ severity: "refused", about: "data" });
    expect(check(under("rrhf", "released_rrhf"), { responseWeights: true })).toEqual([]);
  });
  it("refuses an estimator that has nothing to estimate", () => {
    const running = { gamma: 0.1, mode: "first" as const, cap: 10 };
    expect(() => makeObjective({ ...under("dpo", "erm"), running })).toThrow(/no log-mean-exp/);
    const learnLambda = { rho: 0.1, learningRate: 0.1, min: 0.01 };
    expect(() => makeObjective({ ...under("dpo", "drdpo"), learnLambda })).toThrow(/no λ/);
  });
});
