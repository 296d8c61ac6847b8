/** The numbers of a dataset's rows as columns: what sorting, filtering and histograms read. NaN where there is none. */
import type { Dataset } from "../../data/dataset.ts";
import { labelsOf, responseTextsOf } from "../../data/packed/groups.ts";
import type { Draws, ResponseEstimate, RunRecord } from "../../experiment/events.ts";
import type { RowColumn } from "../api.ts";

/** What the data say by themselves: made once per dataset. */
export interface DataColumns {
  /** Words of all responses, one group after the other. */
  readonly words: Uint32Array;
  /** First response of each group, and one more for the end. */
  readonly start: Uint32Array;
  readonly length: Float64Array;
  readonly score: Float64Array;
  readonly margin: Float64Array;
  /** Orders rows by who wrote the best response, then the others: the target first. */
  readonly source: Float64Array;
}

/** What a run adds. */
export type RunColumns = Readonly<Record<"h" | "weight" | "loss", Float64Array>>;

export type Columns = Readonly<Record<RowColumn | "row" | "source", Float64Array>>;

const made = new WeakMap<Dataset["groups"], DataColumns & { readonly target: number }>();

export function dataColumns({ groups, target, sources }: Dataset): DataColumns {
  const known = made.get(groups);
  if (known?.target === target) return known;
  const start = new Uint32Array(groups.length + 1);
  const labels = labelsOf(groups);
  labels.forEach(({ responses }, g) => {
    start[g + 1] = start[g]! + responses.length;
  });
  const texts = responseTextsOf(groups, start);
  const words = known?.words ?? new Uint32Array(start[groups.length]!);
  const [length, score, margin, source] = [0, 0, 0, 0].map(() => new Float64Array(groups.length).fill(NaN));
  const rank = (one: number): number => (one === target ? 0 : one < 0 ? sources.length + 1 : one + 1);
  labels.forEach(({ responses }, g) => {
    let sum = 0;
    let best = -Infinity;
    let worst = Infinity;
    let scored = true;
    let bestSource = responses[0]?.source ?? -1;
    for (let k = 0; k < responses.length; k++) {
      const response = responses[k]!;
      const at = start[g]! + k;
      if (!known) words[at] = countWords(texts[at]!);
      sum += words[at]!;
      if (response.score === null) scored = false;
      else {
        if (response.score > best) {
          best = response.score;
          bestSource = response.source;
        }
        worst = Math.min(worst, response.score);
      }
    }
    length![g] = sum / responses.length;
    if (scored && responses.length > 0) {
      score![g] = best;
      margin![g] = best - worst;
    }
    let key = rank(bestSource);
    for (const other of responses) if (other.source !== bestSource) key += rank(other.source) * 1e-3;
    source![g] = key;
  });
  const columns = { words, start, length: length!, score: score!, margin: margin!, source: source!, target };
  made.set(groups, columns);
  return columns;
}

/** Words separated by white space, without making them. */
function countWords(text: string): number {
  let words = 0;
  let inside = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    // What /\s/ matches: ASCII blanks, no-break space, and the spaces and separators of other scripts.
    const blank =
      code === 32 ||
      (code >= 9 && code <= 13) ||
      code === 0xa0 ||
      (code >= 0x1680 &&
        (code === 0x1680 ||
          (code >= 0x2000 && code <= 0x200a) ||
          code === 0x2028 ||
          code === 0x2029 ||
          code === 0x202f ||
          code === 0x205f ||
          code === 0x3000 ||
          code === 0xfeff));
    if (!blank && !inside) words++;
    inside = !blank;
  }
  return words;
}

/** What is known of a run: stored, or going on. */
export interface RunKnowledge {
  readonly record: Pick<RunRecord, "units" | "lastWeights"> | null;
  readonly estimates: readonly (readonly ResponseEstimate[])[] | null;
  /** For the last loss of each unit. */
  readonly draws: Draws | null;
}

/** Means over the units of each group, or over its responses where it has none. */
export function runColumns({ groups }: Pick<Dataset, "groups">, known: RunKnowledge): RunColumns {
  const { record, estimates, draws } = known;
  const h = new Float64Array(groups.length).fill(NaN);
  const weight = h.slice();
  const loss = h.slice();
  if (record) {
    const place = new Map(labelsOf(groups).map(({ id }, g) => [id, g]));
    const tally = Array.from({ length: 3 }, () => ({
      sum: new Float64Array(groups.length),
      n: new Uint32Array(groups.length),
    }));
    const losses = draws && lastLosses(draws, record.units.length);
    const add = (into: number, g: number, value: number | null | undefined): void => {
      if (value === null || value === undefined || Number.isNaN(value)) return;
      tally[into]!.sum[g]! += value;
      tally[into]!.n[g]!++;
    };
    record.units.forEach((unit, index) => {
      const g = place.get(unit.group);
      if (g === undefined) return;
      add(0, g, unit.h);
      add(1, g, record.lastWeights[index]);
      add(2, g, losses?.[index]);
    });
    [h, weight, loss].forEach((column, which) => {
      const { sum, n } = tally[which]!;
      for (let g = 0; g < column.length; g++) if (n[g]! > 0) column[g] = sum[g]! / n[g]!;
    });
  }
  estimates?.forEach((own, g) => {
    if (g < h.length && Number.isNaN(h[g]) && own.length > 0)
      h[g] = own.reduce((sum, one) => sum + one.h, 0) / own.length;
  });
  return { h, weight, loss };
}

function lastLosses({ unit, loss }: Draws, units: number): Float64Array {
  const last = new Float64Array(units).fill(NaN);
  for (let i = 0; i < unit.length; i++) last[unit[i]!] = loss[i]!;
  return last;
}
