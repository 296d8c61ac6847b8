import { mean } from "../base/statistics.ts";
import { metric, spread } from "./claim.ts";
import type { Lesson } from "./lesson.ts";
import { BOTH, HALF, RARE } from "./settings.ts";

const half = { changes: HALF, strategies: ["reweight"] };
const rare = { changes: RARE, strategies: ["reweight"] };
/** Weights depend on the ratio alone, so one step shows them. */
const atOnce = [HALF, RARE].map((shares) => ({
  changes: { ...shares, "train.steps": 1 },
  strategies: ["reweight"],
}));

export const weights: Lesson = {
  id: "weights",
  title: "What weights cost",
  summary:
    "Weights aim training at people, and throw pairs away. The effective sample size says how many are left.",
  steps: [
    {
      id: "sample-size",
      title: "How many pairs still count",
      words: [
        "{reweight|Reweighting} multiplies each pair’s loss by $h$, its ratio $Q₀/P$. Pairs that people would never write get a weight near 0. They stay in the file and teach nothing.",
        "How many are left? Kish’s answer: as many equal pairs as would give an average as noisy as the weighted one.",
      ],
      formula: { text: "ESS = (Σ w)² / Σ w²", note: "of n pairs; here as a share of them" },
      scene: { changes: RARE, strategies: ["reweight"], timeline: "ess" },
      controls: ["share", "shift"],
      points: ["share"],
      tries:
        "Move the share of people from 0.02 to 0.8 and watch the stems: few tall ones become many low ones.",
      question: {
        kind: "choice",
        ask: "One pair in fifty is human. Of 1 000 pairs, how many still count?",
        options: ["About 500", "About 250", "Fewer than 100"],
        measure: { kind: "plane", arms: atOnce, seeds: 6 },
        answer: (runs) => {
          const ess = mean(metric("ess", [1, 0])(runs));
          return ess < 0.1 ? 2 : ess < 0.35 ? 1 : 0;
        },
        claims: [
          {
            says: "With one human pair in fifty, less than a tenth of the pairs count.",
            quantity: "ESS, share of people 0.02",
            unit: "share",
            values: metric("ess", [1, 0]),
            expects: { kind: "below", than: 0.1 },
          },
          {
            says: "With one in two, about half do.",
            quantity: "ESS, share of people 0.5",
            unit: "share",
            values: metric("ess", [0, 0]),
            expects: { kind: "above", than: 0.4 },
          },
        ],
        reveal: [
          "The number needs no training and no labels. Compute it first. An effective sample of 70 pairs will not become 1 000 by training longer.",
        ],
      },
    },
    {
      id: "luck",
      title: "Which world did you draw?",
      words: [
        "Fewer effective pairs mean more luck. Other seeds draw other pairs from the same world. Ask not how well weights do on average, but how far apart the seeds end.",
      ],
      scene: { changes: RARE, strategies: BOTH, timeline: "rewK" },
      controls: ["share"],
      points: ["share"],
      question: {
        kind: "choice",
        ask: "Where do seeds differ more, measured at equal distance from the reference?",
        options: ["With one human pair in fifty", "With one in two", "It makes no difference"],
        measure: { kind: "plane", arms: [half, rare], seeds: 12 },
        answer: (runs) => {
          const found = mean(spread("rewK", [1, 0], [0, 0])(runs));
          return found > 0.02 ? 0 : found < -0.02 ? 1 : 2;
        },
        claims: [
          {
            says: "Seeds end further apart where people are rare.",
            quantity: "Distance from the seeds’ mean, 0.02 − 0.5, at equal distance",
            unit: "reward",
            values: spread("rewK", [1, 0], [0, 0]),
            expects: { kind: "above", than: 0 },
          },
          {
            says: "With plenty of people, weighted training ends near the best possible, 2.56, in direction.",
            quantity: "Reweighting, share of people 0.5, at equal distance",
            unit: "reward",
            values: metric("rewK", [0, 0]),
            expects: { kind: "above", than: 2.2 },
          },
        ],
        reveal: [
          "Weights trade bias for variance. They are unbiased at every share, and at one in fifty you may draw a bad world and never know. More human pairs buy more than any method on this page.",
        ],
      },
    },
  ],
};
