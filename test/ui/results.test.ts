/** What the results stage makes of runs and of judged answers. */

import { describe, expect, it } from "vitest";
import { outcome } from "../../src/base/outcome.ts";
import type { JudgedItem, JudgedRun } from "../../src/experiment/judge_types.ts";
import { defaultSpec, withFields } from "../../src/experiment/spec.ts";
import { answersOf } from "../../src/ui/results/answers_of.ts";
import { columnsOf, differingFields } from "../../src/ui/results/columns.ts";
import { sectionsOf } from "../../src/ui/results/readings.ts";
import { type Answers, difference, tally, verdictWords } from "../../src/ui/results/verdicts.ts";
import { layoutWins } from "../../src/ui/results/win_layout.ts";
import { newRun, type RunView } from "../../src/ui/state/run_view.ts";

let serial = 0;
function run(changes: Parameters<typeof withFields>[1], more: Partial<RunView> = {}): RunView {
  const id = `run ${++serial}`;
  const spec = withFields(defaultSpec(), changes);
  const started = `2026-01-01T00:00:${String(serial).padStart(2, "0")}Z`;
  return { ...newRun(id, spec, "data", started), status: "done", name: id, ...more };
}

describe("columns", () => {
  it("pools seeds of one setting, keeps the newest of a repeated seed, and the fixed order of strategies", () => {
    const erm = { "train.strategy": "erm" };
    const dora = { "train.strategy": "dora_inside" };
    const repeated = run({ ...erm, seed: 2 });
    const runs = [
      run(dora),
      run({ ...erm, seed: 1 }),
      run({ ...erm, seed: 2 }),
      repeated,
      run({ ...dora, "train.lambda": 3 }),
      run({ ...erm, seed: 3 }, { status: "stopped" }),
    ];
    const columns = columnsOf(runs);
    expect(columns.map(({ strategy, runs: own }) => [strategy, own.length])).toEqual([
      ["erm", 2],
      ["erm", 1],
      ["dora_inside", 1],
      ["dora_inside", 1],
    ]);
    expect(columns[0]!.runs[0]).toBe(repeated);
    expect(columns.map(({ label }) => label).slice(2)).toEqual(["DoRA, λ 1", "DoRA, λ 3"]);
  });

  it("lists settings that differ, not what a strategy brings along", () => {
    const specs = [
      withFields(defaultSpec(), { "train.strategy": "erm" }),
      withFields(defaultSpec(), { "train.strategy": "kl_dro", "train.lr": 0.002 }),
    ];
    expect(differingFields(specs).map(({ path }) => path)).toEqual([
      "train.strategy",
      "train.lambda",
      "train.lr",
    ]);
  });

  it("gives mean and spread over seeds, and marks what is not final", () => {
    const evaluated = (loss: number) => [{ step: 5, values: { eval_loss: loss } }];
    const columns = columnsOf([
      run({ "train.strategy": "erm", seed: 1 }, { evaluation: evaluated(0.5) }),
      run({ "train.strategy": "erm", seed: 2 }, { evaluation: evaluated(0.7) }),
      run({ "train.strategy": "kl_dro" }, { evaluation: evaluated(0.4), status: "running" }),
    ]);
    const answers = columns.map((column) => answersOf(column, new Map(), new Map()));
    const loss = sectionsOf(columns, answers, "human")[0]!.readings[0]!;
    expect(loss.cells.map(({ text, spread, provisional }) => [text, spread, provisional])).toEqual([
      ["0.600", "± 0.141", false],
      ["0.400", "", true],
    ]);
  });
});

const item = (i: number, policy: number | null, reference: number | null): JudgedItem => ({
  prompt: `prompt ${i % 4}`,
  draw: Math.floor(i / 4),
  policy: { text: `policy ${i} ${policy}`, reward: policy },
  reference: { text: `reference ${i}`, reward: reference },
});

/** By seed, rewards of the policy; the reference always gets 0. */
function answers(label: string, rewards: Readonly<Record<number, readonly (number | null)[]>>): Answers {
  const bySeed = new Map(
    Object.entries(rewards).map(([seed, all]) => [Number(seed), all.map((reward, i) => item(i, reward, 0))]),
  );
  return { key: label, label, bySeed, of: [...bySeed.values()].flat().length };
}

