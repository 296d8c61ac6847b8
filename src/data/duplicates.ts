/** Texts that occur more than once, and prompts that stand on both sides of a split: both make results look better than they are. */
import { disjointSets } from "../base/disjoint_sets.ts";
import type { Group } from "./dataset.ts";
import { nearAmong } from "./near_texts.ts";
import { labelsOf, promptsOf, responseTextsOf } from "./packed/groups.ts";
import type { Split } from "./split.ts";
import { looseKey, print, printsFor } from "./text_print.ts";
import { steadyWork, type Work, type WorkOptions } from "./work.ts";

/**
 * Which texts are copies of which. Equal numbers mean copies. "Exact" is word for word; "near" joins the exact copies and
 * what differs in case, punctuation, spacing or a few words.
 */
export interface Copies {
  /** Per group. */
  readonly promptExact: Int32Array;
  readonly promptNear: Int32Array;
  /** Per response, all groups one after the other. */
  readonly responseExact: Int32Array;
  readonly responseNear: Int32Array;
  /** First response of each group, and one more for the end. */
  readonly start: Uint32Array;
  /** Texts that were not compared with every text that looked alike, for want of time: near copies of these may be missing. */
  readonly unsure: number;
}

/** What is odd about a row, as bits. */
export const FLAG = {
  /** Its prompt, or a response, stands word for word elsewhere. */
  prompt: 1,
  response: 2,
  /** Nearly so. */
  nearPrompt: 4,
  nearResponse: 8,
  /** One of its responses stands word for word under another source: no classifier can tell these apart. */
  acrossSources: 16,
  /**
   * Held out, but its prompt is also trained on: apart from case, punctuation and spacing, or nearly. A split by prompt
   * keeps equal prompts together, but not these.
   */
  leak: 32,
} as const;

/** Compares all prompts with each other, and all responses, in steps. @throws the signal's reason when cancelled */
export async function findCopies(groups: readonly Group[], options: WorkOptions = {}): Promise<Copies> {
  const start = new Uint32Array(groups.length + 1);
  labelsOf(groups).forEach(({ responses: own }, g) => {
    start[g + 1] = start[g]! + own.length;
  });
  const prompts = promptsOf(groups);
  const responses = responseTextsOf(groups, start);
  const work = steadyWork(options);
  const share = groups.length / Math.max(1, groups.length + responses.length);
  const ofPrompts = await copiesAmong(prompts, work, (done) => share * done);
  const ofResponses = await copiesAmong(responses, work, (done) => share + (1 - share) * done);
  return {
    promptExact: ofPrompts.exact,
    promptNear: ofPrompts.near,
    responseExact: ofResponses.exact,
    responseNear: ofResponses.near,
    start,
    unsure: ofPrompts.unsure + ofResponses.unsure,
  };
}

/** What the first walk over the texts takes of all the work, about. */
const WALK = 0.5;

async function copiesAmong(
  texts: readonly string[],
  work: Work,
  share: (done: number) => number,
): Promise<{ readonly exact: Int32Array; readonly near: Int32Array; readonly unsure: number }> {
  const prints = printsFor(texts.length);
  for (let i = 0; i < texts.length; i++) {
    const text = texts[i]!;
    print(prints, i, text);
    if (work.due(text.length + 200)) await work.rest(share((WALK * i) / texts.length));
  }
  const all = Uint32Array.from({ length: texts.length }, (_, i) => i);
  const { exactLow, exactHigh, looseLow, looseHigh } = prints;
  const middle = share(WALK);
  const exact = await sameAmong(texts, all, exactLow, exactHigh, (text) => text, work, middle);
  // Only the first of equal texts is compared further.
  const distinct = all.filter((i) => exact[i] === i);
  const loose = await sameAmong(texts, distinct, looseLow, looseHigh, looseKey, work, middle);
  const { classes, unsure } = await nearAmong(texts, distinct, prints, work, (done) =>
    share(WALK + (1 - WALK) * done),
  );
  // Chains may run through both relations; a text's class is the first text of its chain.
  const sets = disjointSets(distinct.length);
  for (let i = 0; i < distinct.length; i++) {
    sets.join(i, loose[i]!);
    sets.join(i, classes[i]!);
  }
  const near = new Int32Array(texts.length);
  distinct.forEach((text, i) => {
    near[text] = distinct[sets.find(i)]!;
  });
  for (let i = 0; i < texts.length; i++) near[i] = near[exact[i]!]!;
  return { exact, near, unsure };
}

