import { difference, sideOf } from "./claim.ts";
import type { Lesson } from "./lesson.ts";
import { BOTH, MEAN_RATIO, WEIGHTED } from "./settings.ts";

const joint = { changes: { "ratio.reduction": "joint" }, strategies: ["reweight"] };
const mean = { changes: MEAN_RATIO, strategies: WEIGHTED };

export const pairRatio: Lesson = {
  id: "pair-ratio",
  title: "One ratio for two responses",
  summary: "A pair has two responses and needs one weight. How they become one matters more than it looks.",
  steps: [
    {
      id: "joint-or-mean",
      title: "Average, or together?",
      words: [
        "The classifier gives each *response* a ratio. A *pair* needs one. The obvious way is the average of the two. But here both responses of a pair come from the same source, so the pair as a whole has a ratio of its own:",
      ],
      formula: { text: "Q₀(y₁) Q₀(y₂) / Σₖ mₖ Qₖ(y₁) Qₖ(y₂)", note: "joint: two hints about one source" },
      scene: { changes: MEAN_RATIO, strategies: BOTH, timeline: "human" },
      controls: ["pair", "share"],
      points: ["pair"],
      tries: "Switch between joint and mean while {reweight} trains, and compare the weight on {A|source A}.",
      question: {
        kind: "choice",
        ask: "Same pairs, same strategy, exact densities in both cases. Which ratio ends higher?",
        options: ["Joint", "Mean", "They cannot be told apart"],
        measure: { kind: "plane", arms: [joint, mean], seeds: 5 },
        sets: { "ratio.reduction": "joint" },
        answer: (runs) => sideOf(difference("rew", [0, 0], [1, 0])(runs)),
        claims: [
          {
            says: "The joint ratio ends with the higher human reward.",
            quantity: "Joint − mean, reweighting, human reward",
            unit: "reward",
            values: difference("rew", [0, 0], [1, 0]),
            expects: { kind: "above", than: 0 },
          },
          {
            says: "It is the sharper one: fewer pairs count.",
            quantity: "Joint − mean, effective sample size",
            unit: "share",
            values: difference("ess", [0, 0], [1, 0]),
            expects: { kind: "below", than: 0 },
          },
        ],
        reveal: [
          "Two hints about one source are worth more than their average. The mean lets a pair through when *one* of its responses could have been a person’s.",
        ],
      },
    },
    {
      id: "more-than-the-strategy",
      title: "More than the strategy",
      words: [
        "Papers compare strategies. Here is a comparison across: plain {reweight} with the joint ratio, against {dora_inside} with the mean ratio, at λ 1. The first has nothing robust about it.",
      ],
      scene: { changes: MEAN_RATIO, strategies: WEIGHTED },
      controls: ["pair", "lambda"],
      points: ["pair"],
      question: {
        kind: "choice",
        ask: "Which ends with the higher human reward?",
        options: ["Reweighting, joint ratio", "DoRA, mean ratio", "They cannot be told apart"],
        measure: { kind: "plane", arms: [joint, mean], seeds: 5 },
        answer: (runs) => sideOf(difference("rew", [0, 0], [1, 1])(runs)),
        claims: [
          {
            says: "Plain reweighting with the joint ratio ends higher than DoRA with the mean ratio.",
            quantity: "Reweighting (joint) − DoRA (mean), human reward",
            unit: "reward",
            values: difference("rew", [0, 0], [1, 1]),
            expects: { kind: "above", than: 0 },
          },
        ],
        reveal: [
          "Before comparing strategies, ask how their $h$ was made. Tilt takes the joint ratio by itself when a group has one source, and the mean when a list mixes them; that case was not measured here.",
        ],
      },
    },
  ],
};
