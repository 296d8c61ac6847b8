import { mean } from "../base/statistics.ts";
import { difference, metric } from "./claim.ts";
import type { Lesson } from "./lesson.ts";
import { MEAN_RATIO, WEIGHTED } from "./settings.ts";

const at = (lambda: number, strategies: readonly string[], more = {}) => ({
  changes: { ...more, "train.lambda": lambda },
  strategies,
});
const low = at(0.1, ["kl_dro", "dora_inside"]);
const high = at(10, ["kl_dro", "dora_inside"]);
const flat = at(0.3, WEIGHTED, MEAN_RATIO);

export const lambda: Lesson = {
  id: "lambda",
  title: "One dial",
  summary: "λ goes from “a few pairs decide” to “plain average”. And there are two ways to keep score.",
  steps: [
    {
      id: "few-decide",
      title: "From all to few",
      words: [
        "λ is the temperature of the tilt. Large: all weights are alike, and {kl_dro} becomes {erm}, {dora_inside} becomes {reweight}. Small: only the worst pairs of the batch count.",
      ],
      formula: { text: "λ log mean exp(ℓ / λ)", note: "λ → ∞: the mean; λ → 0: the largest" },
      scene: { ...low, timeline: "ess" },
      controls: ["lambda"],
      points: ["lambda"],
      tries: "Sweep λ from 10 to 0.1 with the playhead at the end.",
      question: {
        kind: "choice",
        ask: "At λ 0.1, how many of 1 000 pairs still count for DoRA?",
        options: ["About 400", "About 100", "Fewer than 10"],
        measure: { kind: "plane", arms: [low, high], seeds: 5 },
        answer: (runs) => {
          const ess = mean(metric("ess", [0, 1])(runs));
          return ess > 0.25 ? 0 : ess > 0.03 ? 1 : 2;
        },
        claims: [
          {
            says: "Turning λ down leaves fewer pairs to DoRA.",
            quantity: "ESS of DoRA, λ 0.1 − λ 10",
            unit: "share",
            values: difference("ess", [0, 1], [1, 1]),
            expects: { kind: "below", than: -0.1 },
          },
          {
            says: "And to DRO, which at λ 10 is nearly an average.",
            quantity: "ESS of DRO, λ 10",
            unit: "share",
            values: metric("ess", [1, 0]),
            expects: { kind: "above", than: 0.95 },
          },
          {
            says: "At λ 0.1 DoRA ends with less human reward than at 10.",
            quantity: "DoRA at 0.1 − DoRA at 10, human reward",
            unit: "reward",
            values: difference("rew", [0, 1], [1, 1]),
            expects: { kind: "below", than: 0 },
          },
        ],
        reveal: [
          "DoRA starts from fewer pairs, because its ratio has already put most of them aside, and λ takes its part of the rest.",
        ],
      },
    },
    {
      id: "two-scores",
      title: "Two ways to keep score",
      words: [
        "A pessimistic policy stays near the reference. So it scores low on *human reward* even when it leans the right way. *At equal distance* moves every policy to the same KL from the reference and asks for its direction alone.",
        "The ratio is the flat *mean* one here, λ is 0.3. Compare {reweight} and {dora_inside}.",
      ],
      scene: { ...flat, timeline: "rewK" },
      controls: ["lambda", "pair"],
      points: ["lambda", "pair"],
      tries: "Switch the timeline between “Human reward” and “at equal distance”: the curves change places.",
      question: {
        kind: "choice",
        ask: "Which of the two scores puts DoRA ahead of reweighting?",
        options: ["Both", "Only human reward", "Only the score at equal distance", "Neither"],
        measure: { kind: "plane", arms: [flat], seeds: 16 },
        answer: (runs) => {
          const ahead = (name: "rew" | "rewK") => mean(difference(name, [0, 1], [0, 0])(runs)) > 0;
          return ahead("rew") ? (ahead("rewK") ? 0 : 1) : ahead("rewK") ? 2 : 3;
        },
        claims: [
          {
            says: "By human reward DoRA is behind.",
            quantity: "DoRA − reweighting, human reward",
            unit: "reward",
            values: difference("rew", [0, 1], [0, 0]),
            expects: { kind: "below", than: 0 },
          },
          {
            says: "At equal distance it is ahead.",
            quantity: "DoRA − reweighting, at equal distance",
            unit: "reward",
            values: difference("rewK", [0, 1], [0, 0]),
            expects: { kind: "above", than: 0 },
          },
        ],
        reveal: [
          "Neither score is wrong. One mixes distance and direction, the other looks at direction alone, and they rank methods differently. A paper that shows one of them has made a choice for you. Tilt always shows both.",
        ],
      },
    },
  ],
};
