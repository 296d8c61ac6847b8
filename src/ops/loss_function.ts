/** What the loss kernels share: settings as six numbers, and the plain function their CPU loop calls per group. */
import type { FloatArray } from "../backend/contract.ts";

/** Settings of a loss in its registry's order; unused ones are 0. */
export const SETTINGS = { p0: "f32", p1: "f32", p2: "f32", p3: "f32", p4: "f32", p5: "f32" } as const;

export type Settings = { readonly [name in keyof typeof SETTINGS]: number };

/** The same settings as a list. */
export function settingsList(values: Settings): number[] {
  return [values.p0, values.p1, values.p2, values.p3, values.p4, values.p5];
}

/** A list of at most six numbers as settings. */
export function settingsOf(list: readonly number[]): Settings {
  const at = (i: number): number => list[i] ?? 0;
  return { p0: at(0), p1: at(1), p2: at(2), p3: at(3), p4: at(4), p5: at(5) };
}

/** One group as its loss sees it; one entry per response. */
export interface GroupArrays {
  readonly logps: FloatArray;
  readonly refLogps: FloatArray;
  readonly lengths: FloatArray;
  readonly scores: FloatArray;
}

/** Loss of one group and its derivative in each log-prob. */
export type GroupFunction = (
  group: GroupArrays,
  settings: readonly number[],
  context: { readonly kl: number; readonly paddedLength: number },
) => { readonly loss: number; readonly gradient: readonly number[] };
