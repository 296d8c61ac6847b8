import { describe, expect, test } from "vitest";
import { stream } from "../../src/base/random.ts";
import { chatterGroups, chatterWorld } from "../../src/data/worlds/chatter.ts";
import { parseAnswer, topicOfPrompt } from "../../src/data/worlds/chatter_grammar.ts";
import type { ChatterOptions } from "../../src/data/worlds/chatter_options.ts";
import {
  CHATTER_KL,
  CHATTER_TABLE_STARTS,
  choicesOf,
  evaluateChatterPolicy,
  humanPolicyLogits,
  policyTable,
} from "../../src/data/worlds/chatter_policy_space.ts";
import {
  type ChatterSources,
  sampleAnswer,
  sourceTables,
  sumOver,
} from "../../src/data/worlds/chatter_sources.ts";
import { HUMAN_REWARD } from "../../src/data/worlds/chatter_tables.ts";
import { chatterTruth } from "../../src/data/worlds/chatter_truth.ts";
import { rewardFromReference } from "../../src/data/worlds/matched_kl.ts";
import type { GroupReduction } from "../../src/data/worlds/true_ratio.ts";
import { tableBackward, tableLogProb, tableLogProbs } from "../../src/model/table_policy.ts";
import { type ChatterArm, trainChatter } from "./chatter_arm.ts";

const mean = (xs: readonly number[]) => xs.reduce((sum, x) => sum + x, 0) / xs.length;

/** Human logits moved in an arbitrary direction. */
function moved(size: number): Float64Array {
  return humanPolicyLogits().map((logit, i) => logit + size * Math.sin(1.7 * i));
}

describe("slot-table policy", () => {
  test("has 210 logits; as the human source it gives a response the source's probability", () => {
    const logits = humanPolicyLogits();
    expect(logits).toHaveLength(210);
    const logProbs = tableLogProbs({ starts: CHATTER_TABLE_STARTS, logits });
    const truth = chatterTruth();
    for (const group of chatterWorld({ groups: 30 }).groups) {
      const topic = topicOfPrompt(group.prompt);
      for (const { text } of group.responses) {
        const own = tableLogProb(logProbs, choicesOf(parseAnswer(text, topic)!, topic));
        expect(own).toBeCloseTo(truth.score(group.prompt, text)!.logDensities[0]!, 10);
      }
    }
  });

  test("gradients equal finite differences", () => {
    const policy = { starts: CHATTER_TABLE_STARTS, logits: moved(0.5) };
    const groups = chatterWorld({ groups: 3 }).groups;
    const responses = groups.flatMap(({ prompt, responses: list }) => {
      const topic = topicOfPrompt(prompt);
      return list.map(({ text }) => choicesOf(parseAnswer(text, topic)!, topic));
    });
    const c = responses.map((_, r) => Math.cos(r));
    const value = () => {
      const logProbs = tableLogProbs(policy);
      return responses.reduce((sum, choices, r) => sum + c[r]! * tableLogProb(logProbs, choices), 0);
    };
    const gradient = tableBackward(policy, tableLogProbs(policy), responses, c);
    for (let i = 0; i < policy.logits.length; i += 3) {
      const kept = policy.logits[i]!;
      policy.logits[i] = kept + 1e-5;
      const above = value();
      policy.logits[i] = kept - 1e-5;
      const below = value();
      policy.logits[i] = kept;
      expect(gradient[i]).toBeCloseTo((above - below) / 2e-5, 6);
    }
  });
});

describe("metrics", () => {
  const reference = humanPolicyLogits();

  test("the reference has reward .197, no KL and no direction", () => {
    const outcome = evaluateChatterPolicy(reference, reference);
    expect(outcome.rew).toBeCloseTo(0.197, 3);
    expect(outcome.rewK).toBeCloseTo(0.197, 3);
    expect(outcome.kl).toBeCloseTo(0, 10);
  });

  test("rewK ignores distance: rescaled policies agree, and it equals rew at the matched KL", () => {
    const step = (size: number) => evaluateChatterPolicy(moved(size), reference);
    let [low, high] = [0, 4];
    for (let i = 0; i < 40; i++) {
      const middle = (low + high) / 2;
      if (step(middle).kl < CHATTER_KL) low = middle;
      else high = middle;
    }
    const there = step(low);
    expect(there.kl).toBeCloseTo(CHATTER_KL, 6);
    expect(there.rewK).toBeCloseTo(there.rew, 4);
  });

  test("samples of the reference give the exact numbers within their error", () => {
    const logits = moved(0.35);
    const exact = evaluateChatterPolicy(logits, reference);
    const [human] = sourceTables(1);
    const draws = stream(3, "test/samples");
    const tables = Array.from({ length: 10 }, (_, topic) => policyTable(logits, topic));
    const samples = Array.from({ length: 20_000 }, (_, i) => {
      const answer = sampleAnswer(human!, () => draws.uniform());
      const logRatio = sumOver(answer, tables[i % 10]!) - sumOver(answer, human!);
      return { logRatio, reward: sumOver(answer, HUMAN_REWARD) };
    });
    const estimate = rewardFromReference(
      samples.map(({ logRatio }) => logRatio),
      samples.map(({ reward }) => reward),
      exact.kl,
    );
    expect(estimate.kl).toBeCloseTo(exact.kl, 1);
    expect(estimate.rew).toBeCloseTo(exact.rew, 0.8);
    expect(estimate.rewK).toBeCloseTo(estimate.rew, 1);
    expect(estimate.effective).toBeGreaterThan(500);
  });
});

