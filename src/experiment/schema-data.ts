/** The sections of a spec that say what is read and how its likelihood ratios are estimated. */
import {
  choice,
  integer,
  integerOrNull,
  number,
  numberOrNull,
  section,
  text,
  textOrNull,
  toggle,
} from "./field.ts";
import { isNumberList } from "./number_list.ts";

const inWorld = [{ path: "data.source", in: ["builtin:chatter", "builtin:plane"] }];
const inText = [{ path: "data.source", in: ["builtin:chatter", "file:", "url:"] }];
const byClassifier = { path: "ratio.source", in: ["classifier"] };

/** A dataset address: `builtin:<name>`, `file:<SHA-256>`, or `url:` and an https address without a password in it. */
function isDataSource(value: string): boolean {
  if (value.startsWith("url:")) return isFetchable(value.slice(4));
  return value === "builtin:chatter" || value === "builtin:plane" || /^file:[0-9a-f]{64}$/.test(value);
}

/** Whether an address may be offered for download at all: https, or http on this very machine. */
function isFetchable(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname, username, password } = new URL(address);
  if (username !== "" || password !== "") return false;
  return (
    protocol === "https:" || (protocol === "http:" && (hostname === "localhost" || hostname === "127.0.0.1"))
  );
}

export const dataSection = section({
  source: text(
    {
      label: "Dataset",
      help: "Where the preference data comes from: a built-in world, a file known by its SHA-256, or an address.",
      default: "builtin:chatter",
      format:
        "builtin:chatter, builtin:plane, file: and 64 hexadecimal digits (SHA-256 of the file), or url: and an https address",
    },
    isDataSource,
  ),
  sha256: textOrNull(
    {
      label: "SHA-256 of the download",
      help: "What the bytes at the address must hash to. Without it nobody can tell whether the data changed.",
      default: null,
      format: "64 hexadecimal digits in lower case",
      advanced: true,
      when: [{ path: "data.source", in: ["url:"] }],
    },
    (value) => /^[0-9a-f]{64}$/.test(value),
  ),
  target: text(
    {
      label: "Target source",
      help: "Name of the source to align to (human, golden). Empty takes what the file or world says.",
      default: "",
      format: "the name of a source, at most 200 characters, or empty",
      when: [{ path: "data.source", in: ["file:", "url:"] }],
    },
    (value) => value.length <= 200,
  ),
  groups: integer({
    label: "Groups",
    help: "How many prompts with their responses the world generates.",
    default: 1000,
    min: 20,
    max: 20000,
    step: 20,
    unit: "groups",
    when: inWorld,
  }),
  responses: integer({
    label: "Responses per group",
    help: "K: how many responses each prompt gets. Plane always has pairs.",
    default: 2,
    min: 2,
    max: 16,
    step: 1,
    unit: "responses",
    when: [{ path: "data.source", in: ["builtin:chatter"] }],
  }),
  lists: choice({
    label: "Sources within a group",
    help: "All responses of a group from one source, or each from a source of its own.",
    default: "one-source",
    choices: { "one-source": "one source per group", mixed: "mixed" },
    advanced: true,
    when: [{ path: "data.source", in: ["builtin:chatter"] }],
  }),
  shift: number({
    label: "Shift",
    help: "s: how far the synthetic sources sit from the target; 0 makes them alike.",
    default: 0.5,
    min: 0,
    max: 2,
    step: 0.05,
    when: inWorld,
  }),
  kappa: number({
    label: "Annotator bias",
    help: "κ: 0 when synthetic groups are judged by the human reward, 1 when by another annotator entirely.",
    default: 1,
    min: 0,
    max: 1,
    step: 0.05,
    when: inWorld,
  }),
  shareTarget: number({
    label: "Share of the target",
    help: "α: the fraction of groups whose responses come from the target source.",
    default: 0.3,
    min: 0.01,
    max: 1,
    step: 0.01,
    when: inWorld,
  }),
  shareFirst: number({
    label: "Share of the first synthetic source",
    help: "β1: the fraction of groups from the first synthetic source; the second one gets the rest.",
    default: 0.5,
    min: 0,
    max: 0.99,
    step: 0.01,
    when: inWorld,
  }),
  corruption: number({
    label: "Corruption",
    help: "Probability that a training group's scores are shuffled at random. The held-out split stays clean.",
    default: 0,
    min: 0,
    max: 1,
    step: 0.05,
  }),
  heldOut: number({
    label: "Held out",
    help: "Fraction of prompts kept for evaluation. All responses to a prompt stay on one side.",
    default: 0.2,
    min: 0.02,
    max: 0.9,
    step: 0.01,
  }),
  maxTokens: integer({
    label: "Longest sequence",
    help: "Prompt and response together are cut to this many tokens.",
    default: 128,
    min: 8,
    max: 2048,
    step: 8,
    unit: "tokens",
    advanced: true,
    when: inText,
  }),
  maxGroups: integer({
    label: "Groups to use",
    help: "At most this many groups of a file are used, chosen by the seed; 0 uses all.",
    default: 0,
    min: 0,
    max: 1000000,
    step: 100,
    unit: "groups",
    advanced: true,
    when: [{ path: "data.source", in: ["file:", "url:"] }],
  }),
});

