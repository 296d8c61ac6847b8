/** One row whole: its responses with what is known of each, its copies, and its weight over time. */

import type { Dataset } from "../../data/dataset.ts";
import { type Copies, FLAG } from "../../data/duplicates.ts";
import { labelsOf } from "../../data/packed/groups.ts";
import type { EvidenceOf } from "../../experiment/evidence.ts";
import type { GroupDetail, RowCopies, RowFlag, WeightCurve } from "../api.ts";
import { dataColumns } from "./row_columns.ts";
import type { Knowledge, KnownRun } from "./row_knowledge.ts";

/** Copies named of one row. */
const NAMED = 12;

export interface GroupParts {
  readonly knowledge: Knowledge;
  readonly copies: Copies | undefined;
  readonly evidence: EvidenceOf | undefined;
  readonly runs: readonly KnownRun[];
}

/** Null where the dataset has no such row. */
export function groupDetail(dataset: Dataset, id: string, parts: GroupParts): GroupDetail | null {
  const index = labelsOf(dataset.groups).findIndex((group) => group.id === id);
  const group = dataset.groups[index];
  if (!group) return null;
  const { knowledge, copies, evidence, runs } = parts;
  const { words, start } = dataColumns(dataset);
  const estimates = knowledge.estimates?.[index];
  return {
    id,
    row: group.row,
    line: group.line ?? null,
    prompt: group.prompt,
    split: knowledge.heldOut.has(index) ? "held-out" : "train",
    preferences: group.preferences ?? [],
    responses: group.responses.map(({ text, source, score }, k) => ({
      text,
      words: words[start[index]! + k]!,
      source,
      score,
      estimate: estimates?.[k] ?? null,
      // Evidence speaks of the newest ratio; where the estimates shown are others, it would explain other numbers.
      evidence: estimates && evidence ? evidence(index, k) : null,
    })),
    copies: copies ? copiesOf(dataset, index, copies, knowledge) : [],
    curves: runs.map((run) => curveOf(run, id)).filter((curve) => curve.steps.length > 0),
  };
}

/** The group's weight at every step it was drawn; its units at one step are averaged. */
export function curveOf({ id, spec, record, draws }: KnownRun, group: string): WeightCurve {
  const own = new Set(record.units.flatMap((unit, index) => (unit.group === group ? [index] : [])));
  const steps: number[] = [];
  const weights: number[] = [];
  const losses: number[] = [];
  let n = 0;
  for (let i = 0; draws && i < draws.unit.length; i++) {
    if (!own.has(draws.unit[i]!)) continue;
    const step = draws.step[i]!;
    const last = steps.length - 1;
    if (steps[last] === step) {
      n++;
      weights[last]! += (draws.weight[i]! - weights[last]!) / n;
      losses[last]! += (draws.loss[i]! - losses[last]!) / n;
      continue;
    }
    n = 1;
    steps.push(step);
    weights.push(draws.weight[i]!);
    losses.push(draws.loss[i]!);
  }
  return { run: id, steps, weights, losses, of: spec.train.steps };
}

/** Which other rows are copies of this one, by kind; each row is named under the strongest kind only. */
function copiesOf(dataset: Dataset, index: number, copies: Copies, knowledge: Knowledge): RowCopies[] {
  const { promptExact, promptNear, responseExact, responseNear, start } = copies;
  const { groups } = dataset;
  const own = (classes: Int32Array) =>
    new Set(Array.from({ length: start[index + 1]! - start[index]! }, (_, k) => classes[start[index]! + k]!));
  const exact = own(responseExact);
  const near = own(responseNear);
  const found: Partial<Record<RowFlag, number[]>> = {};
  const add = (flag: RowFlag, g: number): void => void (found[flag] ??= []).push(g);
  const heldOut = knowledge.heldOut.has(index);
  for (let g = 0; g < groups.length; g++) {
    const across = heldOut !== knowledge.heldOut.has(g) && promptNear[g] === promptNear[index];
    if (g === index) {
      // Two responses of one row may be copies of each other.
      const few = exact.size < start[g + 1]! - start[g]!;
      if (few) add("response", g);
      else if (near.size < start[g + 1]! - start[g]!) add("near-response", g);
      continue;
    }
    if (across) add("leak", g);
    else if (promptExact[g] === promptExact[index]) add("prompt", g);
    else if (promptNear[g] === promptNear[index]) add("near-prompt", g);
    for (let r = start[g]!; r < start[g + 1]!; r++) {
      if (exact.has(responseExact[r]!)) {
        const mixed = ((knowledge.flags?.[index] ?? 0) & FLAG.acrossSources) !== 0;
        add(mixed ? "across-sources" : "response", g);
        break;
      }
      if (near.has(responseNear[r]!)) {
        add("near-response", g);
        break;
      }
    }
  }
  return Object.entries(found).map(([flag, rows]) => ({
    flag: flag as RowFlag,
    rows: rows.slice(0, NAMED).map((g) => ({ id: groups[g]!.id, row: groups[g]!.row })),
    more: Math.max(0, rows.length - NAMED),
  }));
}