/** Places of the table that are looked at for one text: only texts made to collide ever come near it. */
const PROBES = 64;

/**
 * Per text of `own`, the place there of the first text with the same key. Keys are as long as the texts, so only their hashes are kept;
 * where one is met again, the keys themselves are compared.
 */
async function sameAmong(
  texts: readonly string[],
  own: Uint32Array,
  low: Uint32Array,
  high: Uint32Array,
  keyOf: (text: string) => string,
  work: Work,
  done: number,
): Promise<Int32Array> {
  const size = 2 ** Math.ceil(Math.log2(2 * own.length + 2));
  const table = new Int32Array(size).fill(-1);
  const classes = new Int32Array(own.length);
  for (let i = 0; i < own.length; i++) {
    const text = own[i]!;
    classes[i] = i;
    let key: string | undefined;
    for (
      let probe = 0, slot = low[text]! & (size - 1);
      probe < PROBES;
      probe++, slot = (slot + 1) & (size - 1)
    ) {
      const known = table[slot]!;
      if (known < 0) {
        table[slot] = i;
        break;
      }
      const other = own[known]!;
      if (low[other] !== low[text] || high[other] !== high[text]) continue;
      key ??= keyOf(texts[text]!);
      if (keyOf(texts[other]!) !== key) continue;
      classes[i] = known;
      break;
    }
    if (work.due((key?.length ?? 0) + 20)) await work.rest(done);
  }
  return classes;
}

/** The flags of every group. @param split the split to look for leaks in; without it there are none */
export function flagRows(
  groups: readonly Group[],
  copies: Copies,
  split?: Pick<Split, "train" | "heldOut">,
): Uint8Array {
  const { promptExact, promptNear, responseExact, responseNear, start } = copies;
  const many = { promptExact: sizes(promptExact), promptNear: sizes(promptNear) };
  const manyResponses = { exact: sizes(responseExact), near: sizes(responseNear) };
  const mixed = acrossSources(groups, copies);
  const trained = new Set(split?.train.map((g) => promptNear[g]!));
  const flags = new Uint8Array(groups.length);
  for (let g = 0; g < groups.length; g++) {
    let own = 0;
    if (many.promptExact[promptExact[g]!]! > 1) own |= FLAG.prompt;
    if (many.promptNear[promptNear[g]!]! > many.promptExact[promptExact[g]!]!) own |= FLAG.nearPrompt;
    for (let r = start[g]!; r < start[g + 1]!; r++) {
      const exact = manyResponses.exact[responseExact[r]!]!;
      if (exact > 1) own |= FLAG.response;
      if (manyResponses.near[responseNear[r]!]! > exact) own |= FLAG.nearResponse;
      if (mixed.has(responseExact[r]!)) own |= FLAG.acrossSources;
    }
    flags[g] = own;
  }
  for (const g of split?.heldOut ?? []) if (trained.has(promptNear[g]!)) flags[g]! |= FLAG.leak;
  return flags;
}

/** How many there are of each class, at the class's number. */
function sizes(classes: Int32Array): Uint32Array {
  const count = new Uint32Array(classes.length);
  for (const one of classes) count[one]!++;
  return count;
}

/** Classes of exact responses that stand under more than one source. */
function acrossSources(groups: readonly Group[], { responseExact, start }: Copies): ReadonlySet<number> {
  const source = new Map<number, number>();
  const mixed = new Set<number>();
  labelsOf(groups).forEach(({ responses }, g) => {
    responses.forEach((response, k) => {
      const one = responseExact[start[g]! + k]!;
      const known = source.get(one);
      if (known === undefined) source.set(one, response.source);
      else if (known !== response.source) mixed.add(one);
    });
  });
  return mixed;
}
