/** The sections of a spec that say how the policy is aligned and how it is judged. */
import * as v from "valibot";
import { DEFAULT_LAMBDA } from "../objective/estimators/lambda.ts";
import { DEFAULT_RUNNING } from "../objective/estimators/running.ts";
import { LOSSES } from "../objective/losses/index.ts";
import { STRATEGIES } from "../objective/strategies/index.ts";
import { choice, integer, number, section } from "./field.ts";

const onText = { path: "data.source", in: ["builtin:chatter", "file:", "url:"] };

/** Names by id, from a registry. */
function names(registry: readonly { readonly id: string; readonly name: string }[]): Record<string, string> {
  return Object.fromEntries(registry.map(({ id, name }) => [id, name]));
}

/** Ids of the strategies that read a setting: the conditions under which its field matters. */
function strategiesWith(parameter: string): string[] {
  return STRATEGIES.filter(({ params }) => Object.hasOwn(params, parameter)).map(({ id }) => id);
}

/** Ids of the strategies that take a log-mean-exp over the batch, which is what estimators are for. */
const tilting = STRATEGIES.filter(({ logMeanExp }) => logMeanExp).map(({ id }) => id);

/** Ids of those whose λ a KL budget can set. */
const learnable = tilting.filter((id) => strategiesWith("lam").includes(id));

/** Settings of the chosen loss or strategy, by name. Which ones exist is the registry's business (see parameters.ts). */
const parameters = v.optional(
  v.record(v.pipe(v.string(), v.maxLength(64)), v.union([v.number(), v.boolean(), v.string()])),
  {},
);

