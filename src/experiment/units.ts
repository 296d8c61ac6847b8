/** What is trained on and judged: a dataset's groups as pairs or lists, split into training and held-out units. */
import { TiltError } from "../base/errors.ts";
import { type Dataset, type Group, pairsOf } from "../data/dataset.ts";
import type { LossFamily } from "../objective/losses/loss.ts";

/** One preference: a pair (chosen first), a list of scored responses, or a single one that was judged. */
export interface Unit {
  readonly kind: "pair" | "list" | "single";
  /** Index of the group in `Dataset.groups`. */
  readonly group: number;
  /** Indices of the responses in the group; for a pair [chosen, rejected]. */
  readonly responses: readonly number[];
}

/** The units of one group under a loss family. Groups without any preference give none. */
function unitsOfGroup(group: Group, index: number, family: LossFamily): Unit[] {
  if (family === "unpaired") return [{ kind: "single", group: index, responses: [0] }];
  if (family === "pairwise") {
    return pairsOf(group).map((responses) => ({ kind: "pair", group: index, responses }));
  }
  const scored = group.responses.flatMap((response, k) => (response.score === null ? [] : [k]));
  const distinct = new Set(scored.map((k) => group.responses[k]!.score));
  return distinct.size < 2 ? [] : [{ kind: "list", group: index, responses: scored }];
}

/** Units of the groups at `indices`. @throws TiltError when there are none */
export function unitsOf(dataset: Dataset, indices: readonly number[], family: LossFamily): Unit[] {
  const units = indices.flatMap((index) => unitsOfGroup(dataset.groups[index]!, index, family));
  if (units.length === 0) {
    throw new TiltError("No group has two responses of which one is preferred.", {
      where: dataset.name,
      remedy: "Give scores or chosen/rejected responses.",
    });
  }
  return units;
}

/**
 * Units that speak for the target: those whose responses are all the target's, or, where a dataset has no such group
 * (one human answer per question), those whose preferred response is.
 */
export function targetUnits(dataset: Dataset, units: readonly Unit[]): Unit[] {
  const sourceOf = (unit: Unit, slot: number): number =>
    dataset.groups[unit.group]!.responses[unit.responses[slot]!]!.source;
  const pure = units.filter((unit) =>
    unit.responses.every((_, slot) => sourceOf(unit, slot) === dataset.target),
  );
  if (pure.length > 0) return pure;
  return units.filter((unit) => sourceOf(unit, bestSlot(dataset, unit)) === dataset.target);
}

/** Slot of the preferred response: 0 in a pair, the first highest score in a list. */
function bestSlot(dataset: Dataset, unit: Unit): number {
  if (unit.kind === "pair") return 0;
  const { responses } = dataset.groups[unit.group]!;
  let best = 0;
  unit.responses.forEach((k, slot) => {
    if (responses[k]!.score! > responses[unit.responses[best]!]!.score!) best = slot;
  });
  return best;
}

/** Which responses the reference is fine-tuned on; see the spec's `sft.on`. Returns [group, response] indices. */
export function sftExamples(
  dataset: Dataset,
  indices: readonly number[],
  on: "target-preferred" | "target" | "preferred" | "all",
): (readonly [number, number])[] {
  const examples: (readonly [number, number])[] = [];
  for (const index of indices) {
    const { responses } = dataset.groups[index]!;
    // A single response that was judged undesirable is nobody's preferred one.
    if (on.endsWith("preferred") && responses.length === 1 && responses[0]!.score! < 0) continue;
    const wanted = responses.flatMap((response, k) =>
      on.startsWith("target") && response.source !== dataset.target ? [] : [k],
    );
    if (on === "target" || on === "all") {
      examples.push(...wanted.map((k) => [index, k] as const));
      continue;
    }
    const best = wanted.reduce<number | undefined>((held, k) => {
      const score = responses[k]!.score ?? Number.NEGATIVE_INFINITY;
      return held === undefined || score > (responses[held]!.score ?? Number.NEGATIVE_INFINITY) ? k : held;
    }, undefined);
    if (best !== undefined) examples.push([index, best]);
  }
  return examples;
}
