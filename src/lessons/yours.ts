import { type Claim, difference, gap, sideOf } from "./claim.ts";
import type { Lesson } from "./lesson.ts";
import { BOTH, MEAN_RATIO, WEIGHTED } from "./settings.ts";

/** The same points under two judges of the majority. */
const agreeing = { changes: { "data.kappa": 0 }, strategies: BOTH };
const biased = { changes: { "data.kappa": 1 }, strategies: BOTH };
const contest = { changes: { ...MEAN_RATIO, "train.lambda": 1 }, strategies: WEIGHTED };

const gainFromBias = gap(
  "rew",
  [
    [1, 1],
    [1, 0],
  ],
  [
    [0, 1],
    [0, 0],
  ],
);

/** DoRA's lead in pairs put in order, counted as positive where the exact reward at equal distance names the same winner. */
const agreement: Claim["values"] = (runs) => {
  const counted = difference("accuracy", [0, 1], [0, 0])(runs);
  return difference("rewK", [0, 1], [0, 0])(runs).map((exact, i) => Math.sign(exact) * counted[i]!);
};

export const yours: Lesson = {
  id: "yours",
  title: "Does it hold on your data?",
  summary:
    "One run proves nothing. How many seeds, how many held-out pairs, and what to check before believing it.",
  steps: [
    {
      id: "one-seed",
      title: "One run each",
      words: [
        "The usual experiment trains each method once and prints two numbers. Here is such a contest: {reweight} and {dora_inside} with the mean ratio at λ 1, judged at equal distance. Each seed is somebody’s whole experiment.",
      ],
      scene: { ...contest, timeline: "rewK" },
      controls: ["pair", "lambda"],
      points: [],
      question: {
        kind: "choice",
        ask: "Ten groups each run it once, with ten seeds. Will they agree who won?",
        options: ["Yes, DoRA wins", "Yes, reweighting wins", "No, some say one and some the other"],
        measure: { kind: "plane", arms: [contest], seeds: 10 },
        answer: (runs) => {
          const values = difference("rewK", [0, 1], [0, 0])(runs);
          if (values.every((value) => value > 0)) return 0;
          return values.every((value) => value < 0) ? 1 : 2;
        },
        claims: [
          {
            says: "Single runs disagree about the winner.",
            quantity: "DoRA − reweighting, at equal distance",
            unit: "reward",
            values: difference("rewK", [0, 1], [0, 0]),
            expects: { kind: "both-signs" },
          },
        ],
        reveal: [
          "Pair the runs by seed (same data, same start, same batches), take the difference of each pair, and give its interval. Where the interval contains 0, there is no winner yet, and a bold number in a table does not make one.",
        ],
      },
    },
    {
      id: "held-out",
      title: "How much can you see?",
      words: [
        "On your data there is no exact reward. Methods are judged on held-out pairs of people, and a win rate over $n$ pairs is uncertain by itself. The figure takes the data that is open in your workbench and says which differences it can show at all.",
        "Choose λ on held-out pairs of people that the report never sees, by the share of them put in order; the loss would always favour the most confident policy. One grid of λ for every method, and say how many labels it cost.",
      ],
      scene: contest,
      figure: "own-data",
      controls: [],
      points: [],
      question: {
        kind: "choice",
        ask: "In the contest of the page before, each run also put 1,000 fresh pairs of people in order. In how many of ten seeds does that count name the same winner as the exact reward?",
        options: ["In all ten", "In more than half, not in all", "In half of them or fewer"],
        measure: { kind: "plane", arms: [contest], seeds: 10 },
        answer: (runs) => {
          const same = agreement(runs).filter((value) => value > 0).length;
          return same === runs.length ? 0 : 2 * same > runs.length ? 1 : 2;
        },
        claims: [
          {
            says: "The count and the exact reward name different winners in some seeds.",
            quantity: "DoRA − reweighting in pairs put in order, positive where the exact reward agrees",
            unit: "share",
            values: agreement,
            expects: { kind: "both-signs" },
          },
        ],
        reveal: [
          "A thousand pairs is more than most people hold out. The two policies differ by a few points, and a win rate over 1,000 pairs is uncertain by ± 3 points: the count often sees its own luck.",
        ],
      },
      tries: "Drop a file anywhere on this page; the figure follows.",
    },
    {
      id: "checks",
      title: "Before you believe it",
      words: [
        "Every claim in these lessons was measured while you watched, in two small worlds that were *chosen so that the effects show*. They prove that something can happen, not that it will happen to you. No lesson trained a large model.",
        "So ask your own data. *Can the sources be told apart?* An AUC near 0.5 leaves flat weights; length alone should not explain it. *Are the probabilities honest?* See the reliability chart. *How many pairs are left?* See the effective sample size. *Whose judge is the majority?* No chart can tell you that.",
        "Then run {erm}, {reweight}, {dora_inside} and the control {sharp} with the same seeds: [the workbench](#/workbench) for one run each, [Sweeps](#/sweeps) for intervals. If the control does as well, the losses were not what helped.",
      ],
      scene: contest,
      figure: "own-data",
      controls: [],
      points: [],
      question: {
        kind: "choice",
        ask: "Two datasets hold the same points from the same sources. In one the majority’s judge agrees with people, in the other it does not. What tells them apart before you train?",
        options: ["The effective sample size", "Only labels by people", "Neither"],
        measure: { kind: "plane", arms: [agreeing, biased], seeds: 4 },
        answer: (runs) => {
          const same = difference("ess", [0, 1], [1, 1])(runs).every((value) => Math.abs(value) < 1e-6);
          if (!same) return 0;
          return sideOf(gainFromBias(runs)) === 0 ? 1 : 2;
        },
        claims: [
          {
            says: "The effective sample size is the same, to the last digit.",
            quantity: "Effective sample size of reweighting, agreeing − biased judge",
            unit: "share",
            values: difference("ess", [0, 1], [1, 1]),
            expects: { kind: "equal" },
          },
          {
            says: "What reweighting gains is not the same.",
            quantity: "Gain of reweighting over ERM, biased − agreeing judge, human reward",
            unit: "reward",
            values: gainFromBias,
            expects: { kind: "above", than: 0 },
          },
        ],
        reveal: [
          "A classifier reads who wrote a response, never whether the judge was right, so every chart of the ratio is the same for both. What differs is how much there is to gain. Have people label some pairs of the *synthetic* sources again, and count how often they agree.",
        ],
      },
    },
  ],
};
