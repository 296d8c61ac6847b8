/** Sweeps as JSON: read with every liberty a person wants, written in one canonical form. */
import * as v from "valibot";
import { canonicalJson } from "../../base/canonical.ts";
import { TiltError } from "../../base/errors.ts";
import { sha256 } from "../../base/sha256.ts";
import { canonicalSpec } from "../canonical.ts";
import { inWords } from "../changes.ts";
import { readSpec } from "../migrate.ts";
import { type Plain, plainCopy } from "../plain.ts";
import { type Field, type FieldValue, fieldsFor, type Spec, withFields } from "../spec.ts";
import { rangeOf } from "./range.ts";
import type { Axis, AxisValue, Sweep } from "./types.ts";

/** More runs than this are a mistake in the axes, not an experiment. */
export const MOST_RUNS = 5000;
const FIRST_METRIC = "eval_rewards/accuracies";

const value = v.union([v.number(), v.string(), v.boolean(), v.null()]);
const several = v.strictObject({
  label: v.pipe(v.string(), v.maxLength(200)),
  set: v.record(v.pipe(v.string(), v.maxLength(100)), value),
});
const range = {
  from: v.number(),
  to: v.number(),
  count: v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(100)),
  scale: v.optional(v.picklist(["linear", "log"]), "linear"),
};
const axis = v.union([
  v.strictObject({ field: v.string(), values: v.pipe(v.array(value), v.minLength(1), v.maxLength(100)) }),
  v.strictObject({ field: v.string(), ...range }),
  v.strictObject({
    name: v.pipe(v.string(), v.minLength(1), v.maxLength(100)),
    values: v.pipe(v.array(several), v.minLength(1), v.maxLength(100)),
  }),
]);
const seed = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(4294967295));

/** What a sweep file may hold. `base` is a spec of any version; everything but the axes may be left out. */
const sweepSchema = v.strictObject({
  version: v.optional(v.literal(1), 1),
  name: v.optional(v.pipe(v.string(), v.maxLength(200)), "Sweep"),
  base: v.optional(v.record(v.string(), v.any()), {}),
  axes: v.pipe(v.array(axis), v.maxLength(8)),
  seeds: v.optional(
    v.union([
      v.pipe(v.array(seed), v.minLength(1), v.maxLength(1000)),
      v.strictObject({
        from: seed,
        count: v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(1000)),
      }),
    ]),
  ),
  baseline: v.optional(v.nullable(v.strictObject({ axis: v.string(), value }))),
  metric: v.optional(v.pipe(v.string(), v.maxLength(100)), FIRST_METRIC),
});

/**
 * Reads a sweep. Axes name any field of the spec, by list or range; one of "seed" gives the seeds.
 * @throws TiltError naming the axis or value that does not fit
 */
export function readSweep(input: unknown): Sweep {
  const parsed = v.safeParse(sweepSchema, plainCopy(input, "sweep"), { abortEarly: true });
  if (!parsed.success) {
    const [issue] = parsed.issues;
    const where = (issue.path ?? []).map((item) => String(item.key)).join(".");
    throw new TiltError(`This is not a sweep: ${issue.message}.`, {
      where: where || "sweep",
      remedy:
        'Give {"base": {…}, "axes": [{"field": "train.lambda", "values": [0.1, 1, 10]}], "seeds": [1, 2, 3]}.',
    });
  }
  const { name, axes: given, metric, baseline: wanted } = parsed.output;
  const base = readSpec(parsed.output.base);
  const asValues = given.map((one) => ("count" in one ? { field: one.field, values: rangeOf(one) } : one));
  const seedAxis = asValues.find((one) => "field" in one && one.field === "seed");
  const axes = asValues.flatMap((one) => (one === seedAxis ? [] : [axisOf(one, base)]));
  const repeated = axes.find((one, i) => axes.findIndex(({ id }) => id === one.id) < i);
  if (repeated) {
    throw new TiltError(`Two axes are called “${repeated.id}”.`, {
      where: "axes",
      remedy: "Join their values.",
    });
  }
  const seeds = seedAxis
    ? (seedAxis.values as number[]).map((one) => v.parse(seed, one))
    : seedsOf(parsed.output.seeds, base);
  const runs = axes.reduce((product, { values }) => product * values.length, seeds.length);
  if (runs > MOST_RUNS) {
    throw new TiltError(`These axes ask for ${runs} runs; ${MOST_RUNS} is the most.`, {
      where: "axes",
      remedy: "Take values or seeds out, or make several sweeps.",
    });
  }
  const sweep: Sweep = { version: 1, name, base, axes, seeds: [...new Set(seeds)], baseline: null, metric };
  return { ...sweep, baseline: baselineOf(sweep, wanted) };
}

type Given =
  | { readonly field: string; readonly values: readonly FieldValue[] }
  | { readonly name: string; readonly values: readonly AxisValue[] };

