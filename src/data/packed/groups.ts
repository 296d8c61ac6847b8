/**
 * Groups as columns: texts in byte buffers, numbers in typed arrays. Whoever reads them sees a list of groups, each made when it is asked
 * for, so that a file of hundreds of megabytes takes little more memory than its bytes.
 */
import { lazyList } from "../../base/lazy_list.ts";
import type { Group, Response } from "../dataset.ts";
import { column } from "./column.ts";
import { type PackedTexts, type TextPacker, textAt, textPacker } from "./texts.ts";

/** Groups whose texts have fewer bytes than this together are plain objects: quick to read, and small enough. */
export const PACKED_FROM = 16 * 2 ** 20;

/** How a group is judged: not at all, the first over the second, or as listed. */
const UNJUDGED = 0;
const FIRST = 1;
const LISTED = 2;

/** The judgement of most rows: one list serves them all. */
const FIRST_WINS: readonly (readonly [number, number])[] = [[0, 1]];

/** Plain data, but for texts that are away. Numbers that are not there are NaN, or 0 for lines. */
export interface PackedGroups {
  readonly version: 1;
  /** Of each group its prompt, then its responses. */
  readonly texts: PackedTexts;
  /** First response of each group, and one more for the end. */
  readonly first: Uint32Array;
  /** Per response. */
  readonly source: Int32Array;
  readonly score: Float64Array;
  readonly prob: Float64Array;
  /** Per group. */
  readonly row: Uint32Array;
  readonly line: Uint32Array;
  readonly weight: Float64Array;
  /** Of the id: 0 where it is the row, k where it is "k:row". */
  readonly file: Uint32Array;
  readonly judged: Uint8Array;
  /** First listed judgement of each group, and one more for the end; the pairs one after the other. */
  readonly judgements: Uint32Array;
  readonly pairs: Uint32Array;
}

type LabelColumns = Omit<PackedGroups, "version" | "texts">;

/** A response, or a group, without its texts. */
export type ResponseLabels = Omit<Response, "text">;
export interface GroupLabels extends Omit<Group, "prompt" | "responses" | "trueLogRatio"> {
  readonly responses: readonly ResponseLabels[];
}

/** What the importer makes: worlds are never packed. Ids are a row, or a file and a row. */
export type Packable = Omit<Group, "trueLogRatio">;

export interface GroupPacker {
  readonly length: number;
  add(group: Packable): void;
  /** Adds a group whose texts are in the packer's texts already. @param texts their numbers: the prompt's, then each response's */
  addLabels(labels: GroupLabels, texts: readonly number[]): void;
  /** @param order of the groups, where it is not that in which they were added */
  done(order?: Uint32Array): readonly Group[];
}

const packed = new WeakMap<readonly Group[], PackedGroups>();

/** The columns behind a list of groups; undefined where its groups are plain objects. */
export function columnsOf(groups: readonly Group[]): PackedGroups | undefined {
  return packed.get(groups);
}

/**
 * @param from bytes of text from which the groups stay packed
 * @param texts what their texts are put into
 */
export function groupPacker(from = PACKED_FROM, texts: TextPacker = textPacker()): GroupPacker {
  const numbers = (length: number) => new Float64Array(length);
  const counts = (length: number) => new Uint32Array(length);
  const text = column(counts);
  const first = column(counts);
  const source = column((length) => new Int32Array(length));
  const score = column(numbers);
  const prob = column(numbers);
  const row = column(counts);
  const line = column(counts);
  const weight = column(numbers);
  const file = column(counts);
  const judged = column((length) => new Uint8Array(length));
  const judgements = column(counts);
  const pairs = column(counts);

  const addLabels = (
    { id, responses, preferences, row: at, line: on, weight: worth }: GroupLabels,
    own: readonly number[],
  ): void => {
    first.push(source.length);
    for (const one of own) text.push(one);
    for (const response of responses) {
      source.push(response.source);
      score.push(response.score ?? Number.NaN);
      prob.push(response.prob ?? Number.NaN);
    }
    row.push(at);
    line.push(on ?? 0);
    weight.push(worth ?? Number.NaN);
    file.push(id.includes(":") ? Number.parseInt(id, 10) : 0);
    judgements.push(pairs.length / 2);
    judged.push(judgedAs(preferences));
    if (judgedAs(preferences) === LISTED)
      for (const pair of preferences!) for (const k of pair) pairs.push(k);
  };
  return {
    get length() {
      return row.length;
    },
    add(group) {
      const prompt = texts.add(group.prompt);
      addLabels(group, [prompt, ...group.responses.map((response) => texts.add(response.text))]);
    },
    addLabels,
    done(order) {
      first.push(source.length);
      judgements.push(pairs.length / 2);
      const labels: LabelColumns = {
        first: first.done(),
        source: source.done(),
        score: score.done(),
        prob: prob.done(),
        row: row.done(),
        line: line.done(),
        weight: weight.done(),
        file: file.done(),
        judged: judged.done(),
        judgements: judgements.done(),
        pairs: pairs.done(),
      };
      const own = text.done();
      if (order) {
        const again = groupPacker(from, texts);
        for (const g of order)
          again.addLabels(labelsAt(labels, g), [
            ...own.subarray(labels.first[g]! + g, labels.first[g + 1]! + g + 1),
          ]);
        return again.done();
      }
      const bytes = texts.bytes();
      const groups = groupsFrom({ version: 1, texts: texts.done(own), ...labels });
      return bytes < from ? groups.slice() : groups;
    },
  };
}

