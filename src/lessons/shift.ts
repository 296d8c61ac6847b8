import { difference, gap, metric, sideOf } from "./claim.ts";
import type { Lesson } from "./lesson.ts";
import { BOTH, REFERENCE_REWARD, SCARCE } from "./settings.ts";

const near = { changes: { "data.shift": 0.25 }, strategies: ["erm"] };
const far = { changes: { "data.shift": 1.5 }, strategies: ["erm"] };
const honest = { changes: { "data.kappa": 0 }, strategies: BOTH };
const biased = { changes: {}, strategies: BOTH };
const small = {
  changes: {
    "data.kappa": 0,
    "model.planeHidden": 0,
    "data.shareTarget": 0.3,
    "data.shareFirst": 0.7,
    "train.steps": 600,
  },
  strategies: BOTH,
};

export const shift: Lesson = {
  id: "shift",
  title: "Who labels most pairs",
  summary:
    "Most pairs come from elsewhere and are judged by somebody else. When that harms, and when it does not.",
  steps: [
    {
      id: "the-majority",
      title: "One pair in ten is human",
      words: [
        "In practice most preference pairs are synthetic: written by models, judged by models. Here one pair in ten comes from people. Seven come from {A|source A}, whose judge likes a hill of its own, to the right. Two come from {B|the scrape}, judged by a coin.",
        "{erm} counts every pair the same. {reweight} counts a pair more the more it looks like one of people’s.",
      ],
      scene: { changes: SCARCE, strategies: BOTH },
      controls: ["share", "shift"],
      points: ["share"],
      question: {
        kind: "choice",
        ask: "The goal is people’s reward. Which of the two ends higher?",
        options: ["Reweighting", "ERM", "They cannot be told apart"],
        measure: { kind: "plane", arms: [{ changes: SCARCE, strategies: BOTH }], seeds: 6 },
        answer: (runs) => sideOf(difference("rew", [0, 1], [0, 0])(runs)),
        claims: [
          {
            says: "With weights the human reward is higher.",
            quantity: "Reweighting − ERM, human reward",
            unit: "reward",
            values: difference("rew", [0, 1], [0, 0]),
            expects: { kind: "above", than: 0 },
          },
          {
            says: "So is the direction of what was learned.",
            quantity: "Reweighting − ERM, at equal distance",
            unit: "reward",
            values: difference("rewK", [0, 1], [0, 0]),
            expects: { kind: "above", than: 0 },
          },
        ],
        reveal: [
          "{erm} learned what it was told, and it was told mostly about the other hill. It did not fail at training: its loss on the pairs it saw is fine.",
        ],
      },
    },
    {
      id: "the-closest",
      title: "More shift, more harm?",
      words: [
        "The slider moves {A|source A} away from people, from right on top of them to far to the right. Its judge keeps the same taste. A larger distance is a larger *shift*.",
      ],
      scene: { changes: { "data.shift": 0.25 }, strategies: BOTH },
      controls: ["shift"],
      points: ["shift"],
      tries: "Let it train at 0.25, at 0.75 and at 1.5.",
      question: {
        kind: "choice",
        ask: "At which distance does ERM end with the lower human reward?",
        options: ["Far away, at 1.5", "Nearly the same place, at 0.25", "It makes no difference"],
        measure: { kind: "plane", arms: [far, near], seeds: 6 },
        answer: (runs) => {
          const side = sideOf(difference("rew", [0, 0], [1, 0])(runs));
          return side === 0 ? 1 : side === 1 ? 0 : 2;
        },
        sets: { "data.shift": 0.25 },
        claims: [
          {
            says: "ERM ends higher when the source is far away.",
            quantity: "ERM at 1.5 − ERM at 0.25, human reward",
            unit: "reward",
            values: difference("rew", [0, 0], [1, 0]),
            expects: { kind: "above", than: 0 },
          },
          {
            says: "Close by, it ends below the reference, 1.23: training made it worse.",
            quantity: "ERM at 0.25, human reward",
            unit: "reward",
            values: metric("rew", [1, 0]),
            expects: { kind: "below", than: REFERENCE_REWARD },
          },
        ],
        reveal: [
          "The most dangerous synthetic data looks human. A source that answers about the same things with other tastes overwrites people’s preferences exactly where they are; a distant one overwrites a region that people do not use.",
          "“The further the shift, the greater the harm” is often said. In this world it is not so.",
        ],
      },
    },
    {
      id: "the-conflict",
      title: "Shift, or conflict?",
      words: [
        "Two things changed at once so far: *where* source A writes and *whose taste* its pairs follow. Keep the place and change the judge: at annotator bias 0, people judge A’s pairs too.",
      ],
      scene: { changes: { "data.kappa": 0 }, strategies: BOTH },
      controls: ["kappa", "shift"],
      points: ["kappa"],
      question: {
        kind: "choice",
        ask: "How much do weights gain over ERM when people judge everything from A?",
        options: ["As much as with the biased judge", "Less than with the biased judge", "More"],
        measure: { kind: "plane", arms: [honest, biased], seeds: 6 },
        answer: (runs) => {
          const side = sideOf(
            gap(
              "rew",
              [
                [1, 1],
                [1, 0],
              ],
              [
                [0, 1],
                [0, 0],
              ],
            )(runs),
          );
          return side === 0 ? 1 : side === 1 ? 2 : 0;
        },
        claims: [
          {
            says: "Weights gain more where the judge disagrees with people.",
            quantity: "Gain with the biased judge − gain with people, human reward",
            unit: "reward",
            values: gap(
              "rew",
              [
                [1, 1],
                [1, 0],
              ],
              [
                [0, 1],
                [0, 0],
              ],
            ),
            expects: { kind: "above", than: 0 },
          },
          {
            says: "With honest labels ERM ends higher than with biased ones.",
            quantity: "ERM, people’s judge − biased judge, human reward",
            unit: "reward",
            values: difference("rew", [0, 0], [1, 0]),
            expects: { kind: "above", than: 0 },
          },
        ],
        reveal: [
          "Where the points lie did little harm here. The policy is able to learn both regions, and honest pairs teach the same order everywhere. *Conflicting labels* did the harm.",
        ],
      },
    },
    {
      id: "too-small",
      title: "Unless the policy is too small",
      words: [
        "One more case. The policy now has no hidden units at all: five numbers, one smooth bowl. It cannot bend itself to two regions at once. All labels are honest; there is no scrape.",
      ],
      scene: small,
      controls: ["hidden", "kappa"],
      points: ["hidden"],
      tries: "Give it 6 hidden units, with the same honest labels.",
      question: {
        kind: "choice",
        ask: "Do weights still matter, with honest labels and a policy this small?",
        options: ["Yes, they help", "They harm", "It cannot be told"],
        measure: { kind: "plane", arms: [small], seeds: 8 },
        answer: (runs) => sideOf(difference("rewK", [0, 1], [0, 0])(runs)),
        claims: [
          {
            says: "A policy without hidden units points in a better direction with weights.",
            quantity: "Reweighting − ERM, at equal distance",
            unit: "reward",
            values: difference("rewK", [0, 1], [0, 0]),
            expects: { kind: "above", than: 0 },
          },
        ],
        reveal: [
          "A policy that cannot fit everything has to choose, and it chooses the majority. This is the textbook case of covariate shift. Whether your model is “too small” for your data in this sense is a question about your model, not about the shift.",
        ],
      },
    },
  ],
};
