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
  const keys = promptsOf(dataset.groups).map(promptKey);
  const unpairedKeys = dataset.unpaired.map((item) => promptKey(item.prompt));
  const prompts = [...new Set([...keys, ...unpairedKeys])].sort();
  const wanted = heldOut > 0 ? Math.max(1, Math.round(heldOut * prompts.length)) : 0;
  if (prompts.length > 0 && wanted >= prompts.length) {
    throw new TiltError(
      `Of ${prompts.length} distinct prompt${prompts.length === 1 ? "" : "s"}, none would be left to train on.`,
      { where: "split", remedy: "Add rows with other prompts, or hold out less." },
    );
  }
  const out = new Set(stream(seed, "data/split").shuffle(prompts).slice(0, wanted));
  const part = (of: readonly string[], held: boolean) =>
    of.flatMap((key, i) => (out.has(key) === held ? [i] : []));
  return {
    train: part(keys, false),
    heldOut: part(keys, true),
    unpairedTrain: part(unpairedKeys, false),
    unpairedHeldOut: part(unpairedKeys, true),
    prompts: prompts.length,
  };
}
