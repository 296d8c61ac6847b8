import { describe, expect, test } from "vitest";
import { defaultSpec } from "../../src/experiment/spec.ts";
import { curveById, pointsOf } from "../../src/ui/metrics.ts";
import { DEFAULTS, FIELDS, isDue, parseField, sanitiseSamples } from "../../src/ui/samples/choices.ts";
import { reduce } from "../../src/ui/state/reduce.ts";
import { newRun } from "../../src/ui/state/run_view.ts";
import { initialState, type State } from "../../src/ui/state/state.ts";

describe("settings of samples", () => {
  const field = (id: string) => FIELDS.find((one) => one.id === id)!;

  test("take what lies in their range, and nothing else", () => {
    expect(parseField(field("temperature"), " 0,7 ")).toBe(0.7);
    expect(parseField(field("topK"), "2.5")).toBeNull();
    expect(parseField(field("topP"), "0")).toBeNull();
    expect(parseField(field("prompts"), "9")).toBeNull();
    expect(parseField(field("seed"), "")).toBeNull();
    expect(parseField(field("seed"), "NaN")).toBeNull();
  });

  test("are read back with care", () => {
    expect(sanitiseSamples("no")).toEqual(DEFAULTS);
    expect(sanitiseSamples({ temperature: 0, topP: 7, every: "5", skip: 3, prompts: 4 })).toEqual({
      ...DEFAULTS,
      temperature: 0,
      prompts: 4,
    });
  });

  test("by themselves: once for every so many steps, however fast those go by", () => {
    expect(isDue(99, null, 100)).toBe(false);
    expect(isDue(100, null, 100)).toBe(true);
    expect(isDue(199, 100, 100)).toBe(false);
    expect(isDue(350, 120, 100)).toBe(true);
    expect(isDue(350, 120, 0)).toBe(false);
  });
});

test("what is measured of a run's answers becomes a curve; measured again, it takes the old one's place", () => {
  let state: State = { ...initialState(), runs: [newRun("a", defaultSpec(), "x", "2026")] };
  for (const [step, kl] of [
    [100, 1],
    [200, 2],
    [200, 3],
  ] as const)
    state = reduce(state, { type: "run-sampled", id: "a", record: { step, values: { "kl/reference": kl } } });
  expect(pointsOf(state.runs[0]!, curveById("kl"))).toEqual([
    [100, 1],
    [200, 3],
  ]);
});
