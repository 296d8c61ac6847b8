import { describe, expect, it } from "vitest";
import { planSweep } from "../../src/experiment/sweep/plan.ts";
import { readSweep } from "../../src/experiment/sweep/read.ts";
import type { CellResult } from "../../src/experiment/sweep/result.ts";
import { outlookOf } from "../../src/ui/sweeps/outlook.ts";
import { drawLines, frameOf, type Panel } from "../../src/ui/sweeps/panel_layout.ts";
import { panelTable } from "../../src/ui/sweeps/panel_table.ts";
import { arrangementOf, panelsOf, STEPS } from "../../src/ui/sweeps/panels_of.ts";
import { resultOf } from "../experiment/sweep/fakes.ts";

const METRIC = "eval_rewards/accuracies";
const sweep = readSweep({
  axes: [
    { field: "train.loss", values: ["dpo", "ipo"] },
    { field: "train.strategy", values: ["kl_dro", "dora_inside"] },
    { field: "train.lambda", values: [0.1, 1, 10] },
  ],
  seeds: [1, 2, 3],
});
const plan = planSweep(sweep);
const results = new Map<string, CellResult>(
  plan.cells.map((cell) => [
    cell.id,
    {
      ...resultOf(cell, 0.5 + 0.1 * cell.spec.seed),
      curves: [{ name: METRIC, steps: [0, 10, 20], values: [0.5, 0.6, 0.5 + 0.1 * cell.spec.seed] }],
    },
  ]),
);

describe("small multiples", () => {
  it("draw strategies as lines, along an axis of numbers, a panel per value of what is left", () => {
    const arrangement = arrangementOf(sweep);
    expect(arrangement).toEqual({ lines: "train.strategy", x: "train.lambda" });
    const panels = panelsOf(sweep, plan.settings, results, METRIC, arrangement, 100);
    expect(panels.map(({ title }) => title)).toEqual(["Loss DPO", "Loss IPO"]);
    expect(panels[0]!.lines.map(({ label, key }) => [label, key])).toEqual([
      ["KL-DRO", "dro"],
      ["DoRA, inside", "dora"],
    ]);
    const [first] = panels[0]!.lines;
    expect(first!.points.map(({ x }) => x)).toEqual([0, 1, 2]);
    expect(first!.points[0]!.mean).toBeCloseTo(70, 9);
    expect(first!.n).toBe(3);
  });

  it("or over steps, where a panel stands for each combination of the others", () => {
    const panels = panelsOf(sweep, plan.settings, results, METRIC, { lines: "train.strategy", x: STEPS });
    expect(panels.length).toBe(6);
    expect(panels[3]!.title).toBe("Loss IPO, λ 0.1");
    // Step 0 says nothing of an accuracy: every pair ties.
    expect(panels[0]!.lines[0]!.points.map(({ x }) => x)).toEqual([10, 20]);
    expect(panels[0]!.lines[0]!.points[0]!.half).toBeCloseTo(0, 12);
  });

  it("share their axes, and stay inside what the quantity can be", () => {
    const panel = (mean: number, half: number): Panel => ({
      title: "",
      lines: [
        {
          id: "a",
          label: "A",
          key: "erm",
          n: 3,
          each: [],
          points: [
            { x: 0, mean, half },
            { x: 1, mean, half },
          ],
        },
        { id: "b", label: "B", key: "rew", n: 3, each: [], points: [{ x: 0, mean: mean - 1, half }] },
      ],
    });
    const panels = [panel(60, 80), panel(90, 1)];
    const frame = frameOf(panels, 400, 200, ["0", "1"], [0, 100]);
    expect([frame.yTicks[0], frame.yTicks.at(-1)]).toEqual([0, 100]);
    const lines = drawLines(panels[0]!, frame, true);
    for (const { low, high } of lines.flatMap(({ marks }) => marks)) {
      expect(high).toBeGreaterThanOrEqual(10);
      expect(low).toBeLessThanOrEqual(frame.bottom);
    }
    expect(Math.abs(lines[0]!.labelY - lines[1]!.labelY)).toBeGreaterThanOrEqual(13.9);
    const [free] = drawLines(panels[1]!, frameOf(panels, 400, 200, null), false);
    expect(free!.band).toMatch(/^M.*Z$/);
    expect(free!.marks).toEqual([]);
  });

  it("draw seeds one by one where too few make an interval", () => {
    const few = readSweep({ axes: [{ field: "train.lambda", values: [0.1, 1, 10] }], seeds: [1, 2] });
    const made = planSweep(few);
    const found = new Map(made.cells.map((cell) => [cell.id, resultOf(cell)]));
    const panels = panelsOf(few, made.settings, found, METRIC, { lines: "", x: "train.lambda" });
    const [line] = drawLines(panels[0]!, frameOf(panels, 400, 200, ["0.1", "1", "10"]), true);
    expect(line!.seeds.length).toBe(2);
    expect(line!.band).toBe("");
    expect(line!.marks.every(({ y, low, high }) => y === low && y === high)).toBe(true);
  });

  it("have a table behind them: means with their intervals, or every seed", () => {
    const [panel] = panelsOf(sweep, plan.settings, results, METRIC, arrangementOf(sweep), 100);
    const banded = panelTable(panel!, "λ", ["0.1", "1", "10"], "%", 1);
    expect(banded.columns.map(({ name }) => name)).toEqual([
      "λ",
      "KL-DRO",
      "KL-DRO ± 95 %",
      "DoRA, inside",
      "DoRA, inside ± 95 %",
    ]);
    expect(banded.rows.map(([place]) => place)).toEqual(["0.1", "1", "10"]);
    expect(banded.rows[2]![1]).toBeCloseTo(70, 9);
    // The t-quantile of two degrees of freedom times 10 over the root of three.
    expect(banded.rows[2]![2]).toBeCloseTo((4.30265 * 10) / Math.sqrt(3), 2);

    const few = readSweep({ axes: [{ field: "train.lambda", values: [0.1, 1] }], seeds: [4, 9] });
    const made = planSweep(few);
    const found = new Map(made.cells.map((cell) => [cell.id, resultOf(cell, cell.spec.seed)]));
    const [thin] = panelsOf(few, made.settings, found, METRIC, { lines: "", x: "train.lambda" });
    const each = panelTable(thin!, "λ", ["0.1", "1"], "", 1);
    expect(each.columns.length).toBe(4);
    expect(each.rows).toEqual([
      ["0.1", 6.5, 4, 9],
      ["1", 6.5, 4, 9],
    ]);
    expect(panelTable({ title: "", lines: [] }, "steps", null, "", 1).rows).toEqual([]);
  });

  it("are told before anything ran", () => {
    const words = outlookOf(sweep, "Held-out accuracy").map(({ what, holds }) => `${what}: ${holds}`);
    expect(words[0]).toBe(
      "2 charts: Held-out accuracy, one for each loss: a line for each strategy along λ; bands are 95 % intervals of the mean.",
    );
    expect(words[1]).toContain("A table of 12 settings");
  });
});
