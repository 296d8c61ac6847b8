/** Lessons as data: every link opens, every control and setting exists, every scene is an experiment that can run. */
import { expect, test } from "vitest";
import { createCpuBackend } from "../../src/backend/cpu/cpu_backend.ts";
import { planeSpec } from "../../src/experiment/plane/preset.ts";
import { createPlaneSession } from "../../src/experiment/plane/session.ts";
import { FIELDS } from "../../src/experiment/spec.ts";
import { findingOf } from "../../src/lessons/claim.ts";
import { CONTROL_IDS, changesFor, controlOf } from "../../src/lessons/controls.ts";
import { LESSONS, placeOf, stepAddress } from "../../src/lessons/index.ts";
import type { LessonRun, Step } from "../../src/lessons/lesson.ts";
import { sanitiseAnswers } from "../../src/ui/lessons/answers.ts";
import { equalShares, rescaled } from "../../src/ui/lessons/shares.ts";
import { MEASURES } from "../../src/ui/play/timeline.ts";
import { routeOf } from "../../src/ui/route.ts";

const steps = LESSONS.flatMap((lesson) => lesson.steps.map((step) => ({ lesson, step })));
const textsOf = ({ words, tries, question }: Step): readonly string[] => [
  ...words,
  ...(tries ? [tries] : []),
  ...(question?.reveal ?? []),
];

test("there are at least ten lessons, and every step's address leads back to it", () => {
  expect(LESSONS.length).toBeGreaterThanOrEqual(10);
  expect(new Set(LESSONS.map(({ id }) => id)).size).toBe(LESSONS.length);
  for (const { lesson, step } of steps) {
    const route = routeOf(stepAddress(lesson, step));
    expect(route).toEqual({ view: "lesson", rest: `${lesson.id}/${step.id}` });
    const place = placeOf(route.rest)!;
    expect([place.lesson.id, place.lesson.steps[place.at]!.id]).toEqual([lesson.id, step.id]);
    const embedded = routeOf(`${stepAddress(lesson, step)}&embed=1&hide=timeline,shift`);
    expect(embedded).toMatchObject({ view: "lesson", bare: true, hide: ["timeline", "shift"] });
  }
  expect(placeOf("nothing")).toBeNull();
  expect(placeOf("dro/nothing")).toBeNull();
});

test("every step asks before it tells", () => {
  expect(
    steps.filter(({ step }) => !step.question).map(({ lesson, step }) => `${lesson.id}/${step.id}`),
  ).toEqual([]);
});

test("words link to places that exist, and name strategies that exist", () => {
  for (const { lesson, step } of steps) {
    for (const text of textsOf(step)) {
      for (const [, address] of text.matchAll(/\]\((#[^)]+)\)/g)) {
        const { view, rest } = routeOf(address!);
        expect(`${lesson.id}: ${address} is ${view}`).not.toMatch(/ is play$/);
        if (view === "lesson") expect(placeOf(rest), address).not.toBeNull();
      }
      for (const [, name] of text.matchAll(/\{(\w+)(?:\|[^}]+)?\}/g))
        expect(["H", "A", "B", "erm", "reweight", "kl_dro", "dora_inside", "sharp", "drdpo"]).toContain(name);
    }
  }
});

test("controls move settings that exist, to values that they may have", () => {
  const paths = new Set(FIELDS.map(({ path }) => path));
  for (const id of CONTROL_IDS) {
    const control = controlOf(id);
    expect(paths.has(control.path), id).toBe(true);
    const values = control.kind === "stops" ? control.stops : control.values.map(({ value }) => value);
    for (const value of values) expect(() => planeSpec(changesFor(id, value))).not.toThrow();
  }
});

test("a step points at controls that it shows and sets, within their range; its timeline exists", () => {
  for (const { lesson, step } of steps) {
    const where = `${lesson.id}/${step.id}`;
    for (const id of step.points) {
      expect(step.controls, where).toContain(id);
      const control = controlOf(id);
      const value = step.scene.changes[control.path] ?? null;
      if (value === null) continue;
      const values: readonly unknown[] =
        control.kind === "stops" ? control.stops : control.values.map((one) => one.value);
      expect(values, `${where}: ${id}`).toContain(value);
    }
    if (step.scene.timeline) expect(Object.keys(MEASURES)).toContain(step.scene.timeline);
    for (const path of Object.keys(step.question?.sets ?? {}))
      expect(step.controls.map((id) => controlOf(id).path)).toContain(path);
  }
});

test("every scene opens and takes a step", { timeout: 60_000 }, async () => {
  const backend = createCpuBackend();
  const seen = new Set<string>();
  for (const { step } of steps) {
    const { changes, strategies, extras } = step.scene;
    const key = JSON.stringify([changes, strategies, extras]);
    if (seen.has(key) || changes["ratio.source"] === "classifier") continue;
    seen.add(key);
    const session = await createPlaneSession(
      backend,
      planeSpec({ ...changes, "data.groups": 50 }),
      strategies,
      extras,
    );
    expect(session.step()).toBe(1);
    session.close();
  }
  expect(seen.size).toBeGreaterThan(10);
});

test("claims are held against their intervals, and nothing is said of two seeds", () => {
  const claim = (kind: "above" | "below" | "within", than: number, values: readonly number[]) =>
    findingOf(
      { says: "", quantity: "", unit: "reward", values: () => values, expects: { kind, than } },
      [] as readonly LessonRun[],
    ).verdict;
  const sure = [1, 1.1, 0.9, 1];
  const wide = [1, -1, 2, 0];
  expect([claim("above", 0, sure), claim("below", 0, sure), claim("above", 0, wide)]).toEqual([
    "holds",
    "fails",
    "open",
  ]);
  expect([claim("within", 2, sure), claim("within", 0.5, sure), claim("within", 1, wide)]).toEqual([
    "holds",
    "fails",
    "open",
  ]);
  expect(claim("above", 0, [1, 1])).toBe("open");
});

test("guessed shares always add up to 100, and keep the others' proportions", () => {
  expect(equalShares(3)).toEqual([34, 33, 33]);
  expect(rescaled([50, 25, 25], 0, 60)).toEqual([60, 20, 20]);
  expect(rescaled([100, 0, 0], 0, 40)).toEqual([40, 30, 30]);
  let shares = equalShares(3);
  for (const [i, value] of [
    [0, 101],
    [1, 33],
    [2, -4],
    [0, 7.6],
    [1, 99],
  ] as const) {
    shares = rescaled(shares, i, value);
    expect(shares.reduce((sum, share) => sum + share, 0)).toBe(100);
    expect(shares[i]).toBe(Math.max(0, Math.min(100, Math.round(value))));
    expect(Math.min(...shares)).toBeGreaterThanOrEqual(0);
  }
});

test("answers of any shape are read back as far as they make sense", () => {
  expect(sanitiseAnswers(null)).toEqual({});
  expect(sanitiseAnswers({ a: { guess: [1], revealed: true }, b: 3, c: { guess: ["x"] } })).toEqual({
    a: { guess: [1], revealed: true },
    c: { revealed: false },
  });
});
