import { mean } from "../base/statistics.ts";
import { difference, metric, sideOf } from "./claim.ts";
import { type Lesson, plane } from "./lesson.ts";
import { PEOPLE, PLAIN, SCARCE } from "./settings.ts";

const CLEAN = { temperature: 0.2 };
const flips = { ...PEOPLE, "data.corruption": 0.2, "train.lambda": 0.1 };
const dro = { changes: flips, strategies: PLAIN, extras: CLEAN };
const optimist = { changes: flips, strategies: [...PLAIN, "drdpo"], extras: CLEAN };
const majority = { changes: SCARCE, strategies: ["erm", "drdpo"] };

export const noise: Lesson = {
  id: "noise",
  title: "Wrong labels",
  summary:
    "A pessimist believes the pairs that do not fit, an optimist those that do. Who is right depends on the majority.",
  steps: [
    {
      id: "feeding",
      title: "What a pessimist eats",
      words: [
        "All pairs are human and nearly clean, then one label in five is turned round. {kl_dro} puts its weight on pairs with a large loss. After a while the policy knows which of two points is better. Which pairs still have a large loss then?",
      ],
      scene: { ...dro, timeline: "rew" },
      controls: ["noise", "lambda"],
      points: ["noise", "lambda"],
      question: {
        kind: "shares",
        ask: "One pair in five has a wrong label. Which share of DRO’s weight do they get, at λ 0.1?",
        parts: [
          { key: "x", name: "wrong labels" },
          { key: "h", name: "right labels" },
        ],
        measure: { kind: "plane", arms: [dro], seeds: 5 },
        shares: plane((run) => [run[0]![1]!.flippedWeight, 1 - run[0]![1]!.flippedWeight]),
        claims: [
          {
            says: "Wrong labels get more of DRO’s weight than of ERM’s.",
            quantity: "Weight on wrong labels, DRO − ERM",
            unit: "share",
            values: difference("flippedWeight", [0, 1], [0, 0]),
            expects: { kind: "above", than: 0.05 },
          },
          {
            says: "DRO ends with less human reward.",
            quantity: "DRO − ERM, human reward",
            unit: "reward",
            values: difference("rew", [0, 1], [0, 0]),
            expects: { kind: "below", than: 0 },
          },
          {
            says: "Its direction hardly suffers: less than 0.2.",
            quantity: "DRO − ERM, at equal distance",
            unit: "reward",
            values: difference("rewK", [0, 1], [0, 0]),
            expects: { kind: "within", than: 0.2 },
          },
        ],
        reveal: [
          "“DRO protects against noise” is the reverse of what happens: it feeds on wrong labels. But read both scores. Their pull cancels out in direction; what is lost is *confidence*. The policy stays timid, near the reference.",
        ],
      },
    },
    {
      id: "the-optimist",
      title: "The optimist",
      words: [
        "{drdpo} turns the sign round: pairs that already fit pull harder, pairs that do not are doubted. With 20 % wrong labels that is a good bet.",
      ],
      scene: optimist,
      controls: ["noise"],
      points: ["noise"],
      question: {
        kind: "choice",
        ask: "One label in five is wrong. Which ends with the highest human reward?",
        options: ["ERM", "DRO", "Dr.DPO"],
        measure: { kind: "plane", arms: [optimist], seeds: 5 },
        answer: plural((means) => means.indexOf(Math.max(...means))),
        claims: [
          {
            says: "Dr.DPO gives wrong labels less weight than ERM does.",
            quantity: "Weight on wrong labels, Dr.DPO − ERM",
            unit: "share",
            values: difference("flippedWeight", [0, 2], [0, 0]),
            expects: { kind: "below", than: 0 },
          },
          {
            says: "And ends with more human reward.",
            quantity: "Dr.DPO − ERM, human reward",
            unit: "reward",
            values: difference("rew", [0, 2], [0, 0]),
            expects: { kind: "above", than: 0 },
          },
        ],
        reveal: ["Doubting what does not fit works, as long as the majority is right. When is it not?"],
      },
    },
    {
      id: "the-majority",
      title: "When the majority is wrong",
      words: [
        "Back to one human pair in ten. Most pairs follow {A|source A}’s judge. Nothing is noisy about him: he is consistent, and he is not people.",
      ],
      scene: majority,
      controls: ["share"],
      points: ["share"],
      question: {
        kind: "choice",
        ask: "Against ERM, the human reward under Dr.DPO ends",
        options: ["higher again", "lower", "neither: it cannot be told"],
        measure: { kind: "plane", arms: [majority], seeds: 16 },
        answer: (runs) => sideOf(difference("rew", [0, 1], [0, 0])(runs)),
        claims: [
          {
            says: "Dr.DPO ends lower than ERM.",
            quantity: "Dr.DPO − ERM, human reward",
            unit: "reward",
            values: difference("rew", [0, 1], [0, 0]),
            expects: { kind: "below", than: 0 },
          },
        ],
        reveal: [
          "The optimist believes what most pairs say. When most pairs come from somebody else, people’s own pairs are what “does not fit”, and they are the ones it doubts. Whether your wrong labels are a minority is not in the losses; you have to know it.",
        ],
      },
    },
  ],
};

/** An answer from the mean human reward of each strategy. */
function plural(pick: (means: readonly number[]) => number) {
  return (runs: Parameters<ReturnType<typeof metric>>[0]): number => {
    return pick([0, 1, 2].map((s) => mean(metric("rew", [0, s])(runs))));
  };
}
