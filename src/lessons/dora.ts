import { difference, sideOf } from "./claim.ts";
import type { Lesson } from "./lesson.ts";
import { LOW, MEAN_RATIO, WEIGHTED } from "./settings.ts";

const joint = { changes: LOW, strategies: WEIGHTED };
const mean = { changes: { ...MEAN_RATIO, ...LOW }, strategies: WEIGHTED };
const control = { changes: { ...MEAN_RATIO, ...LOW }, strategies: [...WEIGHTED, "sharp"] };

export const dora: Lesson = {
  id: "dora",
  title: "DoRA, and a control",
  summary:
    "DoRA puts the ratio inside DRO’s exponent. What that does, and what a control without the losses does.",
  steps: [
    {
      id: "inside",
      title: "The ratio goes inside",
      words: [
        "{kl_dro} asks how hard a pair is. {reweight} asks whose it is. {dora_inside} asks both at once: it multiplies each loss by the ratio $h$ *before* the worst case is taken.",
        "The hope is the best of both: robust, and aimed at people. Here it has a good ratio, the joint one.",
      ],
      formula: { text: "wᵢ ∝ hᵢ · exp(hᵢ ℓᵢ / λ)", note: "Zhu et al. 2025" },
      scene: joint,
      controls: ["lambda", "pair"],
      points: ["lambda"],
      question: {
        kind: "choice",
        ask: "With the joint ratio and λ 0.3: which ends with the higher human reward?",
        options: ["DoRA", "Reweighting", "They cannot be told apart"],
        measure: { kind: "plane", arms: [joint], seeds: 6 },
        answer: (runs) => sideOf(difference("rew", [0, 1], [0, 0])(runs)),
        claims: [
          {
            says: "Reweighting ends higher.",
            quantity: "DoRA − reweighting, human reward",
            unit: "reward",
            values: difference("rew", [0, 1], [0, 0]),
            expects: { kind: "below", than: 0 },
          },
          {
            says: "DoRA’s direction is at most 0.1 better.",
            quantity: "DoRA − reweighting, at equal distance",
            unit: "reward",
            values: difference("rewK", [0, 1], [0, 0]),
            expects: { kind: "below", than: 0.1 },
          },
        ],
        reveal: [
          "“DoRA is the best of both” is not true in this world when the ratio is good. Aiming was the part that helped, and {reweight} already aims. What the worst case adds is pessimism.",
        ],
      },
    },
    {
      id: "flat-ratio",
      title: "When the ratio is flat",
      words: [
        "Give both the flat *mean* ratio of the lesson [One ratio for two responses](#lesson=pair-ratio). It lets too many pairs of {A|source A} through.",
      ],
      scene: { ...mean, timeline: "rewK" },
      controls: ["pair", "lambda"],
      points: ["pair"],
      question: {
        kind: "choice",
        ask: "With the mean ratio: whose direction is better, at equal distance?",
        options: ["DoRA’s", "Reweighting’s", "They cannot be told apart"],
        measure: { kind: "plane", arms: [mean], seeds: 16 },
        answer: (runs) => sideOf(difference("rewK", [0, 1], [0, 0])(runs)),
        claims: [
          {
            says: "Now DoRA’s direction is better.",
            quantity: "DoRA − reweighting, at equal distance",
            unit: "reward",
            values: difference("rewK", [0, 1], [0, 0]),
            expects: { kind: "above", than: 0 },
          },
        ],
        reveal: [
          "Here is the result that the paper is about, in small: with this ratio, DoRA leads. It would be easy to stop at this page and conclude that robustness pays. There is one more arm to run.",
        ],
      },
    },
    {
      id: "the-control",
      title: "A control that sees no losses",
      words: [
        "Look at the exponent: $h ℓ / λ$. Even if all losses were equal it would favour pairs with a large $h$. It *sharpens* the ratio. Is it the losses that help, or the sharpening?",
        "{sharp|Sharp} is DoRA with every loss replaced by log 2, the loss before training. It cannot see which pairs are hard. Everything else is the same.",
      ],
      formula: { text: "wᵢ ∝ hᵢ · exp(hᵢ log 2 / λ)", note: "the same formula, blind to the loss" },
      scene: { ...control, timeline: "rewK" },
      controls: ["lambda", "pair"],
      points: ["lambda"],
      question: {
        kind: "choice",
        ask: "If robustness is what helps, the blind control must do worse. Does it, in human reward?",
        options: ["Yes, DoRA is ahead", "No, the blind control is ahead", "They cannot be told apart"],
        measure: { kind: "plane", arms: [control], seeds: 8 },
        answer: (runs) => sideOf(difference("rew", [0, 1], [0, 2])(runs)),
        claims: [
          {
            says: "The control that sees no losses ends with the higher human reward.",
            quantity: "Sharp − DoRA, human reward",
            unit: "reward",
            values: difference("rew", [0, 2], [0, 1]),
            expects: { kind: "above", than: 0 },
          },
          {
            says: "In direction it is not behind by more than 0.1.",
            quantity: "Sharp − DoRA, at equal distance",
            unit: "reward",
            values: difference("rewK", [0, 2], [0, 1]),
            expects: { kind: "above", than: -0.1 },
          },
        ],
        reveal: [
          "This is uncomfortable, and it is why Tilt draws the control next to DoRA. In this world DoRA’s lead over reweighting comes from a *sharper ratio*, not from seeing which pairs are hard. A better ratio gives more of it, as the first page showed.",
          "It is one small world. With other losses the picture may differ; in the built-in sweep “ablation” you can run the control on text.",
        ],
      },
    },
  ],
};
