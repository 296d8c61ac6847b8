/** Puts readings together into a dataset: renders prompts, numbers sources, joins pieces of groups, keeps the list of problems. */

import { excerptOf } from "./container/record.ts";
import type { Group, ImportProblem, Response, Unpaired } from "./dataset.ts";
import type { Reading, ReadResponse } from "./formats/format.ts";
import { RowFault } from "./formats/format.ts";
import { type GroupPacker, groupPacker } from "./packed/groups.ts";
import { singlePacker } from "./packed/singles.ts";
import { joinTarget, matchKey, type Offered, type TargetJoin, targetTexts } from "./target-file.ts";
import { renderPrompt, renderResponse, type TemplateId, type Text } from "./template.ts";

/** Where a record was read. */
export interface Place {
  readonly file: string;
  /** 0-based file number, and whether there is more than one: ids stay unique. */
  readonly fileIndex: number;
  readonly many: boolean;
  readonly row: number;
  readonly line: number | undefined;
}

/** Halves of surrogate pairs standing alone: no UTF-8 can hold them, so no tokenizer or file could either. */
const loneSurrogate = /\p{Surrogate}/u;
const loneSurrogates = /\p{Surrogate}/gu;

/** A group that still grows: pieces with its key may follow. */
interface Growing {
  readonly id: string;
  readonly place: Place;
  prompt: string;
  responses: Response[];
  preferences: [number, number][];
  judged: boolean;
  weight: number | undefined;
  rows: number;
  /** The same for the same prompt in any layout; only where a second file is to be joined on it. */
  readonly match: string;
  /** By text, for each source: its place and how many scores it has had, so that a repeated response is the same one. */
  seen: Map<string, { readonly source: number; readonly at: number; scores: number }[]> | null;
}

export interface Assembler {
  /** Adds a reading. Returns whether a text had to be repaired. Throws a `RowFault` when there is nothing to compare. */
  add(reading: Reading, place: Place): boolean;
  /** Adds a row of the file that holds the target's responses: they join their groups at the end. Returns and throws as `add`. */
  addTarget(reading: Reading, place: Place): boolean;
  /** Ends the reading: groups in file order. `leftOut` is told of groups that stayed too small. */
  finish(leftOut: (problem: ImportProblem, rows: number) => void): {
    groups: readonly Group[];
    unpaired: readonly Unpaired[];
    sources: string[];
  };
}

function finished(group: Growing): Group {
  const { row, line } = group.place;
  return {
    id: group.id,
    prompt: group.prompt,
    responses: group.responses,
    ...(group.judged && { preferences: group.preferences }),
    row,
    ...(line !== undefined && { line }),
    ...(group.weight !== undefined && { weight: group.weight }),
  };
}

function tooSmall({ place: { file, row, line }, prompt }: Growing): ImportProblem {
  return {
    file,
    row,
    ...(line !== undefined && { line }),
    what: "This prompt has only one response in the whole file; a group needs two.",
    remedy: "Add a second response for the same prompt, or leave it out.",
    excerpt: excerptOf(prompt),
    effect: "left-out",
  };
}

/**
 * @param join how responses of a file of the target's join the groups, where there is such a file
 * @param packedFrom bytes of text from which groups stay packed
 */
