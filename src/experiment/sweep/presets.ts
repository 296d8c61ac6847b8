/** Sweeps that come with Tilt. */
import { readSweep } from "./read.ts";
import type { Sweep } from "./types.ts";

export interface SweepPreset {
  readonly id: string;
  readonly name: string;
  /** What it asks, in a sentence. */
  readonly asks: string;
  readonly make: () => Sweep;
}

/** Chatter as in the reference measurements: 600 groups of 4 responses, a clear shift, 30 % of them from people. */
const CHATTER = { groups: 600, responses: 4, shift: 1, shareTarget: 0.3, shareFirst: 0.5 };
const STRATEGIES = ["erm", "kl_dro", "reweight", "dora_inside", "sharp"];

const preset = (
  id: string,
  asks: string,
  json: { readonly name: string } & Record<string, unknown>,
): SweepPreset => ({
  id,
  name: json.name,
  asks,
  make: () => readSweep(json),
});

export const SWEEP_PRESETS: readonly SweepPreset[] = [
  preset(
    "ablation",
    "Does DoRA beat DRO and reweighting, under two losses, with clean and with corrupted labels? “Sharp” is the control that sees no loss.",
    {
      name: "The paper’s ablation",
      base: { data: CHATTER, train: { batch: 64, steps: 60 } },
      axes: [
        { field: "train.loss", values: ["dpo", "dpo_pl"] },
        { field: "data.corruption", values: [0, 0.4] },
        { field: "train.strategy", values: STRATEGIES },
      ],
      seeds: { from: 1, count: 10 },
      baseline: { axis: "train.strategy", value: "reweight" },
    },
  ),
  preset("lambda", "How much does the choice of λ decide, for DRO and for DoRA?", {
    name: "λ sensitivity",
    base: { data: { ...CHATTER, responses: 2 }, train: { batch: 64, steps: 60 } },
    axes: [
      { field: "train.strategy", values: ["kl_dro", "dora_inside", "iw_kl_dro"] },
      { field: "train.lambda", values: [0.1, 0.3, 1, 3, 10] },
    ],
    seeds: { from: 1, count: 5 },
    baseline: { axis: "train.lambda", value: 1 },
  }),
  preset("noise", "Who withstands wrong labels, and who feeds on them?", {
    name: "Label noise",
    base: { data: { ...CHATTER, responses: 2 }, train: { batch: 64, steps: 60 } },
    axes: [
      { field: "data.corruption", values: [0, 0.2, 0.4, 0.6] },
      { field: "train.strategy", values: ["erm", "kl_dro", "reweight", "dora_inside", "drdpo"] },
    ],
    seeds: { from: 1, count: 5 },
    baseline: { axis: "train.strategy", value: "erm" },
  }),
  preset(
    "minibatch",
    "A log-mean-exp over a small batch is biased towards the plain mean. Does a running normaliser repair it?",
    {
      name: "Mini-batch bias",
      base: {
        data: { ...CHATTER, responses: 2 },
        train: { strategy: "dora_inside", lambda: 0.3, steps: 60 },
      },
      axes: [
        { field: "train.batch", values: [4, 16, 64] },
        {
          name: "log-mean-exp",
          values: [
            { label: "of the batch", set: { "train.estimator": "exact" } },
            { label: "running, γ 0.5", set: { "train.estimator": "running", "train.gamma": 0.5 } },
            { label: "running, γ 0.1", set: { "train.estimator": "running", "train.gamma": 0.1 } },
          ],
        },
      ],
      seeds: { from: 1, count: 5 },
      baseline: { axis: "log-mean-exp", value: "of the batch" },
      metric: "robust/value",
    },
  ),
  preset(
    "self-training",
    "The policy writes the synthetic responses of the next round, the biased annotator judges them. Where does it drift?",
    {
      name: "Self-training, iterations 1 to 3",
      base: {
        data: { ...CHATTER, groups: 400, maxTokens: 72 },
        // Small, and fine-tuned on every source for long enough that nearly all it writes is of the grammar.
        model: { dim: 32, layers: 1, heads: 2, kvHeads: 2, hidden: 64 },
        sft: { on: "all", steps: 500, lr: 0.015 },
        train: { loss: "dpo_pl", lossParams: { beta: 0.5 }, batch: 32, steps: 30, lr: 0.0005, evalEvery: 10 },
        online: { rounds: 3, responses: 4, score: "annotator", temperature: 0.7 },
      },
      axes: [{ field: "train.strategy", values: ["erm", "kl_dro", "reweight", "dora_inside"] }],
      seeds: { from: 1, count: 5 },
      baseline: { axis: "train.strategy", value: "erm" },
      metric: "world/reward",
    },
  ),
];
