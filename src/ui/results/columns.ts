/** Runs as columns: one per setting, seeds together. Pure. */
import {
  FIELDS,
  type Field,
  type FieldValue,
  fieldsFor,
  isActive,
  type Spec,
  valueAt,
} from "../../experiment/spec.ts";
import { nameOf } from "../names.ts";
import { withoutSeed } from "../series.ts";
import { isGoing, type RunView } from "../state/run_view.ts";
import { COLOURED } from "../state/state.ts";
import { plain } from "../text.ts";

export interface Column {
  /** Stays the same while runs come and go that share its settings. */
  readonly key: string;
  readonly strategy: string;
  /** Strategy, and what tells it from other columns of the same one. */
  readonly label: string;
  /** The newest first; one per seed. Only runs that ended by themselves are pooled. */
  readonly runs: readonly [RunView, ...RunView[]];
}

/** @param runs with their records, oldest first @returns columns in the fixed order of strategies, older ones first */
export function columnsOf(runs: readonly RunView[]): readonly Column[] {
  const grouped = new Map<string, RunView[]>();
  for (const run of runs) {
    if (!run.loaded || !run.spec) continue;
    const key = run.status === "done" ? withoutSeed(run) : run.id;
    const held = grouped.get(key) ?? [];
    // A run that was repeated with its seed takes the place of the older one.
    grouped.set(key, [run, ...held.filter((one) => one.spec!.seed !== run.spec!.seed)]);
  }
  const all = [...grouped].flatMap(([key, [newest, ...rest]]): Omit<Column, "label">[] =>
    newest ? [{ key, strategy: newest.strategy, runs: [newest, ...rest] }] : [],
  );
  const sorted = all.toSorted(
    (a, b) => rank(a.strategy) - rank(b.strategy) || order(a.runs[0].startedAt, b.runs[0].startedAt),
  );
  return sorted.map((column) => {
    const same = sorted.filter((one) => one.strategy === column.strategy);
    return {
      ...column,
      label:
        nameOf(column.strategy) +
        distinction(
          column.runs[0],
          same.map(({ runs: [run] }) => run),
        ),
    };
  });
}

const rank = (strategy: string): number => {
  const at = (COLOURED as readonly string[]).indexOf(strategy);
  return at < 0 ? COLOURED.length : at;
};
const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** What tells a run from others of its strategy: one or two settings that differ, or its name. */
function distinction(run: RunView, same: readonly RunView[]): string {
  if (same.length < 2) return "";
  const differing = differingFields(same.map(({ spec }) => spec!)).filter(({ path }) => path !== "seed");
  const words = (of: RunView, count: number): string =>
    differing
      .slice(0, count)
      .map((field) => `${short(field)} ${shown(field, usedValue(of.spec!, field))}`)
      .join(", ");
  if (isGoing(run) || differing.length === 0) return ` ${run.name || "now"}`;
  // The first setting that differs, where it says enough.
  const enough = new Set(same.map((one) => words(one, 1))).size === same.length ? 1 : 2;
  return `, ${words(run, enough)}`;
}

const short = ({ path, label }: Field): string =>
  path === "train.lambda" ? "λ" : path === "ratio.hMax" ? "h ≤" : label.toLowerCase();

/** A setting as a spec uses it; undefined where it has none, or does not read it. */
export function usedValue(spec: Spec, field: Field): FieldValue | undefined {
  return isActive(field, spec) ? valueAt(spec, field.path) : undefined;
}

/**
 * Settings whose values are not all the same. One that only some specs read, at its default, says no more than their
 * strategy does; λ is what a reader looks for, whatever it is.
 */
export function differingFields(specs: readonly Spec[]): readonly Field[] {
  return fieldsOf(specs).filter((field) => {
    const values = new Set(specs.map((spec) => usedValue(spec, field)));
    if (values.size < 2 || field.path === "train.lambda") return values.size > 1;
    values.delete(undefined);
    return values.size > 1 || !values.has(field.default);
  });
}

/** Every setting that one of the specs has, in the order of the forms. */
export function fieldsOf(specs: readonly Spec[]): readonly Field[] {
  const known = new Map(FIELDS.map((field) => [field.path, field]));
  for (const spec of specs) for (const field of fieldsFor(spec)) known.set(field.path, field);
  return [...known.values()].filter((field) => specs.some((spec) => usedValue(spec, field) !== undefined));
}

/** A value as tables show it. */
export function shown(field: Field, value: FieldValue | undefined): string {
  if (value === undefined || value === null || value === "") return "–";
  if (typeof value === "boolean") return value ? "on" : "off";
  if (typeof value === "number") return plain(value);
  return field.choices?.find((one) => one.value === value)?.label ?? value;
}
