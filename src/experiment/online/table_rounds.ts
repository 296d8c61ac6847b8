/**
 * Self-training in the smallest world of text: a slot-table policy of Chatter writes the synthetic groups of each round, the
 * biased annotator scores them, fresh human groups come in at a fixed share, and training goes on. Densities are exact, so
 * the ratio can be taken anew in each round without a classifier. The transformer's rounds are in self_training.ts.
 */
import { nextTask } from "../../base/pause.ts";
import { stream } from "../../base/random.ts";
import type { Group } from "../../data/dataset.ts";
import { chatterGroups } from "../../data/worlds/chatter.ts";
import { parseAnswer, topicOfPrompt } from "../../data/worlds/chatter_grammar.ts";
import {
  CHATTER_TABLE_STARTS,
  choicesOf,
  evaluateChatterPolicy,
  policyTable,
  polishedPolicyLogits,
} from "../../data/worlds/chatter_policy_space.ts";
import { type ChatterSources, expectedSentences, sourceTables } from "../../data/worlds/chatter_sources.ts";
import type { SlotTable } from "../../data/worlds/chatter_tables.ts";
import { chatterTruth } from "../../data/worlds/chatter_truth.ts";
import { TOPICS } from "../../data/worlds/chatter_words.ts";
import { adam64 } from "../../model/adam64.ts";
import { tableBackward, tableLogProb, tableLogProbs } from "../../model/table_policy.ts";
import { lossById } from "../../objective/losses/index.ts";
import { NO_CONTEXT, resolveLossParams } from "../../objective/losses/loss.ts";
import { effectiveShare } from "../../objective/reduction.ts";
import { strategyById } from "../../objective/strategies/index.ts";
import { resolveStrategyParams } from "../../objective/strategies/strategy.ts";

/** How one way of training weighs the groups. */
export interface TableArm {
  /** Id of the registry; λ is 1 where there is one. */
  readonly strategy: string;
  /** Whether the ratio of the first round is kept, or taken anew from what the policy writes now; erm and DRO read none. */
  readonly ratio: "kept" | "fresh";
}

export interface TableRoundsSetting {
  readonly arms: readonly TableArm[];
  /** α: share of groups that people write in each round. */
  readonly shareTarget: number;
  readonly rounds: number;
}

/** What one round left behind. */
export interface TableRound {
  /** Exact expected human reward of the policy. */
  readonly reward: number;
  /** Effective sample size of the round's ratios, from 0 to 1. */
  readonly ess: number;
  /** Probability of an opener that flatters or offers help; the judge likes those, people do not. */
  readonly flattery: number;
  /** Expected number of sentences. */
  readonly sentences: number;
  /** One response that the policy writes now, to a fixed prompt. */
  readonly sample: string;
}

/** [arm][round], round 0 being the start. */
export type TableRounds = readonly (readonly TableRound[])[];

/** 200 groups of four and 60 Adam steps of 64 groups a round at 0.05, DPO-PL with beta 0.5. */
const GROUPS = 200;
const STEPS = 60;
const BATCH = 64;
const RATE = 0.05;
const START_SHIFT = 0.25;
const SLICE = 3;
/** Openers from this one on flatter or offer help ("great question !" and after). */
const FLATTERY = 4;

/**
 * All rounds of one seed. Everything follows from setting and seed.
 * @param signal ends it early with what is done
 */
export async function tableRounds(
  { arms, shareTarget, rounds }: TableRoundsSetting,
  seed: number,
  signal?: AbortSignal,
): Promise<TableRounds> {
  const done: TableRound[][] = [];
  for (const arm of arms) {
    const logits = polishedPolicyLogits(START_SHIFT);
    const reference = logits.slice();
    const told: TableRound[] = [roundOf(logits, reference, 1, seed)];
    const first = sourcesOf(logits);
    for (let round = 0; round < rounds; round++) {
      const now = sourcesOf(logits);
      const options = {
        seed: 1000 * seed + round,
        groups: GROUPS,
        shares: [shareTarget, 1 - shareTarget, 0] as const,
      };
      const groups = chatterGroups(options, now);
      const truth = chatterTruth(options, arm.ratio === "kept" ? first : now);
      const h = groups.map((group) => Math.exp(truth.groupLogRatio(group, "joint")));
      await train(logits, reference, groups, h, arm.strategy, options.seed, signal);
      if (signal?.aborted) return done;
      told.push(roundOf(logits, reference, effectiveShare(h), seed));
    }
    done.push(told);
  }
  return done;
}

