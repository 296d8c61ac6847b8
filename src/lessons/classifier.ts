import { mean } from "../base/statistics.ts";
import { difference, sideOf, weightOn } from "./claim.ts";
import type { Lesson } from "./lesson.ts";
import { BOTH } from "./settings.ts";

const estimated = {
  changes: {
    "ratio.source": "classifier",
    "ratio.reduction": "product",
    "ratio.folds": 2,
    "ratio.l2": 0.001,
    "ratio.steps": 60,
  },
  strategies: BOTH,
};
const exact = { changes: {}, strategies: ["reweight"] };
const same = { changes: { "data.shift": 0 }, strategies: BOTH };
const apart = { changes: { "data.shift": 1 }, strategies: BOTH };

export const classifier: Lesson = {
  id: "classifier",
  title: "A classifier is a ratio",
  summary:
    "Weights need a ratio of densities that nobody knows. A classifier that tells the sources apart gives it.",
  steps: [
    {
      id: "odds",
      title: "From a guess to a ratio",
      words: [
        "The weight of a pair should be how much more often people write it than the training mixture does: $Q₀/P$. On the plane both densities are known exactly. For text nobody knows them.",
        "But somebody can learn to *guess* who wrote a response. If a guesser that is right as often as it claims says “people” with probability $c$, its odds are the ratio of densities:",
      ],
      formula: { text: "Q₀ / Qᵢ  =  c / (1 − c)", note: "with equally many of both" },
      scene: { changes: estimated.changes, strategies: BOTH },
      controls: ["ratio", "pair", "shift"],
      points: ["ratio"],
      tries: "Switch between the exact ratio and the classifier’s, and look at the weights under {reweight}.",
      question: {
        kind: "choice",
        ask: "A small logistic regression learned who wrote which point. Do its ratios do the job?",
        options: ["Yes: weights still beat ERM", "No: ERM is as good", "They make it worse"],
        measure: { kind: "plane", arms: [estimated, exact], seeds: 4 },
        answer: (runs) => {
          const side = sideOf(difference("rew", [0, 1], [0, 0])(runs));
          return side === 0 ? 0 : side === 1 ? 2 : 1;
        },
        claims: [
          {
            says: "Weights from the classifier beat ERM.",
            quantity: "Reweighting (classifier) − ERM, human reward",
            unit: "reward",
            values: difference("rew", [0, 1], [0, 0]),
            expects: { kind: "above", than: 0 },
          },
          {
            says: "They come close to the exact ratio: less than 0.3 apart.",
            quantity: "Exact − classifier, human reward",
            unit: "reward",
            values: difference("rew", [1, 0], [0, 1]),
            expects: { kind: "within", than: 0.3 },
          },
        ],
        reveal: [
          "Every pair was scored by a classifier that had not seen it (*cross-fitting*); otherwise it would remember instead of judging. On your own data, look at the reliability chart of [Sources & ratio](#/workbench) first: odds are ratios only when the probabilities are honest.",
        ],
      },
    },
    {
      id: "no-difference",
      title: "What no classifier can see",
      words: [
        "Now source A lies exactly where people are, and only its judge differs. The classifier looks at *responses*. It has never seen a judge.",
      ],
      scene: { changes: { "data.shift": 0 }, strategies: BOTH },
      controls: ["shift"],
      points: ["shift"],
      question: {
        kind: "choice",
        ask: "Even the exact ratio of responses: how much does it help at shift 0?",
        options: [
          "It still removes the judge’s bias",
          "Hardly: it cannot see whose label it is",
          "It harms a lot",
        ],
        measure: { kind: "plane", arms: [same, apart], seeds: 6 },
        answer: (runs) => {
          const change = mean(difference("rew", [0, 1], [0, 0])(runs));
          return change > 0.25 ? 0 : change < -0.25 ? 2 : 1;
        },
        claims: [
          {
            says: "At shift 0 weights change the human reward by less than 0.25.",
            quantity: "Reweighting − ERM at shift 0, human reward",
            unit: "reward",
            values: difference("rew", [0, 1], [0, 0]),
            expects: { kind: "within", than: 0.25 },
          },
          {
            says: "People’s own pairs get far less of the weight than at shift 1.",
            quantity: "Weight on people’s pairs, shift 0 − shift 1",
            unit: "share",
            values: weightOn(0, [0, 1], [1, 1]),
            expects: { kind: "below", than: -0.1 },
          },
        ],
        reveal: [
          "A ratio removes a judge’s bias only as far as the *responses* give the judge away. If your synthetic answers are good imitations, an AUC near 0.5 is the warning: the weights are flat, and every method here becomes ERM or DRO.",
        ],
      },
    },
  ],
};
