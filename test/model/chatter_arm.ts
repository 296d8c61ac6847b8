/** Trains a slot-table policy on Chatter groups as published: Adam 0.05, 200 steps of 64 groups, h divided by its mean. */
import { stream } from "../../src/base/random.ts";
import type { Group } from "../../src/data/dataset.ts";
import { parseAnswer, topicOfPrompt } from "../../src/data/worlds/chatter_grammar.ts";
import { CHATTER_TABLE_STARTS, choicesOf } from "../../src/data/worlds/chatter_policy_space.ts";
import { adam64 } from "../../src/model/adam64.ts";
import { tableBackward, tableLogProb, tableLogProbs } from "../../src/model/table_policy.ts";
import { lossById } from "../../src/objective/losses/index.ts";
import { NO_CONTEXT, resolveLossParams } from "../../src/objective/losses/loss.ts";
import { strategyById } from "../../src/objective/strategies/index.ts";
import { resolveStrategyParams } from "../../src/objective/strategies/strategy.ts";

export interface ChatterArm {
  readonly strategy: string;
  readonly lam?: number;
  readonly loss: string;
  readonly lossParams?: Record<string, number>;
  readonly steps?: number;
}

/** Changes `logits` in place. Pairwise losses are averaged over all pairs of a group. */
export function trainChatter(
  logits: Float64Array,
  reference: Float64Array,
  groups: readonly Group[],
  h: readonly number[],
  arm: ChatterArm,
  seed: number,
): void {
  const strategy = strategyById(arm.strategy);
  const settings = resolveStrategyParams(strategy, "lam" in strategy.params ? { lam: arm.lam ?? 1 } : {});
  const loss = lossById(arm.loss);
  const lossSettings = resolveLossParams(loss, arm.lossParams ?? {});
  const policy = { starts: CHATTER_TABLE_STARTS, logits };
  const referenceLogProbs = tableLogProbs({ starts: CHATTER_TABLE_STARTS, logits: reference });
  const encoded = groups.map((group) => {
    const topic = topicOfPrompt(group.prompt);
    const choices = group.responses.map((response) => choicesOf(parseAnswer(response.text, topic)!, topic));
    return {
      choices,
      refLogps: choices.map((list) => tableLogProb(referenceLogProbs, list)),
      lengths: group.responses.map((response) => response.text.split(" ").length + 1),
      scores: group.responses.map((response) => response.score!),
    };
  });
  const meanH = h.reduce((sum, value) => sum + value, 0) / h.length;
  const optimiser = adam64(logits.length, 0.05);
  const draws = stream(seed, "test/chatter-batches");
  for (let step = 0; step < (arm.steps ?? 200); step++) {
    const batch = Array.from({ length: 64 }, () => draws.below(groups.length));
    const logProbs = tableLogProbs(policy);
    const results = batch.map((g) => {
      const group = encoded[g]!;
      const input = { ...group, logps: group.choices.map((list) => tableLogProb(logProbs, list)) };
      if (loss.family === "listwise") return loss.evaluate(input, lossSettings, NO_CONTEXT);
      return averageOverPairs(input, (pair) => loss.evaluate(pair, lossSettings, NO_CONTEXT));
    });
    const { gradient } = strategy.evaluate(
      { losses: results.map((result) => result.loss), h: batch.map((g) => h[g]! / meanH) },
      settings,
    );
    const coefficients = results.flatMap((result, i) => result.gradient.map((slope) => gradient[i]! * slope));
    const responses = batch.flatMap((g) => encoded[g]!.choices);
    optimiser.step(logits, tableBackward(policy, logProbs, responses, coefficients));
  }
}

interface Lists {
  readonly logps: readonly number[];
  readonly refLogps: readonly number[];
  readonly lengths: readonly number[];
  readonly scores: readonly number[];
}

function averageOverPairs(
  group: Lists,
  evaluate: (pair: Lists) => { readonly loss: number; readonly gradient: readonly number[] },
) {
  const order = group.scores.map((_, k) => k).sort((a, b) => group.scores[b]! - group.scores[a]!);
  const gradient = group.scores.map(() => 0);
  let loss = 0;
  let pairs = 0;
  for (let a = 0; a < order.length; a++) {
    for (let b = a + 1; b < order.length; b++) {
      const both = [order[a]!, order[b]!];
      const pick = (values: readonly number[]) => both.map((k) => values[k]!);
      const result = evaluate({
        logps: pick(group.logps),
        refLogps: pick(group.refLogps),
        lengths: pick(group.lengths),
        scores: pick(group.scores),
      });
      loss += result.loss;
      both.forEach((k, side) => {
        gradient[k]! += result.gradient[side]!;
      });
      pairs++;
    }
  }
  return { loss: loss / pairs, gradient: gradient.map((slope) => slope / pairs) };
}
