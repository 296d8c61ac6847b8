import { mean } from "../base/statistics.ts";
import type { TableArm } from "../experiment/online/table_rounds.ts";
import { type Lesson, rounds } from "./lesson.ts";

/** Arms of the figure, in its order. */
const ARMS: readonly TableArm[] = [
  { strategy: "erm", ratio: "fresh" },
  { strategy: "reweight", ratio: "kept" },
  { strategy: "reweight", ratio: "fresh" },
];
const LAST = 3;
const setting = { arms: ARMS, shareTarget: 0.3, rounds: LAST };
const reward = (arm: number, round: number) => rounds((run) => run[arm]![round]!.reward);
const flattery = (round: number) => rounds((run) => run[0]![round]!.flattery);
const still = { changes: {}, strategies: ["erm"] };

export const drift: Lesson = {
  id: "drift",
  title: "Training on its own words",
  summary:
    "A policy that writes its own training data drifts with its judge. A ratio taken anew each round holds it.",
  steps: [
    {
      id: "own-words",
      title: "Round after round",
      words: [
        "In self-training the policy writes the next round’s responses, a judge compares them, and training goes on. This lesson uses Chatter, a small world of text where every probability and every reward is known exactly: answers to “how do I improve my bread?” in a grammar of openers, sentences and closers.",
        "In each round three groups in ten are fresh from people. The policy writes the rest, and a biased judge scores those: it likes long answers, flattery and words like *moreover*.",
      ],
      scene: still,
      figure: "rounds",
      controls: [],
      points: [],
      question: {
        kind: "choice",
        ask: "Without weights, what happens to the human reward over three rounds?",
        options: ["It rises: people’s groups keep it in line", "It falls below where it began", "It stays"],
        measure: { kind: "rounds", setting, seeds: 4 },
        answer: (runs) => {
          const change = mean(runs.map(reward(0, LAST))) - mean(runs.map(reward(0, 0)));
          return change > 0.2 ? 0 : change < -0.2 ? 1 : 2;
        },
        claims: [
          {
            says: "After three rounds of ERM people like the answers less than at the start.",
            quantity: "ERM after round 3 − start, human reward",
            unit: "reward",
            values: (runs) => runs.map((run) => reward(0, LAST)(run) - reward(0, 0)(run)),
            expects: { kind: "below", than: -0.3 },
          },
          {
            says: "More answers open with flattery or an offer of help.",
            quantity: "Flattering openers, after round 3 − start",
            unit: "share",
            values: (runs) => runs.map((run) => flattery(LAST)(run) - flattery(0)(run)),
            expects: { kind: "above", than: 0 },
          },
        ],
        reveal: [
          "Read the samples under the chart; they are single draws, the numbers beside them are exact. The policy is optimising what it was asked to: the judge’s taste.",
        ],
      },
    },
    {
      id: "anew",
      title: "A ratio that grows old",
      words: [
        "{reweight} needs a ratio of people to *whoever wrote the data*. That was the policy of the first round. In the third round another policy writes.",
        "The figure shows both: the ratio of round 1 kept, and the ratio taken anew in each round.",
      ],
      scene: still,
      figure: "rounds",
      controls: [],
      points: [],
      question: {
        kind: "choice",
        ask: "After three rounds, which ends higher?",
        options: ["The ratio of round 1, kept", "The ratio taken anew", "They cannot be told apart"],
        measure: { kind: "rounds", setting, seeds: 4 },
        answer: (runs) => {
          const gap = mean(runs.map((run) => reward(2, LAST)(run) - reward(1, LAST)(run)));
          return gap > 0.2 ? 1 : gap < -0.2 ? 0 : 2;
        },
        claims: [
          {
            says: "Taken anew, the ratio ends higher.",
            quantity: "Anew − kept, after round 3, human reward",
            unit: "reward",
            values: (runs) => runs.map((run) => reward(2, LAST)(run) - reward(1, LAST)(run)),
            expects: { kind: "above", than: 0.3 },
          },
          {
            says: "And above where it began.",
            quantity: "Anew after round 3 − start, human reward",
            unit: "reward",
            values: (runs) => runs.map((run) => reward(2, LAST)(run) - reward(2, 0)(run)),
            expects: { kind: "above", than: 0.3 },
          },
        ],
        reveal: [
          "It even becomes easier. As the policy moves away from how people write, its answers are told apart with less doubt, and the weights come closer to “people’s groups only”. The price is in the effective sample size: it falls to the share of people.",
          "The ratio here is exact. With a fitted classifier, use the self-training preset under [Sweeps](#/sweeps) and look at h per round.",
        ],
      },
    },
  ],
};
