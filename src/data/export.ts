/** Datasets given back with what Tilt found out: log-ratio, h, weight, probability, fold and source of every row. */

import { type Dataset, type Group, pairsOf } from "./dataset.ts";
import { csvLine, jsonText } from "./export-text.ts";

/** What is known of one response; null where nothing was computed. */
export interface ResponseColumns {
  /** Estimated log Q0/P, in nats. */
  readonly logRatio: number | null;
  /** Factor on the loss. */
  readonly h: number | null;
  /** Calibrated probability of being the target's. */
  readonly probability: number | null;
}

/** What is known of one group. */
export interface GroupColumns {
  readonly responses: readonly ResponseColumns[];
  /** Weight of the group as a multiple of equal share; null when it was never trained on. */
  readonly weight: number | null;
  /** Fold of the source classifier that scored it. */
  readonly fold: number | null;
  readonly split: "train" | "held-out" | null;
}

/** One pair that was trained on, with its own weight. */
export interface PairColumns {
  readonly group: string;
  /** Indices into the group's responses. */
  readonly chosen: number;
  readonly rejected: number;
  readonly h: number | null;
  readonly weight: number | null;
}

export interface Findings {
  /** By `Group.id`. Groups that are absent get empty columns. */
  readonly groups: ReadonlyMap<string, GroupColumns>;
  /** Absent: every pair of a group carries the group's weight. */
  readonly pairs?: readonly PairColumns[];
}

export type ExportContainer = "jsonl" | "csv";

/** A row to be written: names to values. Values may be lists; in CSV these become JSON. */
export type OutRow = Readonly<Record<string, unknown>>;

const nobody: ResponseColumns = { logRatio: null, h: null, probability: null };

/** The columns that are added for some responses of a group, in the order given. */
export function addedColumns(
  dataset: Dataset,
  group: Group | null,
  responses: readonly number[],
  findings: Findings,
): OutRow {
  const found = group === null ? undefined : findings.groups.get(group.id);
  const of = (i: number) => found?.responses[i] ?? nobody;
  const each = (pick: (columns: ResponseColumns) => number | null) =>
    group === null ? null : responses.map((i) => pick(of(i)));
  return {
    log_ratio: each(({ logRatio }) => logRatio),
    h: each(({ h }) => h),
    probability: each(({ probability }) => probability),
    weight: found?.weight ?? null,
    fold: found?.fold ?? null,
    split: found?.split ?? null,
    source: group === null ? null : responses.map((i) => dataset.sources[group.responses[i]!.source] ?? null),
  };
}

/**
 * Rows as text, in pieces of about 64 kB.
 * @param columns the columns of CSV; default: those of the first row
 */
export async function* write(
  rows: Iterable<OutRow> | AsyncIterable<OutRow>,
  container: ExportContainer,
  columns?: readonly string[],
): AsyncGenerator<string, void, void> {
  let names = columns ?? null;
  let held = names !== null && container === "csv" ? csvLine(names) : "";
  for await (const row of rows) {
    if (container === "jsonl") held += `${jsonText(row)}\n`;
    else {
      if (names === null) {
        names = Object.keys(row);
        held += csvLine(names);
      }
      held += csvLine(names.map((name) => (Object.hasOwn(row, name) ? row[name] : null)));
    }
    if (held.length > 65536) {
      yield held;
      held = "";
    }
  }
  if (held !== "") yield held;
}

/**
 * The dataset itself as rows, when the original file is not at hand: prompt, responses, scores, sources and the added columns. Tilt
 * reads these files back.
 */
export function* datasetRows(dataset: Dataset, findings: Findings): Generator<OutRow, void, void> {
  for (const group of dataset.groups) {
    const all = group.responses.map((_, i) => i);
    const { source: sources, probability, ...added } = addedColumns(dataset, group, all, findings);
    yield {
      id: group.id,
      prompt: group.prompt,
      responses: group.responses.map(({ text }) => text),
      scores: group.responses.map(({ score }) => score),
      sources,
      probs: probability,
      ...added,
    };
  }
}

/** A TRL preference file: one row per pair, with its weight. `DPOTrainer` ignores the columns it does not know. */
export function* trlRows(dataset: Dataset, findings: Findings): Generator<OutRow, void, void> {
  const trained = findings.pairs && new Map<string, PairColumns[]>();
  for (const pair of findings.pairs ?? []) {
    const known = trained!.get(pair.group);
    if (known) known.push(pair);
    else trained!.set(pair.group, [pair]);
  }
  for (const group of dataset.groups) {
    const known = findings.groups.get(group.id);
    const pairs =
      trained === undefined
        ? pairsOf(group).map(([chosen, rejected]) => ({
            chosen,
            rejected,
            h: null,
            weight: known?.weight ?? null,
          }))
        : (trained.get(group.id) ?? []);
    for (const { chosen, rejected, h, weight } of pairs) {
      const side = (i: number) => ({ ...(known?.responses[i] ?? nobody), ...group.responses[i]! });
      const [a, b] = [side(chosen), side(rejected)];
      yield {
        prompt: group.prompt,
        chosen: a.text,
        rejected: b.text,
        weight,
        h,
        log_ratio_chosen: a.logRatio,
        log_ratio_rejected: b.logRatio,
        probability_chosen: a.probability,
        probability_rejected: b.probability,
        chosen_source: dataset.sources[a.source] ?? null,
        rejected_source: dataset.sources[b.source] ?? null,
        fold: known?.fold ?? null,
        split: known?.split ?? null,
        row: group.row,
      };
    }
  }
}
