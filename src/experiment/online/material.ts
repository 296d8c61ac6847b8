/** A round's training data: the target's groups as they were, and in place of all others what the policy wrote. */
import { stream } from "../../base/random.ts";
import { mean } from "../../base/statistics.ts";
import { corruptGroup } from "../../data/corrupt.ts";
import type { Group, Response } from "../../data/dataset.ts";
import { lossById } from "../../objective/losses/index.ts";
import { encodeGroups } from "../../text/encoding.ts";
import type { Prepared } from "../prepare.ts";
import type { Spec } from "../spec.ts";
import { unitsOf } from "../units.ts";
import type { Written } from "./round.ts";
import type { Judge } from "./score.ts";
import type { Draft } from "./write.ts";

const POLICY_SOURCE = "policy";

/** Training groups with a response that is not the target's: those that the policy answers anew. */
export function answeredGroups({ dataset, train }: Prepared, { online, seed }: Spec): number[] {
  const synthetic = train.filter((index) =>
    dataset.groups[index]!.responses.some(({ source }) => source !== dataset.target),
  );
  const { prompts } = online;
  if (prompts === 0 || synthetic.length <= prompts) return synthetic;
  return stream(seed, "online/prompts")
    .shuffle(synthetic)
    .slice(0, prompts)
    .sort((a, b) => a - b);
}

/** What the policy wrote to the answered groups: texts with their scores, by group. */
export interface Material {
  readonly groups: ReadonlyMap<number, readonly { readonly text: string; readonly score: number }[]>;
  readonly summary: Written;
}

const SAMPLES = 4;

/** @param drafts K per group, in the order of `groups` */
export function materialOf(
  { dataset, tokenizer }: Prepared,
  groups: readonly number[],
  drafts: readonly Draft[],
  judge: Judge,
): Material {
  const each = groups.length > 0 ? drafts.length / groups.length : 0;
  const material = new Map<number, { text: string; score: number }[]>();
  const human: number[] = [];
  const annotator: number[] = [];
  const scores: number[] = [];
  const lengths: number[] = [];
  const samples: { prompt: string; text: string; score: number | null }[] = [];
  groups.forEach((index, g) => {
    const { prompt } = dataset.groups[index]!;
    const own = drafts.slice(g * each, (g + 1) * each);
    const texts = own.map(({ ids }) => tokenizer.decode(ids));
    const judged = judge.judge(prompt, texts);
    const kept: { text: string; score: number }[] = [];
    own.forEach(({ ids, ended }, k) => {
      const known = ended ? judged[k]! : null;
      if (k === 0 && samples.length < SAMPLES)
        samples.push({ prompt, text: texts[k]!, score: known?.score ?? null });
      if (!known) return;
      kept.push({ text: texts[k]!, score: known.score });
      lengths.push(ids.length);
      scores.push(known.score);
      if (known.human !== null) human.push(known.human);
      if (known.annotator !== null) annotator.push(known.annotator);
    });
    material.set(index, kept);
  });
  const summary: Written = {
    prompts: groups.length,
    responses: drafts.length,
    scored: scores.length,
    humanReward: meanOfSome(human),
    annotatorReward: meanOfSome(annotator),
    modelScore: judge.model ? meanOfSome(scores) : null,
    meanTokens: meanOfSome(lengths) ?? 0,
    samples,
  };
  return { groups: material, summary };
}

/** Null for none. */
const meanOfSome = (values: readonly number[]): number | null => (values.length === 0 ? null : mean(values));

/**
 * What a round trains on. Groups that the policy did not answer, or answered with fewer than two responses that could be
 * scored, are left out; so are, in mixed groups, the other synthetic responses. There the judge scores all, so that
 * people's and the policy's responses are on one scale.
 */
export function roundData(
  spec: Spec,
  start: Prepared,
  material: Material,
  judge: Judge,
  round: number,
): Prepared {
  const { dataset } = start;
  const policy = dataset.sources.length;
  const noise = stream(spec.seed, `online/corruption/${round}`);
  const groups = dataset.groups.slice();
  const train: number[] = [];
  for (const index of start.train) {
    const group = groups[index]!;
    const people = group.responses.filter(({ source }) => source === dataset.target);
    if (people.length === group.responses.length) {
      train.push(index);
      continue;
    }
    const written = (material.groups.get(index) ?? []).map(
      ({ text, score }): Response => ({ text, source: policy, score }),
    );
    const scored =
      people.length > 0
        ? judge.judge(
            group.prompt,
            people.map(({ text }) => text),
          )
        : [];
    const kept = people.flatMap(({ text, source }, i): Response[] => {
      const known = scored[i];
      return known ? [{ text, source, score: known.score }] : [];
    });
    if (written.length === 0 || kept.length + written.length < 2) continue;
    const { id, prompt, row } = group;
    const made: Group = { id, prompt, row, responses: [...kept, ...written] };
    groups[index] = corruptGroup(made, index, spec.data.corruption, noise);
    train.push(index);
  }
  const sources = [...dataset.sources, POLICY_SOURCE];
  const next = { ...dataset, sources, groups };
  const {
    groups: encoded,
    promptsCut,
    responsesCut,
  } = encodeGroups(groups, start.tokenizer, spec.data.maxTokens);
  const units = unitsOf(next, train, lossById(spec.train.loss).family);
  return { ...start, dataset: next, train, units, encoded, promptsCut, responsesCut };
}