export const ratioSection = section({
  source: choice({
    label: "Ratio from",
    help: "Where log Q0/P comes from: an estimated source classifier, the world's closed form, or the file: probabilities of being the target's, or a weight per row, used as h.",
    default: "classifier",
    choices: {
      classifier: "source classifier, cross-fitted",
      true: "exact, from the world",
      file: "probabilities in the file",
      weight: "weights in the file",
    },
  }),
  classifier: choice({
    label: "Classifier",
    help: "Logistic regression on hashed n-grams; one hidden layer over them: slower, and better only where much data is at hand; or logistic regression on the hidden states of the model that the run starts from, the built-in one where it starts fresh.",
    default: "linear",
    choices: { linear: "linear", hidden: "one hidden layer", states: "hidden states of a language model" },
    when: [byClassifier],
  }),
  heads: choice({
    label: "Models",
    help: "One model per synthetic source, the target against it; or one n-way model of all sources at once. Auto: n-way for Plane, one per source elsewhere.",
    default: "auto",
    choices: { auto: "auto", binary: "one per synthetic source", nway: "one for all sources (n-way)" },
    advanced: true,
    when: [byClassifier],
  }),
  hidden: integer({
    label: "Hidden units",
    help: "Width of the classifier's hidden layer.",
    default: 16,
    min: 4,
    max: 512,
    step: 4,
    unit: "units",
    advanced: true,
    when: [byClassifier, { path: "ratio.classifier", in: ["hidden"] }],
  }),
  hashBits: integer({
    label: "Hash bits",
    help: "n-grams are hashed into 2 to this power buckets.",
    default: 18,
    min: 6,
    max: 20,
    step: 1,
    unit: "bits",
    advanced: true,
    when: [byClassifier],
  }),
  ngrams: integer({
    label: "Longest n-gram",
    help: "Words are counted alone (1), and in runs up to this length.",
    default: 2,
    min: 1,
    max: 4,
    step: 1,
    unit: "words",
    advanced: true,
    when: [byClassifier],
  }),
  chars: integerOrNull({
    label: "Longest run of characters",
    help: "Characters are counted in runs of 2 up to this many; 0: words alone. Not set: 3, and 5 where that tells nearly separate sources apart better, by the out-of-fold loss.",
    default: null,
    min: 0,
    max: 5,
    step: 1,
    unit: "characters",
    advanced: true,
    when: [byClassifier],
  }),
  folds: integer({
    label: "Folds",
    help: "Cross-fitting: a prompt's ratio comes from a classifier that saw none of its responses.",
    default: 5,
    min: 2,
    max: 20,
    step: 1,
    unit: "folds",
    when: [byClassifier],
  }),
  steps: integer({
    label: "Classifier steps",
    help: "Most full-batch updates; training stops earlier when the out-of-fold loss no longer falls. 0: what suits the data.",
    default: 0,
    min: 0,
    max: 5000,
    step: 10,
    unit: "steps",
    advanced: true,
    when: [byClassifier],
  }),
  lr: number({
    label: "Learning rate",
    help: "Of Adam, which trains the hidden layer; the linear model chooses its own steps.",
    default: 0.02,
    min: 1e-6,
    max: 1,
    scale: "log",
    advanced: true,
    when: [byClassifier, { path: "ratio.classifier", in: ["hidden"] }],
  }),
  l2: numberOrNull({
    label: "L2 penalty",
    help: "(l2/2)·|w|² on the classifier's weights; biases are free. Not set: chosen by the out-of-fold loss.",
    default: null,
    min: 0,
    max: 10,
    scale: "log",
    advanced: true,
    when: [byClassifier],
  }),
  calibration: choice({
    label: "Probability calibration",
    help: "Map from out-of-fold logits to probabilities, fitted on those logits.",
    default: "platt",
    choices: {
      none: "none",
      temperature: "temperature",
      platt: "Platt (slope and offset)",
      isotonic: "isotonic",
    },
    when: [byClassifier],
  }),
  form: choice({
    label: "Ratio form",
    help: "How the per-source ratios become one h. Mixture and posterior are exact; the others follow the DoRA paper and code.",
    default: "mixture",
    choices: {
      mixture: "mixture (exact)",
      posterior: "posterior (exact)",
      averaged: "averaged (paper)",
      stabilised: "stabilised (paper)",
      released: "as in the released code",
    },
  }),
  reduction: choice({
    label: "Ratio of a group",
    help: "How the responses' ratios become the group's. Auto: joint when a group has one source, mean when it mixes them.",
    default: "auto",
    choices: {
      auto: "auto",
      joint: "joint (responses share a source)",
      product: "product",
      mean: "mean",
      min: "smallest",
      slot: "target response only",
    },
  }),
  alpha: numberOrNull({
    label: "α override",
    help: "Share of the target in P, when the data's own share is not the one to assume. The other shares scale with it.",
    default: null,
    min: 0.001,
    max: 1,
    step: 0.01,
    advanced: true,
  }),
  beta: text(
    {
      label: "β override",
      help: "Shares of the synthetic sources in P, in their order: scaled to fill what α leaves. Empty: as they occur.",
      default: "",
      format: "positive numbers separated by commas, one per synthetic source, or empty",
      advanced: true,
    },
    isNumberList,
  ),
  gamma: text(
    {
      label: "γ override",
      help: "Q0/Qi is γi times the odds that the classifier gives. Empty: 1, because it weighs target and synthetic responses equally.",
      default: "",
      format: "positive numbers separated by commas, one per synthetic source, or empty",
      advanced: true,
      when: [byClassifier],
    },
    isNumberList,
  ),
  hMin: number({
    label: "Smallest h",
    help: "h is clipped from below here.",
    default: 0,
    min: 0,
    max: 1,
    step: 0.01,
    advanced: true,
  }),
  hMax: number({
    label: "Largest h",
    help: "h is clipped from above here. Clipping moves towards ERM and cuts variance.",
    default: 10,
    min: 1,
    max: 1000,
    scale: "log",
    advanced: true,
  }),
  normalise: toggle({
    label: "Mean h is 1",
    help: "Divide h by its mean over the training groups, so that h and λ are not confounded.",
    default: true,
    advanced: true,
  }),
});