/** People, and the policy in the place of both synthetic sources. */
function sourcesOf(logits: Float64Array): ChatterSources {
  const human = sourceTables(0)[0]!;
  const frozen = logits.slice();
  const own = TOPICS.map((_, topic) => policyTable(frozen, topic));
  return (topic) => [human, own[topic]!, own[topic]!];
}

function roundOf(logits: Float64Array, reference: Float64Array, ess: number, seed: number): TableRound {
  const [group] = chatterGroups(
    { seed, groups: 1, responses: 2, shares: [0.01, 0.99, 0] },
    sourcesOf(logits),
  );
  const sample = group!.responses[0]!.text;
  const tables = TOPICS.map((_, topic) => policyTable(logits, topic));
  const mean = (of: (table: SlotTable) => number): number =>
    tables.reduce((sum, table) => sum + of(table), 0) / tables.length;
  return {
    reward: evaluateChatterPolicy(logits, reference).rew,
    ess,
    flattery: mean(({ open }) => open.slice(FLATTERY).reduce((sum, logProb) => sum + Math.exp(logProb), 0)),
    sentences: mean(expectedSentences),
    sample,
  };
}

async function train(
  logits: Float64Array,
  reference: Float64Array,
  groups: readonly Group[],
  h: readonly number[],
  id: string,
  seed: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const strategy = strategyById(id);
  const settings = resolveStrategyParams(strategy, "lam" in strategy.params ? { lam: 1 } : {});
  const loss = lossById("dpo_pl");
  const lossSettings = resolveLossParams(loss, { beta: 0.5 });
  const policy = { starts: CHATTER_TABLE_STARTS, logits };
  const referenceLogProbs = tableLogProbs({ starts: CHATTER_TABLE_STARTS, logits: reference });
  const encoded = groups.map(({ prompt, responses }) => {
    const topic = topicOfPrompt(prompt);
    const choices = responses.map(({ text }) => choicesOf(parseAnswer(text, topic)!, topic));
    return {
      choices,
      refLogps: choices.map((list) => tableLogProb(referenceLogProbs, list)),
      lengths: responses.map(({ text }) => text.split(" ").length + 1),
      scores: responses.map(({ score }) => score!),
    };
  });
  const meanH = h.reduce((sum, value) => sum + value, 0) / h.length;
  const optimiser = adam64(logits.length, RATE);
  const draws = stream(seed, "table-rounds/batches");
  for (let step = 0; step < STEPS; step++) {
    if (step % SLICE === 0) await nextTask();
    if (signal?.aborted) return;
    const batch = Array.from({ length: BATCH }, () => draws.below(groups.length));
    const logProbs = tableLogProbs(policy);
    const results = batch.map((g) => {
      const group = encoded[g]!;
      const logps = group.choices.map((list) => tableLogProb(logProbs, list));
      return loss.evaluate({ ...group, logps }, lossSettings, NO_CONTEXT);
    });
    const { gradient } = strategy.evaluate(
      { losses: results.map((result) => result.loss), h: batch.map((g) => h[g]! / meanH), meanH: 1 },
      settings,
    );
    const coefficients = results.flatMap((result, i) => result.gradient.map((slope) => gradient[i]! * slope));
    const responses = batch.flatMap((g) => encoded[g]!.choices);
    optimiser.step(logits, tableBackward(policy, logProbs, responses, coefficients));
  }
}