function judgedAs(preferences: Group["preferences"]): number {
  if (preferences === undefined) return UNJUDGED;
  const [pair] = preferences;
  return preferences.length === 1 && pair![0] === 0 && pair![1] === 1 ? FIRST : LISTED;
}

function judgementsOf({ judged, judgements, pairs }: LabelColumns, g: number): Group["preferences"] {
  if (judged[g] === UNJUDGED) return undefined;
  if (judged[g] === FIRST) return FIRST_WINS;
  const from = judgements[g]!;
  return Array.from({ length: judgements[g + 1]! - from }, (_, k) => {
    const at = 2 * (from + k);
    return [pairs[at]!, pairs[at + 1]!] as const;
  });
}

/** What is known of a group without its texts. */
function labelsAt(columns: LabelColumns, g: number): GroupLabels {
  const { first, source, score, prob, row, line, weight, file } = columns;
  const responses: ResponseLabels[] = [];
  for (let r = first[g]!; r < first[g + 1]!; r++) {
    const label = { source: source[r]!, score: Number.isNaN(score[r]!) ? null : score[r]! };
    responses.push(Number.isNaN(prob[r]!) ? label : { ...label, prob: prob[r]! });
  }
  const preferences = judgementsOf(columns, g);
  return {
    id: file[g] === 0 ? String(row[g]) : `${file[g]}:${row[g]}`,
    responses,
    ...(preferences && { preferences }),
    row: row[g]!,
    ...(line[g] !== 0 && { line: line[g]! }),
    ...(!Number.isNaN(weight[g]!) && { weight: weight[g]! }),
  };
}

function groupAt(columns: PackedGroups, g: number): Group {
  const { id, responses, ...labels } = labelsAt(columns, g);
  const at = columns.first[g]! + g;
  const { texts } = columns;
  return {
    id,
    prompt: textAt(texts, at),
    responses: responses.map((label, k) => ({ text: textAt(texts, at + 1 + k), ...label })),
    ...labels,
  };
}

/** The groups without their texts: much quicker to go through where these are packed. */
export function labelsOf(groups: readonly Group[]): readonly GroupLabels[] {
  const columns = columnsOf(groups);
  return columns ? lazyList(columns.row.length, (g) => labelsAt(columns, g)) : groups;
}

/** All prompts, each made when it is asked for. */
export function promptsOf(groups: readonly Group[]): readonly string[] {
  const columns = columnsOf(groups);
  if (!columns) return lazyList(groups.length, (g) => groups[g]!.prompt);
  return lazyList(groups.length, (g) => textAt(columns.texts, columns.first[g]! + g));
}

/** All responses' texts, one group after the other, each made when it is asked for. @param start first response of each group, and the end */
export function responseTextsOf(groups: readonly Group[], start: Uint32Array): readonly string[] {
  const columns = columnsOf(groups);
  const owner = new Uint32Array(start[groups.length]!);
  for (let g = 0; g < groups.length; g++) owner.fill(g, start[g], start[g + 1]);
  return lazyList(owner.length, (r) => {
    const g = owner[r]!;
    return columns ? textAt(columns.texts, r + g + 1) : groups[g]!.responses[r - start[g]!]!.text;
  });
}

/** The groups that columns hold, made when they are asked for. */
export function groupsFrom(columns: PackedGroups): readonly Group[] {
  const groups = lazyList(columns.row.length, (g) => groupAt(columns, g));
  packed.set(groups, columns);
  return groups;
}

/** What may be told anew of a group without touching its texts; what is absent stays. */
export interface Label {
  /** Per response. */
  readonly sources?: readonly number[];
  readonly preferences?: readonly (readonly [number, number])[];
}

/** The groups with other sources or judgements. Packed groups stay packed, and share their texts with the old ones. */
export function relabelled(groups: readonly Group[], tell: (group: Group) => Label): readonly Group[] {
  const columns = columnsOf(groups);
  if (!columns)
    return groups.map((group) => {
      const { sources, preferences } = tell(group);
      return {
        ...group,
        ...(sources && { responses: group.responses.map((one, k) => ({ ...one, source: sources[k]! })) }),
        ...(preferences && { preferences }),
      };
    });
  const source = columns.source.slice();
  const judged = columns.judged.slice();
  const judgements = column((length) => new Uint32Array(length));
  const pairs = column((length) => new Uint32Array(length));
  groups.forEach((group, g) => {
    const label = tell(group);
    label.sources?.forEach((one, k) => {
      source[columns.first[g]! + k] = one;
    });
    const preferences = label.preferences ?? group.preferences;
    judged[g] = judgedAs(preferences);
    judgements.push(pairs.length / 2);
    if (judged[g] === LISTED) for (const pair of preferences!) for (const k of pair) pairs.push(k);
  });
  judgements.push(pairs.length / 2);
  return groupsFrom({ ...columns, source, judged, judgements: judgements.done(), pairs: pairs.done() });
}
