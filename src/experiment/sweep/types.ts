/** A sweep: one experiment over some axes. Plain data: it is stored, sent to the worker and written to files. */
import type { Problem } from "../../base/errors.ts";
import type { FieldValue, Spec } from "../spec.ts";

/** One value of an axis: what it sets, by dotted path, and what it is called. */
export interface AxisValue {
  readonly label: string;
  readonly set: Readonly<Record<string, FieldValue>>;
}

export interface Axis {
  /** The field's path, or a name where a value sets several fields. */
  readonly id: string;
  readonly label: string;
  readonly values: readonly AxisValue[];
}

export interface Sweep {
  readonly version: 1;
  readonly name: string;
  readonly base: Spec;
  readonly axes: readonly Axis[];
  /** Every setting is run once per seed; differences are paired by it. */
  readonly seeds: readonly number[];
  /** The value that the others of its axis are compared with; null compares nothing. */
  readonly baseline: { readonly axis: string; readonly value: number } | null;
  /** Name of the metric that charts and tables begin with. */
  readonly metric: string;
}

/** One setting of all axes, over every seed. */
export interface Setting {
  /** Index of a value per axis. */
  readonly at: readonly number[];
  /** Cell of each seed, in the order of the sweep's seeds. Empty where the setting cannot be. */
  readonly cells: readonly string[];
  /** Why no spec has these values. */
  readonly problem?: Problem;
}

/** One run that the sweep needs. Settings that differ only in what has no effect share theirs. */
export interface Cell {
  /** Hash of the spec without settings that have no effect. */
  readonly id: string;
  readonly spec: Spec;
  /** What it is called: the axis values and the seed. */
  readonly name: string;
}

export interface Plan {
  /** In grid order, the last axis fastest. */
  readonly settings: readonly Setting[];
  /** In the order that makes what cells share as rarely as possible. */
  readonly cells: readonly Cell[];
}
