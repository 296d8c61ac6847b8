import { difference, gap, sideOf, weightOn } from "./claim.ts";
import { type Lesson, plane } from "./lesson.ts";
import { LOW, PLAIN } from "./settings.ts";

const two = { changes: LOW, strategies: PLAIN };
const three = { changes: LOW, strategies: [...PLAIN, "reweight"] };

/** People only, nearly clean labels, a small second mode, and a policy too small for both. Judged on the small mode. */
const MINORITY = {
  "data.shareTarget": 1,
  "data.shareFirst": 0,
  "data.groups": 500,
  "model.planeHidden": 0,
  "train.steps": 600,
  "train.lambda": 0.1,
};
const RARE_MODE = { temperature: 0.2, modes: [0.95, 0.05], testModes: [0, 1] } as const;
const clean = { changes: MINORITY, strategies: PLAIN, extras: RARE_MODE };
const noisy = { ...clean, changes: { ...MINORITY, "data.corruption": 0.2 } };

export const dro: Lesson = {
  id: "dro",
  title: "Worst case of what?",
  summary: "DRO trains for the worst case near the data. Near which data, and who gains from it.",
  steps: [
    {
      id: "the-tilt",
      title: "Where the weight goes",
      words: [
        "{kl_dro} does not average the losses. It asks how bad things could get if the data shifted a little, and trains for that. In practice each pair is weighted by",
      ],
      formula: { text: "wᵢ ∝ exp(ℓᵢ / λ)", note: "the tilt that gave Tilt its name" },
      scene: { ...two, timeline: "human" },
      controls: ["lambda"],
      points: ["lambda"],
      tries: "Turn λ down to 0.1: fewer and taller stems, and still no question about who wrote the pair.",
      question: {
        kind: "shares",
        ask: "At λ 0.3, after training: where does DRO’s weight lie? Of the pairs, 30 % are human, 50 % from A, 20 % from B.",
        parts: [
          { key: "h", name: "human" },
          { key: "a", name: "synthetic A" },
          { key: "b", name: "synthetic B" },
        ],
        measure: { kind: "plane", arms: [two], seeds: 6 },
        shares: plane((run) => run[0]![1]!.weightBySource),
        claims: [
          {
            says: "The pairs that a coin labelled get more of DRO’s weight than of ERM’s.",
            quantity: "Weight on B, DRO − ERM",
            unit: "share",
            values: weightOn(2, [0, 1], [0, 0]),
            expects: { kind: "above", than: 0 },
          },
          {
            says: "People’s pairs get no more than their share: less than a third.",
            quantity: "Weight on people’s pairs, DRO",
            unit: "share",
            values: weightOn(0, [0, 1]),
            expects: { kind: "below", than: 1 / 3 },
          },
        ],
        reveal: [
          "The formula reads the loss and nothing else. Coin labels cannot be fitted, so their losses stay large and their weight grows. The worst case over everything near *the mixture* is not the worst case over *people*.",
        ],
      },
    },
    {
      id: "the-shift",
      title: "Does DRO protect against shift?",
      words: [
        "“Distributionally robust” sounds like the cure for a distribution that shifted. Its ball of worst cases is drawn around the training mixture, though. Here are {erm}, {kl_dro} and {reweight} beside each other.",
      ],
      scene: three,
      controls: ["lambda", "share"],
      points: ["lambda"],
      question: {
        kind: "choice",
        ask: "Against plain ERM, the human reward under DRO at λ 0.3 ends",
        options: ["higher", "lower", "neither: it cannot be told"],
        measure: { kind: "plane", arms: [three], seeds: 10 },
        answer: (runs) => sideOf(difference("rew", [0, 1], [0, 0])(runs)),
        claims: [
          {
            says: "DRO is no better than ERM here.",
            quantity: "DRO − ERM, human reward",
            unit: "reward",
            values: difference("rew", [0, 1], [0, 0]),
            expects: { kind: "below", than: 0.05 },
          },
          {
            says: "Reweighting, which asks who wrote the pair, is.",
            quantity: "Reweighting − DRO, human reward",
            unit: "reward",
            values: difference("rew", [0, 2], [0, 1]),
            expects: { kind: "above", than: 0 },
          },
          {
            says: "And not only because DRO moves less: its direction is behind as well.",
            quantity: "Reweighting − DRO, at equal distance",
            unit: "reward",
            values: difference("rewK", [0, 2], [0, 1]),
            expects: { kind: "above", than: 0 },
          },
        ],
        reveal: [
          "{kl_dro} shares ERM’s drift. It takes smaller steps on top: pessimism keeps it near the reference, which looks safe when the data is bad and is lost reward when it is good.",
        ],
      },
    },
    {
      id: "the-minority",
      title: "Where it wins",
      words: [
        "There is a case for DRO. All pairs are human and nearly clean, but one in twenty comes from a second, smaller hill below. The policy is too small to serve both, so it serves the majority. Judge it on the *small* hill’s pairs alone.",
      ],
      scene: { ...clean, timeline: "loss" },
      controls: ["lambda", "noise"],
      points: ["lambda", "noise"],
      tries: "Turn wrong labels up to 0.2 and train again.",
      question: {
        kind: "choice",
        ask: "DRO orders more of the minority’s pairs correctly. With 20 % wrong labels, what is left of that gain?",
        options: ["All of it", "Less", "It grows"],
        measure: { kind: "plane", arms: [clean, noisy], seeds: 12 },
        sets: { "data.corruption": 0.2 },
        answer: (runs) => {
          const side = sideOf(
            gap(
              "accuracy",
              [
                [0, 1],
                [0, 0],
              ],
              [
                [1, 1],
                [1, 0],
              ],
            )(runs),
          );
          return side === 0 ? 1 : side === 1 ? 2 : 0;
        },
        claims: [
          {
            says: "With clean labels DRO serves the minority better.",
            quantity: "DRO − ERM, minority pairs in order",
            unit: "share",
            values: difference("accuracy", [0, 1], [0, 0]),
            expects: { kind: "above", than: 0 },
          },
          {
            says: "Wrong labels take from that gain.",
            quantity: "Gain with clean labels − gain with 20 % wrong",
            unit: "share",
            values: gap(
              "accuracy",
              [
                [0, 1],
                [0, 0],
              ],
              [
                [1, 1],
                [1, 0],
              ],
            ),
            expects: { kind: "above", than: 0 },
          },
        ],
        reveal: [
          "A small loss is a group that is served; a large loss is a neglected minority *or* a wrong label. DRO cannot tell which. It wins where labels are clean and the policy is too small. The lesson [Wrong labels](#lesson=noise) takes the other side.",
        ],
      },
    },
  ],
};