describe("the ablation in miniature (shift 1, signs, few seeds)", { timeout: 60_000 }, () => {
  const reference = humanPolicyLogits();
  const results = new Map<string, number>();

  /** Mean rewK over two seeds; each arm is trained once. */
  function rewK(arm: ChatterArm, reduction: GroupReduction = "joint", corruption = 0): number {
    const key = JSON.stringify([arm, reduction, corruption]);
    if (!results.has(key)) {
      const runs = [0, 1].map((seed) => {
        const options = { seed, shift: 1, groups: 600, corruption };
        const truth = chatterTruth(options);
        const { groups } = chatterWorld(options);
        const h = groups.map((group) => Math.exp(truth.groupLogRatio(group, reduction)));
        const logits = reference.slice();
        trainChatter(logits, reference, groups, h, arm, seed);
        return evaluateChatterPolicy(logits, reference).rewK;
      });
      results.set(key, mean(runs));
    }
    return results.get(key)!;
  }

  const listwise = (strategy: string, lam?: number): ChatterArm => ({
    strategy,
    loss: "dpo_pl",
    lossParams: { beta: 0.5 },
    ...(lam !== undefined && { lam }),
  });

  test("unweighted training and KL-DRO end below the reference, exact weights far above", () => {
    expect(rewK(listwise("erm"))).toBeLessThan(0);
    expect(rewK(listwise("kl_dro"))).toBeLessThan(0.1);
    expect(rewK(listwise("reweight"))).toBeGreaterThan(1.3);
    expect(rewK(listwise("drdpo"))).toBeLessThan(0);
  });

  test("DoRA inside beats reweighting with the flat ratio and not with the joint one", () => {
    expect(rewK(listwise("dora_inside"), "mean")).toBeGreaterThan(rewK(listwise("reweight"), "mean") + 0.03);
    expect(rewK(listwise("dora_inside"))).toBeLessThan(rewK(listwise("reweight")) + 0.02);
  });

  test("the control that sees no losses does at least as well as DoRA inside", () => {
    expect(rewK(listwise("sharp"), "mean")).toBeGreaterThan(rewK(listwise("dora_inside"), "mean"));
  });

  test("corruption lowers what weights can reach, and they still help", () => {
    expect(rewK(listwise("reweight"), "joint", 0.4)).toBeLessThan(rewK(listwise("reweight")));
    expect(rewK(listwise("reweight"), "joint", 0.4)).toBeGreaterThan(
      rewK(listwise("erm"), "joint", 0.4) + 0.5,
    );
  });
});

describe("self-training", { timeout: 60_000 }, () => {
  /** Human reward after each round in which the policy writes the synthetic groups. */
  function rounds(arm: "erm" | "kept" | "fresh", alpha: number): number[] {
    const reference = humanPolicyLogits();
    const logits = reference.slice();
    const human = sourceTables(0)[0]!;
    const start = sourceTables(0.25)[1]!;
    const first: ChatterSources = () => [human, start, start];
    let current = first;
    return [0, 1, 2].map((round) => {
      const options: Partial<ChatterOptions> = {
        seed: 40 + round,
        groups: 400,
        shares: [alpha, 1 - alpha, 0],
      };
      const groups = chatterGroups(options, current);
      const truth = chatterTruth(options, arm === "kept" ? first : current);
      const h = groups.map((group) => (arm === "erm" ? 1 : Math.exp(truth.groupLogRatio(group, "joint"))));
      const strategy = arm === "erm" ? "erm" : "reweight";
      trainChatter(
        logits,
        reference,
        groups,
        h,
        { strategy, loss: "dpo_pl", lossParams: { beta: 0.5 }, steps: 60 },
        round,
      );
      const now = Array.from({ length: 10 }, (_, topic) => policyTable(logits, topic));
      current = (topic) => [human, now[topic]!, now[topic]!];
      return evaluateChatterPolicy(logits, reference).rew;
    });
  }

  test("unweighted training drifts further each round; a ratio estimated anew each round turns it round", () => {
    const drifting = rounds("erm", 0.3);
    expect(drifting[0]).toBeLessThan(0);
    expect(drifting[2]).toBeLessThan(drifting[0]! - 0.5);
    const fresh = rounds("fresh", 0.3);
    expect(fresh[2]).toBeGreaterThan(1.2);
    expect(fresh[2]).toBeGreaterThan(rounds("kept", 0.3)[2]! + 0.5);
  });
});
