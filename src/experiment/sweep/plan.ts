/** From a sweep to its runs: every setting's spec, shared runs once, in the order that the lab's memory likes. */
import { canonicalJson } from "../../base/canonical.ts";
import { problemOf } from "../../base/errors.ts";
import { effectiveSpec, specHash } from "../canonical.ts";
import { type Spec, withFields } from "../spec.ts";
import type { Axis, Cell, Plan, Setting, Sweep } from "./types.ts";

/** Every combination of value indices, the last axis fastest. */
function gridOf(axes: readonly Axis[]): number[][] {
  return axes.reduce<number[][]>(
    (grid, { values }) => grid.flatMap((at) => values.map((_, i) => [...at, i])),
    [[]],
  );
}

/** Labels of a setting's values, in the order of the axes. */
export function labelsOf({ axes }: Pick<Sweep, "axes">, at: readonly number[]): string[] {
  return axes.map(({ values }, a) => values[at[a]!]!.label);
}

/** The same where no column says what they are: a number is nothing without its axis. */
function spokenLabels(sweep: Pick<Sweep, "axes">, at: readonly number[]): string[] {
  return labelsOf(sweep, at).map((label, a) =>
    /^[−\d.e+-]+$|^(on|off|not set)$/.test(label) ? `${sweep.axes[a]!.label} ${label}` : label,
  );
}

/** The spec of one setting under one seed. @throws TiltError where the values do not go together */
export function specAt(
  { base, axes }: Pick<Sweep, "base" | "axes">,
  at: readonly number[],
  seed: number,
): Spec {
  const changes = Object.assign({}, ...axes.map(({ values }, a) => values[at[a]!]!.set));
  return withFields(base, { ...changes, seed });
}

/** Values that no spec can have together are kept as settings with a problem. */
export function planSweep(sweep: Sweep): Plan {
  const cells = new Map<string, Cell>();
  const settings = gridOf(sweep.axes).map((at): Setting => {
    try {
      // Seeds change nothing about which settings fit, so one check serves them all.
      const checked = effectiveSpec(specAt(sweep, at, sweep.seeds[0]!));
      const labels = spokenLabels(sweep, at);
      const own = sweep.seeds.map((seed): Cell => {
        const spec: Spec = { ...checked, seed };
        const name = [...labels, ...(sweep.seeds.length > 1 ? [`seed ${seed}`] : [])].join(", ");
        return { id: specHash(spec), spec, name: name || sweep.name };
      });
      for (const cell of own) if (!cells.has(cell.id)) cells.set(cell.id, cell);
      return { at, cells: own.map(({ id }) => id) };
    } catch (thrown) {
      return { at, cells: [], problem: problemOf(thrown) };
    }
  });
  return { settings, cells: inOrder([...cells.values()]) };
}

/** What the lab keeps from one run to the next, the dearest first: a run remakes what changed and all that follows from it. */
const SHARED: readonly ((spec: Spec) => unknown)[] = [
  ({ seed }) => seed,
  ({ data }) => data,
  ({ model, sft }) => ({ model, sft }),
  ({ ratio }) => ratio,
  ({ train }) => train.loss,
  ({ train, eval: judged }) => [train.steps, train.batch, judged],
];

/** Cells sorted so that those with the same data, reference and ratio follow each other; else in their old order. */
export function inOrder(cells: readonly Cell[]): Cell[] {
  const ranks = SHARED.map((part) => {
    const seen = new Map<string, number>();
    return cells.map(({ spec }) => {
      const key = canonicalJson(part(spec) ?? null);
      if (!seen.has(key)) seen.set(key, seen.size);
      return seen.get(key)!;
    });
  });
  const order = cells.map((_, i) => i);
  order.sort((a, b) => {
    for (const rank of ranks) if (rank[a] !== rank[b]) return rank[a]! - rank[b]!;
    return a - b;
  });
  return order.map((i) => cells[i]!);
}

/** Whether the lab can reuse data, ratio and reference of the run before. */
export function sharesWith(spec: Spec, before: Spec | undefined): boolean {
  if (!before) return false;
  return SHARED.slice(0, 4).every(
    (part) => canonicalJson(part(spec) ?? null) === canonicalJson(part(before) ?? null),
  );
}
