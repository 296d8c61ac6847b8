/** Settings that were changed while runs go on, which keep the ones they started with. */
import { type Change, describeChanges } from "../../experiment/changes.ts";
import { nameOf } from "../names.ts";
import { currentDataset } from "./select.ts";
import { specForDataset } from "./spec_for.ts";
import type { State } from "./state.ts";

export interface Pending {
  /** In the order forms show them. */
  readonly changes: readonly Pick<Change, "label" | "before" | "after">[];
}

/** What a new run would do otherwise than those going on; null when nothing, or when nothing goes on. */
export function pendingChanges(state: State): Pending | null {
  const { queue, spec, strategies } = state;
  const dataset = currentDataset(state);
  if (!queue?.spec || !dataset) return null;
  const changes: Pending["changes"][number][] = describeChanges(queue.spec, specForDataset(spec, dataset));
  const named = (ids: readonly string[]): string => ids.map(nameOf).join(", ") || "none";
  const [before, after] = [named(queue.strategies), named(strategies)];
  if (before !== after) changes.push({ label: "Strategies", before, after });
  return changes.length > 0 ? { changes } : null;
}