describe("verdicts", () => {
  it("lets an answer without a reward lose, and equal texts tie", () => {
    const good = { text: "a", reward: 1 };
    expect(outcome(good, { text: "b", reward: null })).toBe(1);
    expect(outcome({ text: "c", reward: null }, good)).toBe(-1);
    expect(outcome({ text: "c", reward: null }, { text: "d", reward: null })).toBe(0);
    expect(outcome(good, { ...good })).toBe(0);
    expect(outcome(good, { text: "b", reward: 0.2 })).toBe(1);
  });

  it("counts wins against the reference with their Wilson interval, and against another run by prompt and seed", () => {
    const a = answers("A", { 1: [1, 1, -1, null] });
    const { win, tie, lose, n, wilson } = tally(a, null);
    expect([win, tie, lose, n]).toEqual([2, 0, 2, 4]);
    expect(wilson[0]).toBeCloseTo(0.15, 3);
    expect(wilson[1]).toBeCloseTo(0.85, 3);
    const b = answers("B", { 1: [2, 0, 0], 2: [9, 9, 9, 9] });
    expect(tally(a, b)).toMatchObject({ win: 1, lose: 2, n: 3 });
    expect(tally(a, answers("C", { 7: [1] })).n).toBe(0);
  });

  it("pairs answers for one seed and means for three, and calls a difference only when 0 is outside", () => {
    const noise = [0.1, -0.1, 0.2, -0.2, 0.05, -0.05, 0.15, -0.15];
    const at = (level: number) => noise.map((value) => level + value);
    const one = difference(answers("A", { 1: at(1) }), answers("B", { 1: noise.toReversed() }));
    expect(one).toMatchObject({ over: "answers", clear: true });
    expect(one.interval.mean).toBeCloseTo(1, 9);
    expect(difference(answers("A", { 1: noise }), answers("B", { 1: noise.toReversed() })).clear).toBe(false);

    // Each seed alone is clear, in another direction: over seeds there is no difference.
    const a = answers("A", { 1: at(1), 2: at(-1), 3: at(0.5) });
    const level = answers("B", { 1: noise, 2: noise, 3: noise });
    const many = difference(a, level);
    expect(many).toMatchObject({ over: "seeds", clear: false });
    expect(many.interval.n).toBe(3);
  });

  it("says in words what is told apart, and what is not", () => {
    const level = [0.3, -0.2, 0.1, -0.1, 0.2, -0.3, 0, 0.05];
    const high = answers("DoRA", { 1: level.map((value) => value + 2) });
    const also = answers("Reweighting", { 1: level.toReversed().map((value) => value + 2) });
    const low = answers("ERM", { 1: level.map((value) => 0.9 * value) });
    const words = verdictWords([high, also, low], "reward");
    expect(words).toContain("DoRA is above ERM");
    expect(words).toContain("Reweighting is above ERM");
    expect(words).toContain("8 answers each cannot tell apart DoRA and Reweighting.");
    expect(words).toContain("of these trained models, not of strategies");
    expect(verdictWords([high, also], "reward")).toContain("cannot tell these apart on reward");
    expect(verdictWords([high], "reward")).toBe("");
    expect(verdictWords([high, answers("ERM", { 5: level })], "reward")).toContain("share no seed");
  });

  it("knows when answers are still coming", () => {
    const [column] = columnsOf([
      run({ "train.strategy": "erm", seed: 1 }),
      run({ "train.strategy": "erm", seed: 2 }),
    ]);
    const [second, first] = column!.runs;
    const items = [item(0, 1, 0), item(1, 1, 0)];
    const by = { kind: "world", name: "Chatter" } as const;
    const judged: JudgedRun = {
      run: first!.id,
      settings: { answers: 2, seed: 1, temperature: 1, samples: 0 },
      by,
      prompts: 2,
      items,
      world: null,
      seconds: 1,
    };
    const half = answersOf(column!, new Map([[first!.id, judged]]), new Map());
    expect(half).toMatchObject({ provisional: true, of: 4 });
    const coming = answersOf(
      column!,
      new Map([[first!.id, judged]]),
      new Map([[second!.id, { by, items: items.slice(0, 1), of: 2 }]]),
    );
    expect(coming).toMatchObject({ provisional: true, of: 4 });
    expect(tally(coming, null).n).toBe(3);
    const whole = answersOf(
      column!,
      new Map([
        [first!.id, judged],
        [second!.id, { ...judged, run: second!.id }],
      ]),
      new Map(),
    );
    expect(whole).toMatchObject({ provisional: false, of: 4 });
  });
});

it("puts win, tie and lose end to end, the bracket around the wins", () => {
  const tallies = [
    { win: 6, tie: 2, lose: 2, n: 10, of: 10, wilson: [0.31, 0.83] as const },
    { win: 0, tie: 0, lose: 0, n: 0, of: 10, wilson: [0, 1] as const },
  ];
  for (const width of [320, 900]) {
    const { rows, left, right, height } = layoutWins(width, tallies);
    const wide = right - left;
    expect(rows[0]!.win).toBeCloseTo(left + 0.6 * wide, 9);
    expect(rows[0]!.tie).toBeCloseTo(left + 0.8 * wide, 9);
    expect(rows[0]!.low).toBeLessThan(rows[0]!.win);
    expect(rows[0]!.high).toBeGreaterThan(rows[0]!.win);
    expect(rows[1]!.win).toBe(left);
    expect(rows[1]!.y).toBeGreaterThan(rows[0]!.y + 16);
    expect(height).toBeGreaterThan(rows[1]!.y + 16);
    expect(right).toBeLessThanOrEqual(width);
  }
});