function axisOf(given: Given, base: Spec): Axis {
  if ("name" in given) {
    const paths = new Set(given.values.flatMap(({ set }) => Object.keys(set)));
    if (paths.size === 0) {
      throw new TiltError(`The axis “${given.name}” sets nothing.`, {
        where: "axes",
        remedy: "Name fields in set.",
      });
    }
    return { id: given.name, label: given.name, values: given.values };
  }
  const { field: path } = given;
  return axisOver(base, path, [...new Set(given.values)]);
}

/** An axis over one field, its values named as people name them. Which fields exist may depend on another axis. */
export function axisOver(base: Spec, path: string, values: readonly FieldValue[]): Axis {
  const field = fieldsFor(base).find((one) => one.path === path);
  const label = field?.label ?? path;
  return {
    id: path,
    label,
    values: values.map((one) => ({ label: field ? short(field, one) : String(one), set: { [path]: one } })),
  };
}

/** A value without its unit: the axis says what it is. */
function short(field: Field, value: FieldValue): string {
  const { unit: _, ...bare } = field;
  return inWords(bare, value);
}

function seedsOf(given: v.InferOutput<typeof sweepSchema>["seeds"], base: Spec): readonly number[] {
  if (!given) return [base.seed];
  return Array.isArray(given) ? given : Array.from({ length: given.count }, (_, i) => given.from + i);
}

/** The baseline as given, else ERM where strategies are compared, else the first value of the first axis that has two. */
function baselineOf(
  { axes }: Sweep,
  wanted: { readonly axis: string; readonly value: FieldValue } | null | undefined,
): Sweep["baseline"] {
  if (wanted === null) return null;
  if (wanted) {
    const axis = axes.find(({ id }) => id === wanted.axis);
    const at = axis?.values.findIndex(
      ({ label, set }) => label === wanted.value || Object.values(set)[0] === wanted.value,
    );
    if (axis && at !== undefined && at >= 0) return { axis: axis.id, value: at };
    throw new TiltError(`The baseline ${wanted.axis} = ${wanted.value} is on no axis.`, {
      where: "baseline",
      remedy: `Use an axis of this sweep: ${axes.map(({ id }) => id).join(", ") || "there is none"}.`,
    });
  }
  const strategies = axes.find(({ id, values }) => id === "train.strategy" && values.length > 1);
  const erm = strategies?.values.findIndex(({ set }) => set["train.strategy"] === "erm") ?? -1;
  if (strategies && erm >= 0) return { axis: strategies.id, value: erm };
  const first = axes.find(({ values }) => values.length > 1);
  return first ? { axis: first.id, value: 0 } : null;
}

/** The canonical form: what is hashed, stored and written to files. `readSweep` of it gives the sweep back. */
export function sweepJson({ version, name, base, axes, seeds, baseline, metric }: Sweep): {
  [key: string]: Plain;
} {
  const isField = ({ id, values }: Axis) => values.every(({ set }) => Object.keys(set).join() === id);
  const json = {
    version,
    name,
    base: canonicalSpec(base),
    axes: axes.map((one) =>
      isField(one)
        ? { field: one.id, values: one.values.map(({ set }) => set[one.id]!) }
        : { name: one.id, values: one.values.map(({ label, set }) => ({ label, set })) },
    ),
    seeds: [...seeds],
    baseline: baseline && {
      axis: baseline.axis,
      value: axes.find(({ id }) => id === baseline.axis)!.values[baseline.value]!.label,
    },
    metric,
  };
  return plainCopy(json, "sweep") as { [key: string]: Plain };
}

/** Address of a sweep, whatever it is called: SHA-256 (hex) of its canonical form without its name. */
export function sweepHash(sweep: Sweep): string {
  const { name: _, ...rest } = sweepJson(sweep);
  return sha256(canonicalJson(rest));
}

/** The sweep with one axis replaced, put in (at the end) or, with null, taken out; the baseline follows. */
export function withAxis(sweep: Sweep, id: string, axis: Axis | null): Sweep {
  const known = sweep.axes.some((one) => one.id === id);
  const axes = axis
    ? known
      ? sweep.axes.map((one) => (one.id === id ? axis : one))
      : [...sweep.axes, axis]
    : sweep.axes.filter((one) => one.id !== id);
  const next = { ...sweep, axes };
  const held = sweep.baseline;
  const label = sweep.axes.find((one) => one.id === held?.axis)?.values[held?.value ?? 0]?.label;
  const kept = axes.find((one) => one.id === held?.axis);
  const at = kept && kept.values.length > 1 ? kept.values.findIndex((one) => one.label === label) : -1;
  return {
    ...next,
    baseline: held && at >= 0 ? { axis: held.axis, value: at } : baselineOf(next, undefined),
  };
}

/** The same sweep on other settings. @throws TiltError as `withFields` */
export function withBase(sweep: Sweep, changes: Readonly<Record<string, FieldValue>>): Sweep {
  return { ...sweep, base: withFields(sweep.base, changes) };
}
