import { mean } from "../base/statistics.ts";
import { difference, metric } from "./claim.ts";
import type { Lesson } from "./lesson.ts";
import { PEOPLE, REFERENCE_REWARD } from "./settings.ts";

/** Nearly all pairs from the scrape, whose labels are coin flips. */
const COIN = { "data.shareTarget": 0.02, "data.shareFirst": 0 } as const;

const people = { changes: PEOPLE, strategies: ["erm"] };
const few = { changes: { ...PEOPLE, "data.groups": 100 }, strategies: ["erm"] };

export const pairs: Lesson = {
  id: "pairs",
  title: "What a preference says",
  summary:
    "A pair is two responses and a judge. What a policy can learn from a thousand of them, and from fewer.",
  steps: [
    {
      id: "two-points",
      title: "Two answers and a judge",
      words: [
        "Everything in these lessons happens on a plane. A *response* is a point, a *policy* says how likely each point is: the blue shade. A *pair* is two points, and a judge who says which of them is better. That is all a policy is told here: never how good a point is, only which of two is better.",
        "The solid line is where people’s answers lie. Their reward has two hills, a large one inside the line and a small one below. The *human reward* under the picture is the policy’s expected height on those hills.",
      ],
      scene: people,
      controls: [],
      points: [],
      question: {
        kind: "choice",
        ask: "A thousand pairs, all written and judged by people. Where does the human reward end?",
        options: ["Lower than before training", "About where it began", "Higher than before training"],
        measure: { kind: "plane", arms: [people], seeds: 4 },
        answer: (runs) => {
          const values = metric("rew", [0, 0])(runs);
          if (values.every((value) => value > REFERENCE_REWARD + 0.2)) return 2;
          return values.every((value) => value < REFERENCE_REWARD - 0.2) ? 0 : 1;
        },
        claims: [
          {
            says: "A thousand comparisons by people lift the reward well above the reference’s 1.23.",
            quantity: "Human reward after 300 steps",
            unit: "reward",
            values: metric("rew", [0, 0]),
            expects: { kind: "above", than: REFERENCE_REWARD + 0.5 },
          },
        ],
        reveal: [
          "Comparisons are enough. Nobody wrote down a single number, and the policy still found the hill. This is the case that all others are measured against: every judge is a person, every pair comes from where people write.",
        ],
      },
    },
    {
      id: "the-judge",
      title: "It is the judge who teaches",
      words: [
        "Now nearly all pairs come from a scrape of everything, and a coin decides which point of a pair is better. There are as many pairs as before, and they cover the plane better.",
      ],
      scene: { changes: COIN, strategies: ["erm"] },
      controls: ["share"],
      points: ["share"],
      tries: "Move the share of people up again, a little at a time.",
      question: {
        kind: "choice",
        ask: "Does a policy trained on coin flips order people’s pairs as well as one trained on people?",
        options: ["Yes, points are points", "No, clearly worse", "It cannot be told"],
        measure: { kind: "plane", arms: [people, { changes: COIN, strategies: ["erm"] }], seeds: 6 },
        answer: (runs) => {
          const change = mean(difference("accuracy", [0, 0], [1, 0])(runs));
          return change > 0.1 ? 1 : 0;
        },
        claims: [
          {
            says: "Trained on people, the policy orders more of people’s fresh pairs correctly.",
            quantity: "People − coin, fresh human pairs in order",
            unit: "share",
            values: difference("accuracy", [0, 0], [1, 0]),
            expects: { kind: "above", than: 0 },
          },
          {
            says: "And its human reward is higher.",
            quantity: "People − coin, human reward",
            unit: "reward",
            values: difference("rew", [0, 0], [1, 0]),
            expects: { kind: "above", than: 0.5 },
          },
        ],
        reveal: [
          "A pair is worth what its judge is worth. Coin flips cancel out at best. A judge with firm tastes that people do not share does not cancel out: that is the next lesson.",
        ],
      },
    },
    {
      id: "how-many",
      title: "How many pairs?",
      words: [
        "Back to people only, but fewer pairs. The policy has 67 numbers to learn, and every comparison is a noisy vote: where two points are nearly as good, people disagree with themselves.",
      ],
      scene: few,
      controls: ["groups"],
      points: ["groups"],
      tries:
        "Go down to 50 pairs and up to 1 000. Watch “at equal distance”: the direction of what was learned.",
      question: {
        kind: "choice",
        ask: "What do 100 pairs cost against 1 000, in fresh human pairs ordered correctly?",
        options: ["Nothing that can be told", "A clear loss", "It is better with fewer"],
        measure: { kind: "plane", arms: [people, few], seeds: 6 },
        answer: (runs) => {
          const change = mean(difference("accuracy", [0, 0], [1, 0])(runs));
          return change > 0.02 ? 1 : change < -0.02 ? 2 : 0;
        },
        claims: [
          {
            says: "With 1 000 pairs more fresh human pairs are ordered correctly than with 100.",
            quantity: "1 000 − 100 pairs, fresh human pairs in order",
            unit: "share",
            values: difference("accuracy", [0, 0], [1, 0]),
            expects: { kind: "above", than: 0 },
          },
        ],
        reveal: [
          "Keep this in mind when weights enter: weighing pairs down is much like having fewer of them.",
          "The plain reward does not always show it. A policy trained on few pairs becomes sure of itself and travels far from the reference; *at equal distance* takes that away.",
        ],
      },
    },
  ],
};
