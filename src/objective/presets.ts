import type { ObjectiveChoice } from "./objective.ts";
import type { Reduction } from "./reduction.ts";

/** A way in which published code departs from its paper, or from what one would expect. */
export interface Quirk {
  readonly what: string;
  /** What it does to training. */
  readonly effect: string;
  /** How to see it here: the setting that reproduces it, or why none does. */
  readonly here: string;
}

export interface Preset {
  readonly id: string;
  readonly name: string;
  readonly explanation: string;
  /** Settings the preset fixes; an absent loss is left as it is. */
  readonly objective: {
    readonly loss?: ObjectiveChoice["loss"];
    readonly strategy: ObjectiveChoice["strategy"];
  };
  /** How a response's ratio is formed from the classifier. */
  readonly ratioForm: "stabilised" | "released";
  readonly reduction: Reduction;
  /** Divide h by its mean? The release does not. */
  readonly meanOne: boolean;
  /** Groups per optimiser step where the published script fixes it. */
  readonly batchSize?: number;
  readonly quirks: readonly Quirk[];
}

const BATCH_ONE: Quirk = {
  what: "The script trains with one prompt per device.",
  effect:
    "A log-mean-exp over one element is the element: for DPO and LIRE the loss is its weight times itself, plain " +
    "reweighting. Gradient accumulation does not change that.",
  here: "Reproduced: the preset sets a batch of 1. Raise it to see the stated objective.",
};

const COLLAPSE: Quirk = {
  what: "Every shipped mixture constant equals α.",
  effect: "The weight 1/(α + m(1-p)/p) is then exactly p/α, linear in the classifier's probability.",
  here: "Reproduced by the released ratio form; change the mixture constants to leave it.",
};

const ORDER: Quirk = {
  what: "RRHF and LIRE expect the golden response's share in the last slot, DPO in the third.",
  effect: "Nothing while all shares are equal; the wrong share for one of them otherwise.",
  here: "The slot is a setting of the mixture constants (golden_last, golden_third).",
};

const METHOD: Quirk = {
  what: "--train_method dora, as the script passes it, matches no branch.",
  effect:
    "The release stops on an unbound variable. Any longer name that contains a loss's name selects DoRA.",
  here: "releasedMethod names the branch a method string takes, and refuses the same strings.",
};

const CONSTANTS: Quirk = {
  what: "The weight vector has length 4; a set for 6 is commented out.",
  effect: "Lists of any other length fail.",
  here: "Constants exist for 2, 4 and 6 responses; others are refused with a message.",
};

const LAMBDA: Quirk = {
  what: "λ is 1, written into the code, and h is not divided by its mean.",
  effect:
    "Inside the exponent scaling h by c is scaling λ by 1/c: the effective temperature depends on the classifier.",
  here: "Reproduced: λ 1, h as it comes.",
};

const REFERENCE: Quirk = {
  what: "The reference is a copy of the freshly wrapped LoRA model.",
  effect: "With B = 0 that is the SFT policy itself.",
  here: "Same here: the reference is the policy with its adapter off.",
};

const TOKENS: Quirk = {
  what: "Responses are tokenised on their own with special tokens on.",
  effect: "Tokenisers that prepend a beginning-of-sequence token put one inside the scored response.",
  here: "Not reproduced: a response never contains one here.",
};

const FILE: Quirk = {
  what: "The README's example says prompt, the loader reads query; only the first 40,000 rows are used.",
  effect: "The example file does not load.",
  here: "Both names are accepted here, and no row is dropped silently.",
};

const ABSENT: Quirk = {
  what: "The classifier, its class-imbalance factor γ, the DRO and Reweighting ablations, corruption and self-training are not in the release.",
  effect: "Its tables cannot be rerun from it.",
  here: "All of them exist here, as our own reading of the paper.",
};

const COMMON = [BATCH_ONE, COLLAPSE, ORDER, METHOD, CONSTANTS, LAMBDA, REFERENCE, TOKENS, FILE, ABSENT];

