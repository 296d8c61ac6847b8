import { describe, expect, it } from "vitest";
import {
  cellsCsv,
  findingOf,
  meanCurve,
  tableCsv,
  tableOf,
} from "../../../src/experiment/sweep/aggregate.ts";
import { timeLeft } from "../../../src/experiment/sweep/time.ts";
import { resultOf, start } from "./fakes.ts";

const METRIC = "eval_rewards/accuracies";

describe("tables of a sweep", () => {
  it("means over seeds, and differences from the baseline paired by seed", () => {
    const { sweep, plan } = start();
    // ERM: 1, 2. KL-DRO at λ: its λ more, exactly, under either seed.
    const results = new Map(
      plan.cells.map((cell) => {
        const erm = cell.spec.train.strategy === "erm";
        return [cell.id, resultOf(cell, cell.spec.seed + (erm ? 0 : cell.spec.train.lambda))];
      }),
    );
    const rows = tableOf(sweep, plan, results, METRIC);
    expect(rows[0]).toMatchObject({
      labels: ["ERM", "0.1"],
      isBaseline: true,
      difference: null,
      done: 2,
      of: 2,
    });
    expect(rows[0]!.value).toMatchObject({ mean: 1.5, n: 2 });
    const dro = rows[5]!;
    expect(dro.labels).toEqual(["KL-DRO", "10"]);
    expect(dro.difference!.mean).toBeCloseTo(10, 12);
    expect(dro.difference!.half).toBeCloseTo(0, 9);
    // Unpaired, two seeds could not tell them apart: the interval of either mean is wide.
    expect(dro.value!.half).toBeGreaterThan(6);
    expect(findingOf(dro.difference!)).toBe("higher");
  });

  it("names no winner that the interval does not", () => {
    const of = (mean: number, half: number, n = 5) => findingOf({ mean, half, n, sd: 1 });
    expect([of(1, 2), of(1, 0.5), of(-1, 0.5), of(1, 0.5, 1), of(0, 0)]).toEqual([
      "not told apart",
      "higher",
      "lower",
      "one seed",
      "equal",
    ]);
  });

  it("says what is missing and what failed, in the table and as CSV", () => {
    const { sweep, plan } = start();
    const [first, second] = plan.cells;
    const results = new Map([
      [first!.id, resultOf(first!, 0.5)],
      [second!.id, { ...resultOf(second!), outcome: "failed" as const, metrics: {} }],
    ]);
    const rows = tableOf(sweep, plan, results, METRIC);
    expect(rows[0]).toMatchObject({ done: 1, failed: 0 });
    expect(rows.map(({ failed }) => failed)).toContain(1);
    const lines = tableCsv(sweep, rows, METRIC).trim().split("\n");
    expect(lines[0]).toBe(
      "train.strategy,train.lambda,metric,seeds,mean,half_width_95,sd,difference,difference_half_width_95,difference_seeds,failed,problem",
    );
    expect(lines[1]).toBe(`ERM,0.1,${METRIC},1,0.5,,,,,0,0,`);
    expect(cellsCsv(sweep, plan, results).trim().split("\n").length).toBe(1 + 12);
  });

  it("averages curves where every seed has a point", () => {
    const { plan } = start();
    const results = new Map(plan.cells.map((cell) => [cell.id, resultOf(cell)]));
    const curve = meanCurve(plan.settings[3]!, results, (result) =>
      result.id === plan.settings[3]!.cells[0]
        ? [
            [0, 1],
            [5, 2],
            [10, 3],
          ]
        : [
            [0, 3],
            [10, 5],
          ],
    );
    expect(curve.n).toBe(2);
    expect(curve.points.map(({ x, mean }) => [x, mean])).toEqual([
      [0, 2],
      [10, 4],
    ]);
  });
});

describe("timeLeft", () => {
  it("says nothing before a cell is done, then counts what is shared once", () => {
    const { plan } = start();
    const [first, ...rest] = plan.cells;
    expect(timeLeft([], plan.cells)).toBeNull();
    const failed = { ...resultOf(first!), outcome: "failed" as const };
    expect(timeLeft([{ cell: first!, result: failed }], rest)).toBeNull();
    // Of the first cell's 10 s, 6 were spent on what its seed's other cells reuse; the second seed makes it once more.
    const left = timeLeft([{ cell: first!, result: resultOf(first!) }], rest)!;
    expect(left.from).toBe(1);
    expect(left.seconds).toBeCloseTo(7 * 4 + 6, 9);
  });
});
