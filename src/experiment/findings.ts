/** What a run found out about a dataset, as the columns of an export. */
import { stream } from "../base/random.ts";
import { corruptGroup } from "../data/corrupt.ts";
import { type Dataset, type Group, pairsOf } from "../data/dataset.ts";
import type { Findings, GroupColumns, PairColumns } from "../data/export.ts";
import { splitByPrompt } from "../data/split.ts";
import { lossById } from "../objective/losses/index.ts";
import type { ResponseEstimate, RunRecord } from "./events.ts";

/** By group and response, as the lab knows them. */
export type Estimates = readonly (readonly ResponseEstimate[])[];

/** An export without any run: all columns that a run would fill are empty. */
export const NO_FINDINGS: Findings = { groups: new Map() };

interface Known {
  weight: number;
  weighed: number;
}

/**
 * @param dataset the one that the run was on
 * @param estimates null when they were not kept: then log-ratio, h, probability and fold of responses are empty
 */
export function findingsOf(
  dataset: Dataset,
  record: Pick<RunRecord, "spec" | "units" | "lastWeights">,
  estimates: Estimates | null,
): Findings {
  const { seed, data } = record.spec;
  const held = new Set(splitByPrompt(dataset, { seed, heldOut: data.heldOut }).heldOut);
  const byGroup = new Map<string, Known>();
  record.units.forEach(({ group }, index) => {
    const known = byGroup.get(group) ?? { weight: 0, weighed: 0 };
    byGroup.set(group, known);
    const weight = record.lastWeights[index] ?? null;
    if (weight === null) return;
    known.weight += weight;
    known.weighed++;
  });
  const columns = (group: Group, index: number): GroupColumns => {
    const known = byGroup.get(group.id);
    const found = estimates?.[index] ?? [];
    return {
      responses: found.map(({ logRatio, h, probability }) => ({ logRatio, h, probability })),
      weight: known && known.weighed > 0 ? known.weight / known.weighed : null,
      fold: found[0]?.fold ?? null,
      // A group outside both was left out by the spec's limit on groups.
      split: held.has(index) ? "held-out" : known || found.length > 0 ? "train" : null,
    };
  };
  const judged = [...held].flatMap((index) => {
    const group = dataset.groups[index]!;
    return pairsOf(group).map(
      ([chosen, rejected]): PairColumns => ({ group: group.id, chosen, rejected, h: null, weight: null }),
    );
  });
  return {
    groups: new Map(dataset.groups.map((group, index) => [group.id, columns(group, index)])),
    pairs: [...trainedPairs(dataset, record), ...judged],
  };
}

/** The pairs as they were trained on, label noise included; each pair of a list carries the list's h and weight. */
function trainedPairs(
  dataset: Dataset,
  { spec, units, lastWeights }: Pick<RunRecord, "spec" | "units" | "lastWeights">,
): PairColumns[] {
  const places = new Map(dataset.groups.map((group, index) => [group.id, index]));
  const noise = stream(spec.seed, "data/corruption");
  const inPairs = lossById(spec.train.loss).family === "pairwise";
  return units.flatMap(({ group: id, responses, h }, unit): PairColumns[] => {
    const weight = lastWeights[unit] ?? null;
    const [chosen, rejected] = responses;
    if (inPairs) return [{ group: id, chosen: chosen!, rejected: rejected!, h, weight }];
    const index = places.get(id);
    if (index === undefined) return [];
    const group = corruptGroup(dataset.groups[index]!, index, spec.data.corruption, noise);
    return pairsOf(group)
      .filter((pair) => pair.every((k) => responses.includes(k)))
      .map(([winner, loser]) => ({ group: id, chosen: winner, rejected: loser, h, weight }));
  });
}