export const trainSection = section({
  strategy: choice({
    label: "Strategy",
    help: "How the groups' losses become one objective, and so how much each group counts.",
    default: "dora_inside",
    choices: names(STRATEGIES),
  }),
  lambda: number({
    label: "λ",
    help: "Temperature of the tilt: small lets only the worst groups count, large goes back to the average.",
    default: 1,
    min: 1e-6,
    max: 1e6,
    scale: "log",
    when: [{ path: "train.strategy", in: strategiesWith("lam") }],
  }),
  rho: number({
    label: "ρ",
    help: "Radius of the ball of distributions in which the worst case is sought.",
    default: 0.5,
    min: 1e-6,
    max: 100,
    scale: "log",
    when: [{ path: "train.strategy", in: strategiesWith("rho") }],
  }),
  strategyParams: parameters,
  loss: choice({
    label: "Loss",
    help: "The alignment loss of one group.",
    default: "dpo",
    choices: names(LOSSES),
  }),
  lossParams: parameters,
  estimator: choice({
    label: "Log-mean-exp from",
    help: "The exact batch, each micro-batch for itself (biased), a running normaliser, or STORM's variance reduction.",
    default: "exact",
    choices: {
      exact: "the whole batch, exactly",
      minibatch: "each micro-batch for itself",
      running: "a running normaliser",
      storm: "STORM (two evaluations per step)",
    },
    when: [{ path: "train.strategy", in: tilting }],
  }),
  gamma: number({
    label: "γ of the estimator",
    help: "How much of the new batch enters the running estimate; 1 is the plain mini-batch.",
    default: DEFAULT_RUNNING.gamma,
    min: 0.001,
    max: 1,
    step: 0.01,
    when: [
      { path: "train.strategy", in: tilting },
      { path: "train.estimator", in: ["running", "storm"] },
    ],
  }),
  lambdaBudget: number({
    label: "KL budget of λ",
    help: "Nats of tilt that λ learns to spend, starting from the λ above; 0 leaves λ where it is.",
    default: 0,
    min: 0,
    max: 10,
    step: 0.01,
    advanced: true,
    when: [{ path: "train.strategy", in: learnable }],
  }),
  lambdaRate: number({
    label: "Learning rate of λ",
    help: "How far λ moves per step and nat of budget missed or unspent.",
    default: DEFAULT_LAMBDA.learningRate,
    min: 1e-4,
    max: 10,
    scale: "log",
    advanced: true,
    when: [{ path: "train.strategy", in: learnable }],
  }),
  steps: integer({
    label: "Steps",
    help: "Updates of the policy.",
    default: 60,
    min: 0,
    max: 100000,
    step: 10,
    unit: "steps",
  }),
  batch: integer({
    label: "Batch",
    help: "Groups per update. With 1, DRO is ERM and DoRA is reweighting.",
    default: 16,
    min: 1,
    max: 4096,
    step: 1,
    unit: "groups",
  }),
  microBatches: integer({
    label: "Micro-batches",
    help: "Pieces a batch is computed in to save memory. Changes no number with the exact estimator.",
    default: 1,
    min: 1,
    max: 256,
    step: 1,
    unit: "pieces",
    advanced: true,
  }),
  lr: number({
    label: "Learning rate",
    help: "Peak learning rate of AdamW.",
    default: 0.0003,
    min: 1e-8,
    max: 1,
    scale: "log",
  }),
  schedule: choice({
    label: "Schedule",
    help: "What the learning rate does after the warm-up.",
    default: "constant",
    choices: { constant: "constant", linear: "linear to 0", cosine: "cosine to 0" },
    advanced: true,
  }),
  warmup: number({
    label: "Warm-up",
    help: "Fraction of the steps over which the learning rate rises from 0.",
    default: 0.05,
    min: 0,
    max: 1,
    step: 0.01,
    advanced: true,
  }),
  weightDecay: number({
    label: "Weight decay",
    help: "Decoupled decay of the weight matrices; norms and biases are free.",
    default: 0,
    min: 0,
    max: 1,
    step: 0.01,
    advanced: true,
  }),
  clip: number({
    label: "Gradient clip",
    help: "Largest gradient norm; 0 does not clip.",
    default: 1,
    min: 0,
    max: 1000,
    step: 0.1,
    advanced: true,
  }),
  loraRank: integer({
    label: "LoRA rank",
    help: "Train low-rank updates of this rank instead of the weights; 0 trains the weights.",
    default: 0,
    min: 0,
    max: 256,
    step: 1,
    advanced: true,
    when: [onText],
  }),
  loraAlpha: number({
    label: "LoRA α",
    help: "Updates are scaled by α/rank.",
    default: 16,
    min: 0.01,
    max: 1024,
    step: 1,
    advanced: true,
    when: [onText],
  }),
  loraTargets: choice({
    label: "LoRA on",
    help: "Which projections get an update.",
    default: "qv",
    choices: { qv: "query and value", attention: "all of attention", all: "attention and feed-forward" },
    advanced: true,
    when: [onText],
  }),
  frozen: choice({
    label: "LoRA over",
    help: "What the weights under the updates are stored as. 16 bits halve their memory and round them once; sums stay f32.",
    default: "f32",
    choices: { f32: "float32", f16: "float16", bf16: "bfloat16" },
    advanced: true,
    when: [onText],
  }),
  evalEvery: integer({
    label: "Evaluate every",
    help: "Steps between evaluations on the held-out target split; 0 evaluates at the end only.",
    default: 20,
    min: 0,
    max: 100000,
    step: 5,
    unit: "steps",
  }),
});

export const evalSection = section({
  groups: integer({
    label: "Groups evaluated",
    help: "At most this many held-out target groups are used per evaluation; 0 uses all.",
    default: 100,
    min: 0,
    max: 100000,
    step: 10,
    unit: "groups",
    advanced: true,
  }),
  samples: integer({
    label: "Samples",
    help: "Responses the trained policy writes for the report.",
    default: 4,
    min: 0,
    max: 200,
    step: 1,
    unit: "responses",
    advanced: true,
    when: [onText],
  }),
  newTokens: integer({
    label: "Longest sample",
    help: "Sampling stops here if the policy does not stop by itself.",
    default: 48,
    min: 1,
    max: 1024,
    step: 1,
    unit: "tokens",
    advanced: true,
    when: [onText],
  }),
  temperature: number({
    label: "Sampling temperature",
    help: "0 always takes the likeliest token.",
    default: 0.7,
    min: 0,
    max: 5,
    step: 0.1,
    advanced: true,
    when: [onText],
  }),
});
