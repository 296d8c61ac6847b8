import { describe, expect, test } from "vitest";
import { chatterHash, chatterWorld } from "../../../src/data/worlds/chatter.ts";
import { chatterPrompts } from "../../../src/data/worlds/chatter_grammar.ts";
import { CHATTER_SHARES, type ChatterOptions } from "../../../src/data/worlds/chatter_options.ts";
import { expectedSum, sourceTables } from "../../../src/data/worlds/chatter_sources.ts";
import { HUMAN_REWARD } from "../../../src/data/worlds/chatter_tables.ts";
import { type ChatterScore, chatterTruth } from "../../../src/data/worlds/chatter_truth.ts";
import { chatterVocabulary } from "../../../src/data/worlds/chatter_words.ts";

const mean = (xs: readonly number[]) => xs.reduce((sum, x) => sum + x, 0) / xs.length;
const sd = (xs: readonly number[]) => Math.sqrt(mean(xs.map((x) => (x - mean(xs)) ** 2)));
const correlation = (xs: readonly number[], ys: readonly number[]) =>
  (mean(xs.map((x, i) => x * ys[i]!)) - mean(xs) * mean(ys)) / (sd(xs) * sd(ys));

function auc(positive: readonly number[], negative: readonly number[]): number {
  const all = [...positive.map((x) => [x, 1]), ...negative.map((x) => [x, 0])].sort((a, b) => a[0]! - b[0]!);
  let rank = 0;
  for (let i = 0; i < all.length; i++) if (all[i]![1] === 1) rank += i + 1;
  const n = positive.length;
  return (rank - (n * (n + 1)) / 2) / (n * negative.length);
}

/** Every response of a world with its exact scores, by source. */
function scored(options: Partial<ChatterOptions>) {
  const truth = chatterTruth(options);
  const bySource: (ChatterScore & { text: string })[][] = [[], [], []];
  let failures = 0;
  for (const group of chatterWorld(options).groups) {
    group.responses.forEach((response, k) => {
      const known = truth.score(group.prompt, response.text);
      if (!known || Math.abs(known.logRatio - group.trueLogRatio![k]!) > 1e-12) failures++;
      else bySource[response.source]!.push({ ...known, text: response.text });
    });
  }
  return { bySource, failures };
}

/** Words and marks, and the end of the text. */
const tokens = (text: string) => text.split(" ").length + 1;

