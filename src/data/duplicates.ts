/** Texts that occur more than once, and prompts that stand on both sides of a split: both make results look better than they are. */
import { disjointSets } from "../base/disjoint_sets.ts";
import { nextTask } from "../base/pause.ts";
import type { Group } from "./dataset.ts";
import { nearClasses } from "./near_texts.ts";
import type { Split } from "./split.ts";

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

/** The text without case, punctuation and spacing. A text of nothing else stays what it is. */
export function looseKey(text: string): string {
  const letters = text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "");
  return letters === "" ? text : letters;
}

/** Compares all prompts with each other, and all responses. Gives other tasks their turn while it does. */
export async function findCopies(groups: readonly Group[]): Promise<Copies> {
  const prompts = groups.map((group) => group.prompt);
  const responses = groups.flatMap((group) => group.responses.map(({ text }) => text));
  const start = new Uint32Array(groups.length + 1);
  groups.forEach((group, g) => {
    start[g + 1] = start[g]! + group.responses.length;
  });
  const [promptExact, promptNear] = await copiesAmong(prompts);
  const [responseExact, responseNear] = await copiesAmong(responses);
  return { promptExact, promptNear, responseExact, responseNear, start };
}

async function copiesAmong(texts: readonly string[]): Promise<[exact: Int32Array, near: Int32Array]> {
  const exact = classesBy(texts, (text) => text);
  // Only the first of equal texts is compared further.
  const distinct = texts.flatMap((_, i) => (exact[i] === i ? [i] : []));
  const own = distinct.map((i) => texts[i]!);
  const loose = await looseClasses(own);
  const alike = await nearClasses(own);
  // Chains may run through both relations; a text's class is the first text of its chain.
  const sets = disjointSets(own.length);
  for (let i = 0; i < own.length; i++) {
    sets.join(i, loose[i]!);
    sets.join(i, alike[i]!);
  }
  const near = new Int32Array(texts.length);
  distinct.forEach((text, i) => {
    near[text] = distinct[sets.find(i)]!;
  });
  for (let i = 0; i < texts.length; i++) near[i] = near[exact[i]!]!;
  return [exact, near];
}

/** Index of the first text with the same key. */
function classesBy(texts: readonly string[], keyOf: (text: string) => string): Int32Array {
  const first = new Map<string, number>();
  return Int32Array.from(texts, (text, i) => {
    const key = keyOf(text);
    const known = first.get(key);
    if (known === undefined) first.set(key, i);
    return known ?? i;
  });
}

/** Characters between two breaks for other work of this thread. */
const BREATH = 2_000_000;

/**
 * Index of the first text with the same loose key. Keys are as long as the texts, so only their hashes are kept; where one is met again,
 * the keys themselves are compared.
 */
async function looseClasses(texts: readonly string[]): Promise<Int32Array> {
  const first = new Map<number, number>();
  const more = new Map<number, number[]>();
  const classes = new Int32Array(texts.length);
  let read = 0;
  for (let i = 0; i < texts.length; i++) {
    if ((read += texts[i]!.length) > BREATH) {
      read = 0;
      await nextTask();
    }
    const key = looseKey(texts[i]!);
    const hash = hashOf(key);
    const known = first.get(hash);
    classes[i] = i;
    if (known === undefined) {
      first.set(hash, i);
      continue;
    }
    const others = more.get(hash) ?? [];
    const same = [known, ...others].find((one) => looseKey(texts[one]!) === key);
    if (same !== undefined) classes[i] = same;
    else more.set(hash, [...others, i]);
  }
  return classes;
}

/** 52 bits: two FNV-1a hashes with different starts. */
function hashOf(text: string): number {
  let low = 0x811c9dc5;
  let high = 0x1b873593;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ code, 0x85ebca6b);
  }
  return (high >>> 12) * 2 ** 32 + (low >>> 0);
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
  groups.forEach(({ responses }, g) => {
    responses.forEach((response, k) => {
      const one = responseExact[start[g]! + k]!;
      const known = source.get(one);
      if (known === undefined) source.set(one, response.source);
      else if (known !== response.source) mixed.add(one);
    });
  });
  return mixed;
}