export function assembler(template: TemplateId, join?: TargetJoin, packedFrom?: number): Assembler {
  /** Groups that are whole already, in file order. */
  const whole = groupPacker(packedFrom);
  /** Those that may grow, in file order, and how many whole ones stand before each. */
  const growing: { readonly group: Growing; readonly after: number }[] = [];
  const byKey = new Map<string, Growing>();
  const unpaired = singlePacker(packedFrom);
  const offered: Offered[] = [];
  const sources: string[] = [];
  const sourceIndex = new Map<string, number>();
  let repaired = false;

  const sound = (text: string): string => {
    if (!loneSurrogate.test(text)) return text;
    repaired = true;
    return text.replace(loneSurrogates, "\uFFFD");
  };
  const intern = (name: string | undefined): number => {
    if (name === undefined) return -1;
    let index = sourceIndex.get(name);
    if (index === undefined) {
      index = sources.length;
      sources.push(name);
      sourceIndex.set(name, index);
    }
    return index;
  };
  const respond = (response: ReadResponse, prompt: Text): Response => ({
    text: sound(renderResponse(response.text, template, typeof prompt === "string")),
    source: intern(response.source),
    score: response.score ?? null,
    ...(response.prob !== undefined && { prob: response.prob }),
  });
  const idOf = (place: Place): string =>
    place.many ? `${place.fileIndex + 1}:${place.row}` : String(place.row);
  const open = (reading: Extract<Reading, { kind: "group" | "part" }>, place: Place): Growing => ({
    id: idOf(place),
    place,
    prompt: sound(renderPrompt(reading.prompt, template)),
    responses: [],
    preferences: [],
    judged: reading.preferences !== undefined,
    weight: reading.kind === "group" ? reading.weight : undefined,
    rows: 0,
    match: join ? matchKey(reading.prompt) : "",
    seen: null,
  });

  const addPart = (reading: Extract<Reading, { kind: "part" }>, place: Place): void => {
    let group = byKey.get(reading.key);
    if (group === undefined) {
      group = open(reading, place);
      group.seen = new Map();
      byKey.set(reading.key, group);
      growing.push({ group, after: whole.length });
    }
    group.rows++;
    group.judged ||= reading.preferences !== undefined;
    const at = reading.responses.map((response) => {
      const made = respond(response, reading.prompt);
      const same = group.seen!.get(made.text);
      const known = same?.find(({ source }) => source === made.source);
      if (known !== undefined) {
        if (made.score === null) return known.at;
        // Several raters, one row each: the score is their mean.
        const before = group.responses[known.at]!;
        known.scores++;
        const score = (before.score ?? 0) + (made.score - (before.score ?? 0)) / known.scores;
        group.responses[known.at] = { ...before, score };
        return known.at;
      }
      const now = { source: made.source, at: group.responses.length, scores: made.score === null ? 0 : 1 };
      if (same) same.push(now);
      else group.seen!.set(made.text, [now]);
      group.responses.push(made);
      return group.responses.length - 1;
    });
    for (const [winner, loser] of reading.preferences ?? [])
      group.preferences.push([at[winner]!, at[loser]!]);
  };

  return {
    add(reading, place) {
      repaired = false;
      if (reading.kind === "single" && join && reading.prompt !== null && reading.response !== null) {
        // Its rival comes with the target's file.
        const { prompt, response } = reading;
        addPart({ kind: "part", key: matchKey(prompt), prompt, responses: [{ text: response }] }, place);
      } else if (reading.kind === "single") {
        throw new RowFault(
          "The row holds a single response: there is nothing to compare it with.",
          undefined,
          "Tilt needs two or more responses per prompt, or a label that says good or bad.",
        );
      } else if (reading.kind === "unpaired") {
        unpaired.add({
          id: idOf(place),
          prompt: sound(renderPrompt(reading.prompt, template)),
          response: respond(reading.response, reading.prompt),
          desirable: reading.desirable,
          row: place.row,
          ...(place.line !== undefined && { line: place.line }),
        });
      } else if (reading.kind === "part") {
        addPart(reading, place);
      } else {
        const group = open(reading, place);
        group.rows = 1;
        group.responses = reading.responses.map((response) => respond(response, reading.prompt));
        group.preferences = (reading.preferences ?? []).map(([winner, loser]) => [winner, loser]);
        // Only another file's responses could be added to it.
        if (join || group.responses.length < 2) growing.push({ group, after: whole.length });
        else whole.add(finished(group));
      }
      return repaired;
    },
    addTarget(reading, place) {
      repaired = false;
      const { prompt, texts } = targetTexts(reading);
      const rendered = (text: Text): string =>
        sound(renderResponse(text, template, typeof prompt === "string"));
      offered.push({ match: matchKey(prompt), texts: texts.map(rendered), place });
      return repaired;
    },
    finish(leftOut) {
      if (join)
        joinTarget(
          growing.map(({ group }) => group),
          offered,
          { ...join, intern, leftOut },
        );
      byKey.clear();
      const grown = growing.filter(({ group }) => {
        if (group.responses.length >= 2) return true;
        leftOut(tooSmall(group), group.rows);
        return false;
      });
      return { groups: inFileOrder(whole, grown, packedFrom), unpaired: unpaired.done(), sources };
    },
  };
}

/** Puts groups that grew between those that were whole at once. */
function inFileOrder(
  whole: GroupPacker,
  grown: readonly { readonly group: Growing; readonly after: number }[],
  packedFrom: number | undefined,
): readonly Group[] {
  if (grown.length === 0) return whole.done();
  const all = groupPacker(packedFrom);
  const before = whole.length > 0 ? whole.done() : [];
  let taken = 0;
  for (const { group, after } of grown) {
    for (; taken < after; taken++) all.add(before[taken]!);
    all.add(finished(group));
    // Its texts are in the buffers now: many groups need not be there twice.
    group.responses = [];
    group.prompt = "";
    group.seen = null;
  }
  for (; taken < before.length; taken++) all.add(before[taken]!);
  return all.done();
}
