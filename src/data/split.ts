/** Training and held-out groups: seeded, and by prompt, so that no prompt is on both sides. */
import { TiltError } from "../base/errors.ts";
import { stream } from "../base/random.ts";
import type { Dataset } from "./dataset.ts";
import { promptsOf } from "./packed/groups.ts";

/** Indices into `Dataset.groups` (and `Dataset.unpaired`), ascending. */
export interface Split {
  readonly train: readonly number[];
  readonly heldOut: readonly number[];
  readonly unpairedTrain: readonly number[];
  readonly unpairedHeldOut: readonly number[];
  /** Distinct prompts on both sides. */
  readonly prompts: number;
}

/** Two prompts that differ only in case or white space are the same prompt for a split. */
export function promptKey(prompt: string): string {
  return prompt.normalize("NFC").replace(/\s+/g, " ").trim().toLowerCase();
}

/**
 * Holds out a share of the prompts. Groups with the same prompt text stay together, so the held-out share of groups
 * is `heldOut` only up to one prompt's groups. The same seed and prompts give the same split, whatever the order of the rows.
 * @param heldOut share in [0, 1)
 * @throws TiltError when the share is out of range, or leaves no prompt to train on
 */
export function splitByPrompt(
  dataset: Pick<Dataset, "groups" | "unpaired">,
  { seed, heldOut = 0.2 }: { readonly seed: number; readonly heldOut?: number },
): Split {
  if (!(heldOut >= 0 && heldOut < 1)) {
    throw new TiltError(`A held-out share of ${heldOut} is not possible.`, {
      remedy: "Use 0 or more, and less than 1.",
    });
  }
  const { groups, unpaired } = dataset;
  const asked = promptsOf(groups);
  const { ranks, distinct } = ranked(groups.length + unpaired.length, (i) =>
    promptKey(i < groups.length ? asked[i]! : unpaired[i - groups.length]!.prompt),
  );
  const wanted = heldOut > 0 ? Math.max(1, Math.round(heldOut * distinct)) : 0;
  if (distinct > 0 && wanted >= distinct) {
    throw new TiltError(
      `Of ${distinct} distinct prompt${distinct === 1 ? "" : "s"}, none would be left to train on.`,
      { where: "split", remedy: "Add rows with other prompts, or hold out less." },
    );
  }
  const out = new Uint8Array(distinct);
  for (const rank of stream(seed, "data/split")
    .shuffle([...out.keys()])
    .slice(0, wanted))
    out[rank] = 1;
  const part = (from: number, to: number, held: number): number[] => {
    const own: number[] = [];
    for (let i = from; i < to; i++) if (out[ranks[i]!] === held) own.push(i - from);
    return own;
  };
  return {
    train: part(0, groups.length, 0),
    heldOut: part(0, groups.length, 1),
    unpairedTrain: part(groups.length, ranks.length, 0),
    unpairedHeldOut: part(groups.length, ranks.length, 1),
    prompts: distinct,
  };
}

/** Units of a key that are compared before the whole of it is. */
const HEAD = 32;

/** The place of each key among the distinct ones in their order. Never holds all keys: they are as long as prompts are. */
function ranked(
  count: number,
  keyAt: (index: number) => string,
): { readonly ranks: Uint32Array; readonly distinct: number } {
  const heads = new Uint16Array(HEAD * count);
  for (let i = 0; i < count; i++) {
    const key = keyAt(i);
    for (let k = Math.min(HEAD, key.length) - 1; k >= 0; k--) heads[HEAD * i + k] = key.charCodeAt(k);
  }
  const compare = (a: number, b: number): number => {
    for (let k = 0; k < HEAD; k++) {
      const difference = heads[HEAD * a + k]! - heads[HEAD * b + k]!;
      if (difference !== 0) return difference;
    }
    return 0;
  };
  const order = Uint32Array.from({ length: count }, (_, i) => i).sort(compare);
  const ranks = new Uint32Array(count);
  let distinct = 0;
  for (let from = 0, to = 1; from < count; from = to++) {
    while (to < count && compare(order[from]!, order[to]!) === 0) to++;
    const alike = Array.from(order.subarray(from, to), (index) => ({ index, key: keyAt(index) }));
    alike.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
    alike.forEach(({ index, key }, i) => {
      if (i > 0 && key !== alike[i - 1]!.key) distinct++;
      ranks[index] = distinct;
    });
    distinct++;
  }
  return { ranks, distinct };
}