describe("Chatter", { timeout: 30_000 }, () => {
  test("speaks 258 words and marks, and asks 50 questions", () => {
    expect(chatterVocabulary()).toHaveLength(258);
    expect(new Set(chatterPrompts()).size).toBe(50);
    const known = new Set(chatterVocabulary());
    for (const group of chatterWorld({ groups: 300 }).groups) {
      for (const text of [group.prompt, ...group.responses.map((response) => response.text)]) {
        expect(text.split(" ").filter((word) => !known.has(word))).toEqual([]);
      }
    }
  });

  test.each([
    { shift: 0.25, aucs: [0.73, 0.76], lengths: [24.6, 28.7, 20.6], ess: 0.85 },
    { shift: 0.5, aucs: [0.89, 0.91], lengths: [24.6, 32.6, 17.0], ess: 0.58 },
    { shift: 1, aucs: [0.99, 0.99], lengths: [24.6, 39.4, 12.4], ess: 0.35 },
  ])(
    "at shift $shift the sources separate and differ in length as published",
    ({ shift, aucs, lengths, ess }) => {
      const options = { shift, groups: 3000, seed: 5, shares: [0.4, 0.3, 0.3] as const };
      const { bySource, failures } = scored(options);
      expect(failures).toBe(0);
      for (const k of [1, 2]) {
        const margin = ({ logDensities }: ChatterScore) => logDensities[0]! - logDensities[k]!;
        expect(auc(bySource[0]!.map(margin), bySource[k]!.map(margin))).toBeCloseTo(aucs[k - 1]!, 1.5);
      }
      bySource.forEach((list, k) => {
        expect(mean(list.map(({ text }) => tokens(text)))).toBeCloseTo(lengths[k]!, 0.2);
      });

      const h = scored({ shift, groups: 5000, seed: 6 })
        .bySource.flat()
        .map(({ logRatio }) => Math.exp(logRatio));
      expect(mean(h)).toBeCloseTo(1, 1.2);
      expect(Math.max(...h)).toBeLessThanOrEqual(1 / 0.3 + 1e-9);
      expect(mean(h) ** 2 / mean(h.map((x) => x * x))).toBeCloseTo(ess, 1.5);
    },
  );

  test("human and annotator disagree on human text", () => {
    const human = scored({ groups: 4000, shift: 0 }).bySource[0]!;
    const liked = human.map(({ humanReward }) => humanReward);
    const scoredByAnnotator = human.map(({ annotatorReward }) => annotatorReward);
    expect(correlation(liked, scoredByAnnotator)).toBeCloseTo(-0.3, 1.2);
    expect(sd(liked)).toBeCloseTo(1.16, 1.2);
    expect(sd(scoredByAnnotator)).toBeCloseTo(1.02, 1.2);
    expect(expectedSum(sourceTables(1)[0]!, HUMAN_REWARD)).toBeCloseTo(0.197, 3);
    expect(mean(liked)).toBeCloseTo(0.197, 1);
  });

  test("pairs are Bradley-Terry in the judge's reward, and corruption mixes in coin flips", () => {
    const agreement = (options: Partial<ChatterOptions>, reward: "humanReward" | "annotatorReward") => {
      const truth = chatterTruth(options);
      let expected = 0;
      let seen = 0;
      let pairs = 0;
      for (const group of chatterWorld({ ...options, responses: 2, groups: 6000 }).groups) {
        const [a, b] = group.responses.map((response) => truth.score(group.prompt, response.text)![reward]);
        const higher = a! >= b! ? 0 : 1;
        expected += 1 / (1 + Math.exp(-Math.abs(a! - b!)));
        if (group.responses[higher]!.score! > group.responses[1 - higher]!.score!) seen++;
        pairs++;
      }
      return { seen: seen / pairs, expected: expected / pairs };
    };
    const honest = agreement({ shares: [1, 0, 0] }, "humanReward");
    expect(honest.seen).toBeCloseTo(honest.expected, 1.5);
    const biased = agreement({ shares: [1e-9, 1 - 1e-9, 0] }, "annotatorReward");
    expect(biased.seen).toBeCloseTo(biased.expected, 1.5);
    const fair = agreement({ shares: [1e-9, 1 - 1e-9, 0], kappa: 0 }, "humanReward");
    expect(fair.seen).toBeCloseTo(fair.expected, 1.5);
    const corrupted = agreement({ shares: [1, 0, 0], corruption: 0.6 }, "humanReward");
    expect(corrupted.seen).toBeCloseTo(0.4 * honest.expected + 0.6 * 0.5, 1.5);
  });

  test("shares are met, and lists hold one source unless mixed", () => {
    const counts = (lists: ChatterOptions["lists"]) => {
      const { groups } = chatterWorld({ lists, groups: 4000, shares: CHATTER_SHARES.scarce });
      const sources = groups.map((group) => group.responses.map((response) => response.source));
      const share = [0, 1, 2].map((k) => mean(sources.flat().map((source) => (source === k ? 1 : 0))));
      return { share, single: mean(sources.map((list) => (new Set(list).size === 1 ? 1 : 0))) };
    };
    for (const lists of ["one-source", "mixed"] as const) {
      const { share, single } = counts(lists);
      share.forEach((value, k) => {
        expect(value).toBeCloseTo(CHATTER_SHARES.scarce[k]!, 1.5);
      });
      expect(single).toBeCloseTo(lists === "mixed" ? 0.1 ** 4 + 0.7 ** 4 + 0.2 ** 4 : 1, 1.5);
    }
  });

  test("is a pure function of its options, and a longer world starts with the shorter one", () => {
    const short = chatterWorld({ seed: 9, groups: 20 });
    expect(chatterWorld({ seed: 9, groups: 20 })).toEqual(short);
    expect(chatterWorld({ seed: 9, groups: 50 }).groups.slice(0, 20)).toEqual(short.groups);
    expect(chatterWorld({ seed: 10, groups: 20 }).groups).not.toEqual(short.groups);
    expect(chatterHash({ seed: 9, groups: 20 })).toBe(short.hash);
    expect(chatterHash({ seed: 9, groups: 21 })).not.toBe(short.hash);
  });

  test("text outside the grammar has no score", () => {
    const truth = chatterTruth();
    const prompt = "what helps with tea";
    const good = "hi there , so warm the pot slowly . good luck .";
    expect(truth.score(prompt, good)).not.toBeNull();
    for (const [asked, text] of [
      ["what helps with soup", good],
      ["who helps with tea", good],
      [prompt, ""],
      [prompt, "hi there , good luck ."],
      [prompt, "so warm the pot slowly"],
      [prompt, "so warm the pot slowly . good luck"],
      [prompt, Array(7).fill("so warm the pot slowly .").join(" ")],
    ]) {
      expect(truth.score(asked!, text!)).toBeNull();
    }
  });

  test("a group's ratio: joint for one source, product for independent draws, mean between", () => {
    const options = { shift: 0.5, groups: 4000, seed: 3 };
    const truth = chatterTruth(options);
    const { groups } = chatterWorld(options);
    const average = (reduction: "joint" | "mean" | "prod", list = groups) =>
      mean(list.map((group) => Math.exp(truth.groupLogRatio(group, reduction))));
    expect(average("joint")).toBeCloseTo(1, 1);
    expect(average("mean")).toBeCloseTo(1, 1.2);
    const group = groups[0]!;
    const logs = group.trueLogRatio!;
    expect(truth.groupLogRatio(group, "prod")).toBeCloseTo(
      logs.reduce((a, b) => a + b, 0),
      10,
    );
    expect(truth.groupLogRatio(group, "mean")).toBeCloseTo(Math.log(mean(logs.map(Math.exp))), 10);
  });

  test.each([
    ["shares", { shares: [0.5, 0.5, 0.5] }],
    ["shares", { shares: [0, 0.5, 0.5] }],
    ["responses", { responses: 1 }],
    ["corruption", { corruption: 1.5 }],
    ["kappa", { kappa: -1 }],
    ["groups", { groups: 0.5 }],
  ] as [string, Partial<ChatterOptions>][])("refuses a wrong %s by name", (setting, options) => {
    expect(() => chatterWorld(options)).toThrow(new RegExp(setting));
  });
});
