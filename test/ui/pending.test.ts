import { expect, test } from "vitest";
import { withFields } from "../../src/experiment/spec.ts";
import { paceOf, tokensPerSecond } from "../../src/ui/state/pace.ts";
import { pendingChanges } from "../../src/ui/state/pending.ts";
import { initialState, type State } from "../../src/ui/state/state.ts";
import { CHATTER } from "../browser/ui/fake_world.ts";

const state = (): State => {
  const fresh = initialState();
  const queue = { strategies: fresh.strategies, at: 0, spec: fresh.spec };
  return { ...fresh, datasets: [CHATTER], dataset: CHATTER.hash, queue };
};

test("what a new run would do otherwise than those going on is told in words", () => {
  const before = state();
  expect(pendingChanges(before)).toBeNull();
  const spec = withFields(before.spec, { "train.lambda": 0.5, "train.steps": 200 });
  const { changes } = pendingChanges({ ...before, spec, strategies: ["erm"] })!;
  expect(changes.map(({ label, before: from, after }) => `${label}: ${from} → ${after}`)).toEqual([
    "λ: 1 → 0.5",
    expect.stringMatching(/^Steps: \d+ steps → 200 steps$/),
    "Strategies: ERM, Reweighting, DRO, DoRA → ERM",
  ]);
  // Nothing goes on: the next run simply has them.
  expect(pendingChanges({ ...before, spec, queue: null })).toBeNull();
});

test("tokens per second are those of the last few seconds of training", () => {
  const train = [1, 2, 3, 4].map((step) => ({ step, values: { num_tokens: 100 * step ** 2 } }));
  const moment = (done: number, at: number) => ({ stage: "train", done, at }) as const;
  const run = { train, progress: null, moments: [moment(2, 1000), moment(3, 2000), moment(4, 3000)] };
  expect(tokensPerSecond(run)).toBe((1600 - 400) / 2);
  expect(tokensPerSecond({ ...run, moments: [moment(2, 1000)] })).toBeNull();
  expect(tokensPerSecond({ ...run, moments: [moment(5, 1000), moment(6, 9000)] })).toBeNull();
  expect(paceOf(run).perSecond).toBeNull();
});