export const PRESETS: readonly Preset[] = [
  {
    id: "paper",
    name: "DoRA, as in the paper",
    explanation:
      "Stabilised ratios averaged over the responses, inside the exponent, λ 1 (arXiv 2504.05831).",
    objective: { strategy: { id: "dora_inside", params: { lam: 1 } } },
    ratioForm: "stabilised",
    reduction: "mean",
    meanOne: false,
    quirks: [
      {
        what: "The averaged ratio is one stabilised term per source, and a list holds one response per source.",
        effect: "It over-estimates the exact ratio and is bounded by the number of sources.",
        here: "Reproduced by the stabilised ratio form with mean reduction; the exact forms are beside it.",
      },
      {
        what: "h sits inside the exponent, where a negative loss turns it upside down.",
        effect: "LIRE's losses are negative, so target-like lists would lose weight.",
        here: "Refused for such losses, with the shift by 1, DoRA outside and importance-weighted KL-DRO offered.",
      },
    ],
  },
  {
    id: "released-rrhf",
    name: "DoRA as released, RRHF",
    explanation: "The batch's mean RRHF loss times every response's weight, in one log-mean-exp.",
    objective: {
      loss: {
        id: "rrhf",
        params: { rank_reduction: "mean", sft: "padded_slot", rank_weight: 1, sft_weight: 1 },
      },
      strategy: { id: "released_rrhf" },
    },
    ratioForm: "released",
    reduction: "mean",
    meanOne: false,
    batchSize: 1,
    quirks: [
      {
        what: "One scalar, the batch's mean loss, multiplies every weight.",
        effect:
          "The gradient is a positive multiple of ERM's: no response is preferred, only the step size changes.",
        here: "Reproduced by the strategy released_rrhf.",
      },
      {
        what: "The likelihood term is the mean over the padded length of the last response but one.",
        effect:
          "It depends on the batch's padding: twice the padding halves it. RRHF itself takes the best response.",
        here: "Reproduced by the SFT option padded_slot.",
      },
      {
        what: "The ranking sum is divided by the number of responses.",
        effect: "The ranking term is weaker against the likelihood term than in RRHF.",
        here: "Reproduced by rank_reduction mean.",
      },
      ...COMMON,
    ],
  },
  {
    id: "released-lire",
    name: "DoRA as released, LIRE",
    explanation: "The batch's mean weight times KL-DRO of the LIRE losses: the weight sits outside.",
    objective: {
      loss: { id: "lire", params: { temperature: 2, reward: "softmax", reduction: "mean" } },
      strategy: { id: "dora_outside", params: { lam: 1 } },
    },
    ratioForm: "released",
    reduction: "mean",
    meanOne: false,
    batchSize: 1,
    quirks: [
      {
        what: "The weight is averaged over the whole batch and stays outside the logarithm.",
        effect:
          "It scales the step and selects no lists, except at batch 1, where it is the list's own weight.",
        here: "Reproduced by DoRA outside.",
      },
      {
        what: "LIRE's losses are negative, which is presumably why the weight is not inside.",
        effect: "Inside, a larger ratio would lower a list's share.",
        here: "Choosing DoRA inside with LIRE is refused with the alternatives.",
      },
      ...COMMON,
    ],
  },
  {
    id: "released-dpo",
    name: "DoRA as released, DPO",
    explanation: "Plackett-Luce DPO averaged over positions, each list's mean weight inside the exponent.",
    objective: {
      loss: { id: "dpo_pl", params: { beta: 0.1, reduction: "mean" } },
      strategy: { id: "dora_inside", params: { lam: 1, shift: 0 } },
    },
    ratioForm: "released",
    reduction: "mean",
    meanOne: false,
    batchSize: 1,
    quirks: [
      {
        what: "The Plackett-Luce loss is averaged over the K positions.",
        effect: "With two responses it is half of DPO's loss.",
        here: "Reproduced by reduction mean.",
      },
      {
        what: "Its exponentials are not stabilised.",
        effect: "A log-ratio of 2000 gives NaN in 32-bit arithmetic.",
        here: "Not reproduced: ours gives the same number wherever theirs is finite, and stays finite elsewhere.",
      },
      {
        what: "The pairwise variant is commented out; it takes column 0 as chosen, and keeps the last two of a list.",
        effect: "Files must be ordered (..., chosen, rejected).",
        here: "Not reproduced: pairs here come from scores or named columns, never from the order.",
      },
      ...COMMON,
    ],
  },
];
