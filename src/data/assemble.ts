/** Puts readings together into a dataset: renders prompts, numbers sources, joins pieces of groups, keeps the list of problems. */

import { excerptOf } from "./container/record.ts";
import type { Group, ImportProblem, Response, Unpaired } from "./dataset.ts";
import { digestOf } from "./digest.ts";
import type { Reading, ReadResponse } from "./formats/format.ts";
import { RowFault } from "./formats/format.ts";
import { groupPacker, PACKED_FROM, type ResponseLabels } from "./packed/groups.ts";
import type { Room } from "./packed/room.ts";
import { singlePacker } from "./packed/singles.ts";
import { textPacker } from "./packed/texts.ts";
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

/** A response whose text is packed. */
interface Grown extends ResponseLabels {
  /** Number of its text. */
  readonly text: number;
  /** Of its text, to find a repeated one; empty where nothing is repeated. */
  readonly digest: string;
  /** Scores that it has had. */
  readonly scores: number;
}

/** A group that still grows: pieces with its key may follow. Its texts are packed as they come. */
interface Growing {
  readonly id: string;
  readonly place: Place;
  readonly prompt: number;
  responses: Grown[];
  preferences: [number, number][];
  judged: boolean;
  weight: number | undefined;
  rows: number;
  /** The same for the same prompt in any layout; only where a second file is to be joined on it. */
  readonly match: string;
  /** Places of its responses by digest, once there are too many to look through. */
  seen: Map<string, number[]> | null;
}

/** Responses of a group that are looked through for one that is repeated. */
const LOOKED_THROUGH = 8;

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

function tooSmall({ place: { file, row, line } }: Growing, prompt: string): ImportProblem {
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
 * @param room where their texts go then
 */
export function assembler(
  template: TemplateId,
  join?: TargetJoin,
  packedFrom = PACKED_FROM,
  room: Room | null = null,
): Assembler {
  const texts = textPacker(room, packedFrom);
  /** Groups that are whole already, in file order. */
  const whole = groupPacker(packedFrom, texts);
  /** Those that may grow, in file order, and how many whole ones stand before each. */
  const growing: { readonly group: Growing; readonly after: number }[] = [];
  const byKey = new Map<string, Growing>();
  const unpaired = singlePacker(packedFrom, room);
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
  const packed = ({ text, ...labels }: Response, repeats: boolean): Grown => ({
    ...labels,
    text: texts.add(text),
    digest: repeats ? digestOf(text) : "",
    scores: labels.score === null ? 0 : 1,
  });
  const open = (reading: Extract<Reading, { kind: "group" | "part" }>, place: Place): Growing => ({
    id: idOf(place),
    place,
    prompt: texts.add(sound(renderPrompt(reading.prompt, template))),
    responses: [],
    preferences: [],
    judged: reading.preferences !== undefined,
    weight: reading.kind === "group" ? reading.weight : undefined,
    rows: 0,
    match: join ? digestOf(matchKey(reading.prompt)) : "",
    seen: null,
  });
  /** The place of a response with that text by that source; -1 where there is none. */
  const placeIn = ({ responses, seen }: Growing, digest: string, source: number): number => {
    const among = seen ? (seen.get(digest) ?? []) : [...responses.keys()];
    return among.find((i) => responses[i]!.digest === digest && responses[i]!.source === source) ?? -1;
  };
  const note = (group: Growing, digest: string, at: number): void => {
    const same = group.seen?.get(digest);
    if (same) same.push(at);
    else group.seen?.set(digest, [at]);
  };

  const addPart = (reading: Extract<Reading, { kind: "part" }>, place: Place): void => {
    const key = digestOf(reading.key);
    let group = byKey.get(key);
    if (group === undefined) {
      group = open(reading, place);
      byKey.set(key, group);
      growing.push({ group, after: whole.length });
    }
    const { responses } = group;
    group.rows++;
    group.judged ||= reading.preferences !== undefined;
    const at = reading.responses.map((response) => {
      const made = respond(response, reading.prompt);
      const digest = digestOf(made.text);
      const known = placeIn(group, digest, made.source);
      if (known >= 0) {
        if (made.score === null) return known;
        // Several raters, one row each: the score is their mean.
        const before = responses[known]!;
        const scores = before.scores + 1;
        const score = (before.score ?? 0) + (made.score - (before.score ?? 0)) / scores;
        responses[known] = { ...before, score, scores };
        return known;
      }
      const now = responses.push(packed(made, true)) - 1;
      if (responses.length > LOOKED_THROUGH && !group.seen) {
        group.seen = new Map();
        responses.forEach((one, i) => {
          note(group, one.digest, i);
        });
      } else note(group, digest, now);
      return now;
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
        const made = reading.responses.map((response) => respond(response, reading.prompt));
        const preferences = (reading.preferences ?? []).map(([a, b]): [number, number] => [a, b]);
        // Only another file's responses could be added to it.
        if (join || made.length < 2) {
          const group = open(reading, place);
          group.rows = 1;
          group.responses = made.map((response) => packed(response, false));
          group.preferences = preferences;
          growing.push({ group, after: whole.length });
        } else
          whole.add({
            id: idOf(place),
            prompt: sound(renderPrompt(reading.prompt, template)),
            responses: made,
            ...(reading.preferences !== undefined && { preferences }),
            row: place.row,
            ...(place.line !== undefined && { line: place.line }),
            ...(reading.weight !== undefined && { weight: reading.weight }),
          });
      }
      return repaired;
    },
    addTarget(reading, place) {
      repaired = false;
      const { prompt, texts: told } = targetTexts(reading);
      const rendered = told.map((text) => sound(renderResponse(text, template, typeof prompt === "string")));
      const match = matchKey(prompt);
      offered.push({
        match: digestOf(match),
        prompt: texts.add(sound(match.slice(0, 120))),
        texts: rendered.map((text) => texts.add(text)),
        place,
      });
      return repaired;
    },
    finish(leftOut) {
      if (join)
        joinTarget(
          growing.map(({ group }) => group),
          offered,
          {
            ...join,
            intern,
            leftOut,
            text: texts.text,
            made: (text, source) => packed({ text, source, score: null }, false),
          },
        );
      byKey.clear();
      const alone = whole.length;
      const order: number[] = [];
      let taken = 0;
      for (const { group, after } of growing) {
        const { id, place, prompt, responses, judged, preferences, weight } = group;
        if (responses.length < 2) {
          leftOut(tooSmall(group, texts.text(prompt)), group.rows);
          continue;
        }
        while (taken < after) order.push(taken++);
        order.push(whole.length);
        whole.addLabels(
          {
            id,
            responses,
            ...(judged && { preferences }),
            row: place.row,
            ...(place.line !== undefined && { line: place.line }),
            ...(weight !== undefined && { weight }),
          },
          [prompt, ...responses.map(({ text }) => text)],
        );
      }
      if (order.length === 0) return { groups: whole.done(), unpaired: unpaired.done(), sources };
      while (taken < alone) order.push(taken++);
      return { groups: whole.done(Uint32Array.from(order)), unpaired: unpaired.done(), sources };
    },
  };
}
