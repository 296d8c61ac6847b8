import { describe, expect, it } from "vitest";
import { TiltError } from "../../../src/base/errors.ts";
import { parseSpec } from "../../../src/experiment/spec.ts";
import { planSweep, sharesWith, specAt } from "../../../src/experiment/sweep/plan.ts";
import { SWEEP_PRESETS } from "../../../src/experiment/sweep/presets.ts";
import { axisOver, readSweep, sweepHash, sweepJson, withAxis } from "../../../src/experiment/sweep/read.ts";
import { small } from "./fakes.ts";

const complaint = (input: unknown): TiltError => {
  try {
    readSweep(input);
  } catch (thrown) {
    if (thrown instanceof TiltError) return thrown;
    throw thrown;
  }
  throw new Error("It was accepted.");
};

describe("readSweep", () => {
  it("takes lists, ranges, values that set several fields, and seeds as an axis", () => {
    const sweep = readSweep({
      base: { train: { steps: 5 } },
      axes: [
        { field: "train.lambda", from: 0.1, to: 10, count: 3, scale: "log" },
        { field: "seed", values: [3, 4] },
        {
          name: "normaliser",
          values: [
            { label: "exact", set: { "train.estimator": "exact" } },
            { label: "running", set: { "train.estimator": "running", "train.gamma": 0.2 } },
          ],
        },
      ],
    });
    expect(sweep.axes.map(({ label, values }) => [label, values.map((one) => one.label)])).toEqual([
      ["λ", ["0.1", "1", "10"]],
      ["normaliser", ["exact", "running"]],
    ]);
    expect(sweep.seeds).toEqual([3, 4]);
    expect(sweep.baseline).toEqual({ axis: "train.lambda", value: 0 });
    expect(specAt(sweep, [2, 1], 4)).toEqual(
      parseSpec({ seed: 4, train: { steps: 5, lambda: 10, estimator: "running", gamma: 0.2 } }),
    );
  });

  it("gives itself back from its canonical form, with the same hash under another name", () => {
    for (const sweep of [small(), ...SWEEP_PRESETS.map(({ make }) => make())]) {
      const again = readSweep(JSON.parse(JSON.stringify(sweepJson(sweep))));
      expect(again).toEqual(sweep);
      expect(sweepHash({ ...again, name: "another" })).toBe(sweepHash(sweep));
    }
    expect(sweepHash({ ...small(), seeds: [1, 2, 3] })).not.toBe(sweepHash(small()));
  });

  it.each([
    [{ axes: "all" }, /not a sweep/],
    [{ axes: [], base: { train: { lambda: -1 } } }, /lambda|-1/],
    [{ axes: [{ field: "train.lambda", values: [] }] }, /not a sweep/],
    [{ axes: [{ field: "seed", values: [1] }], seeds: { from: 1, count: 0 } }, /not a sweep/],
    [
      {
        axes: [
          { field: "train.lambda", values: [1] },
          { field: "train.lambda", values: [2] },
        ],
      },
      /Two axes/,
    ],
    [
      { axes: [{ field: "train.lambda", values: [1] }], baseline: { axis: "train.lambda", value: 7 } },
      /on no axis/,
    ],
    [
      { axes: [{ field: "train.lr", from: 0.1, to: 1, count: 100 }], seeds: { from: 0, count: 1000 } },
      /100000 runs/,
    ],
    [{ axes: [], extra: 1 }, /not a sweep/],
  ])("refuses %j", (input, words) => {
    expect(complaint(input).message).toMatch(words);
  });

  it("keeps the baseline while axes come and go", () => {
    const sweep = small();
    expect(sweep.baseline).toEqual({ axis: "train.strategy", value: 0 });
    const more = withAxis(sweep, "data.shift", axisOver(sweep.base, "data.shift", [0, 1]));
    expect(more.baseline).toEqual(sweep.baseline);
    expect(withAxis(more, "train.strategy", null).baseline).toEqual({ axis: "train.lambda", value: 0 });
    // It is the value that stays, not its place; an axis of one value has nothing to compare.
    const strategies = (...ids: string[]) =>
      withAxis(sweep, "train.strategy", axisOver(sweep.base, "train.strategy", ids));
    expect(strategies("kl_dro", "erm").baseline).toEqual({ axis: "train.strategy", value: 1 });
    expect(strategies("erm").baseline).toEqual({ axis: "train.lambda", value: 0 });
  });
});

describe("planSweep", () => {
  it("runs what differs only in settings without effect once: λ under ERM", () => {
    const { settings, cells } = planSweep(small());
    expect(settings.map(({ at }) => at.join())).toEqual(["0,0", "0,1", "0,2", "1,0", "1,1", "1,2"]);
    expect(settings[0]!.cells).toEqual(settings[2]!.cells);
    expect(cells.length).toBe(2 + 6);
    expect(new Set(cells.map(({ id }) => id)).size).toBe(8);
  });

  it("orders cells so that data, reference and ratio are made as rarely as can be", () => {
    const sweep = readSweep({
      axes: [
        { field: "train.strategy", values: ["erm", "reweight", "kl_dro"] },
        { field: "data.corruption", values: [0, 0.4] },
        { field: "train.loss", values: ["dpo", "ipo"] },
      ],
      seeds: [1, 2, 3],
    });
    const { cells } = planSweep(sweep);
    expect(cells.length).toBe(36);
    const made = cells.filter((cell, i) => !sharesWith(cell.spec, cells[i - 1]?.spec)).length;
    expect(made).toBe(6);
    // The first seed is complete before the second begins: the table fills early.
    expect(cells.slice(0, 12).every(({ spec }) => spec.seed === 1)).toBe(true);
  });

  it("keeps what no spec can be as a setting with its reason", () => {
    const sweep = readSweep({
      axes: [
        { field: "data.responses", values: [2, 3] },
        { field: "data.source", values: ["builtin:chatter", "builtin:plane"] },
      ],
    });
    const { settings, cells } = planSweep(sweep);
    expect(cells.length).toBe(3);
    expect(settings[3]!.problem?.what).toMatch(/Plane has pairs only/);
  });

  it("makes every preset, with the runs it says", () => {
    const runs = Object.fromEntries(
      SWEEP_PRESETS.map(({ id, make }) => [id, planSweep(make()).cells.length]),
    );
    expect(runs).toEqual({ ablation: 200, lambda: 75, noise: 100, minibatch: 45, "self-training": 20 });
    for (const { make } of SWEEP_PRESETS)
      for (const one of planSweep(make()).settings) expect(one.problem).toBeUndefined();
  });
});
