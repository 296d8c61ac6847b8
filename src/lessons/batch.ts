import { difference, sideOf } from "./claim.ts";
import type { Lesson } from "./lesson.ts";
import { LOW, PLAIN, WEIGHTED } from "./settings.ts";

const FOUR = [...PLAIN, ...WEIGHTED];
const one = { changes: { ...LOW, "train.batch": 1 }, strategies: FOUR };
const sixteen = { changes: { ...LOW, "train.batch": 16 }, strategies: FOUR };
const RUNNING = { ...LOW, "train.batch": 1, "train.estimator": "running", "train.gamma": 0.02 };
const cured = { changes: RUNNING, strategies: WEIGHTED };
const uncured = { changes: { ...LOW, "train.batch": 1 }, strategies: WEIGHTED };

export const batch: Lesson = {
  id: "batch",
  title: "A batch of one",
  summary:
    "The worst case is taken within a batch. With one pair in it there is no worst case, and the method is another.",
  steps: [
    {
      id: "one",
      title: "The worst of one",
      words: [
        "A worst case needs something to compare with. {kl_dro} and {dora_inside} compare the pairs of one *batch*, through a log-mean-exp. Large models are often trained with one or two groups on a device at a time.",
      ],
      formula: { text: "λ log exp(h ℓ / λ) = h ℓ", note: "the mean of one is that one" },
      scene: { ...one, changes: { ...one.changes } },
      controls: ["batch", "lambda"],
      points: ["batch"],
      tries: "Go from a batch of 1 to 2, 4, 8. Watch the four pictures come apart.",
      question: {
        kind: "choice",
        ask: "Batch 1, the same seed: how far apart do ERM and DRO end, and reweighting and DoRA?",
        options: ["Far, they are different methods", "A little", "Not at all: the same numbers"],
        measure: { kind: "plane", arms: [one], seeds: 3 },
        answer: (runs) => {
          const far = [
            ...difference("rew", [0, 1], [0, 0])(runs),
            ...difference("rew", [0, 3], [0, 2])(runs),
          ].map(Math.abs);
          const most = Math.max(...far);
          return most < 1e-6 ? 2 : most < 0.1 ? 1 : 0;
        },
        claims: [
          {
            says: "At batch 1 DRO is ERM, number for number.",
            quantity: "DRO − ERM, human reward",
            unit: "reward",
            values: difference("rew", [0, 1], [0, 0]),
            expects: { kind: "equal" },
          },
          {
            says: "And DoRA is reweighting.",
            quantity: "DoRA − reweighting, human reward",
            unit: "reward",
            values: difference("rew", [0, 3], [0, 2]),
            expects: { kind: "equal" },
          },
        ],
        reveal: [
          "This is an identity, not a tendency: it holds for every seed, every λ and every model. A table that compares DoRA and reweighting at batch 1 compares a method with itself.",
        ],
      },
    },
    {
      id: "sixteen",
      title: "More pairs, more pessimism",
      words: [
        "The log-mean-exp of a small batch is smaller than that of the whole data set: its worst case is less bad. So the batch size, which is meant to be a matter of memory, decides how pessimistic DoRA is.",
      ],
      scene: { changes: { ...LOW, "train.batch": 16 }, strategies: WEIGHTED },
      controls: ["batch", "lambda"],
      points: ["batch"],
      question: {
        kind: "choice",
        ask: "From batch 1 to batch 16, at λ 0.3, DoRA’s human reward",
        options: ["rises", "falls", "stays: it cannot be told"],
        measure: { kind: "plane", arms: [one, sixteen], seeds: 5 },
        answer: (runs) => sideOf(difference("rew", [1, 3], [0, 3])(runs)),
        claims: [
          {
            says: "DoRA ends lower with the larger batch.",
            quantity: "DoRA at batch 16 − at batch 1, human reward",
            unit: "reward",
            values: difference("rew", [1, 3], [0, 3]),
            expects: { kind: "below", than: 0 },
          },
          {
            says: "By more than reweighting changes.",
            quantity: "(DoRA − reweighting) at batch 16, human reward",
            unit: "reward",
            values: difference("rew", [1, 3], [1, 2]),
            expects: { kind: "below", than: 0 },
          },
        ],
        reveal: [
          "Not a flaw of training: the larger batch follows DoRA’s stated objective more closely, and that objective is pessimistic.",
        ],
      },
    },
    {
      id: "the-cure",
      title: "A cure that works too well",
      words: [
        "The bias has a known cure: keep a *running average* of exp(hℓ/λ) over past batches, and compare each new pair with that. Even a batch of one then has something to compare with.",
      ],
      scene: { changes: RUNNING, strategies: WEIGHTED },
      controls: ["batch", "estimator"],
      points: ["estimator"],
      question: {
        kind: "choice",
        ask: "Batch 1 with the running average: does DoRA end higher or lower than without it?",
        options: ["Higher: the bias is gone", "Lower", "It cannot be told"],
        measure: { kind: "plane", arms: [cured, uncured], seeds: 6 },
        answer: (runs) => sideOf(difference("rew", [0, 1], [1, 1])(runs)),
        claims: [
          {
            says: "With the cure DoRA is no longer reweighting, and ends lower.",
            quantity: "DoRA with − without the running average, human reward",
            unit: "reward",
            values: difference("rew", [0, 1], [1, 1]),
            expects: { kind: "below", than: 0 },
          },
        ],
        reveal: [
          "The cure restores the objective as it is written. Whether that objective is what you want is another question: in this world its pessimism costs reward.",
        ],
      },
    },
  ],
};
