/** Everything that the arms of one seed share, and one arm on top of it. */
import type { Backend } from "../../backend/backend.ts";
import { type ChatterTruth, chatterTruth } from "../../data/worlds/chatter_truth.ts";
import type { Llama } from "../../model/llama.ts";
import { decodeReports } from "../../objective/kernels/reports.ts";
import { lossById } from "../../objective/losses/index.ts";
import type { Objective } from "../../objective/objective.ts";
import { effectiveShare } from "../../objective/reduction.ts";
import { type EncodedGroup, promptTokens } from "../../text/encoding.ts";
import type { Control } from "../control.ts";
import type { UnitInfo } from "../events.ts";
import { stepper } from "../learning_rate.ts";
import { objectiveOf } from "../objective_choice.ts";
import { openModel } from "../policy_model.ts";
import { createPolicyStep } from "../policy_step.ts";
import type { Prepared } from "../prepare.ts";
import type { Pretrained } from "../pretrained.ts";
import type { Ratio } from "../ratio.ts";
import { estimateRatio } from "../ratio_stage.ts";
import {
  groupAnswers,
  openScoring,
  PER_PROMPT,
  REFERENCE_DRAWS,
  rewardAtKl,
  type ScoringModel,
} from "../reference_answers.ts";
import type { GroupLogps } from "../scoring.ts";
import { fineTune } from "../sft_stage.ts";
import { trainBatches } from "../train_batches.ts";
import { unitRatios } from "../unit_ratios.ts";
import { unitsOf } from "../units.ts";
import { pairAccuracy } from "./accuracy.ts";
import { rewardOf, type WrittenAnswer, writeAnswers } from "./answers.ts";
import { type AblationData, ablationData } from "./data.ts";
import type { Arm } from "./grid.ts";
import { type AblationSettings, specOf } from "./settings.ts";

/** What is measured of one trained policy. */
export interface Outcome {
  /** Mean exact human reward of generated answers that parse, and the share that does. */
  readonly rew: number;
  readonly parsed: number;
  /** The same at a fixed KL from the reference, from weighted reference answers; `effective` of them count. */
  readonly rewK: number;
  readonly kl: number;
  readonly effective: number;
  /** Pair accuracy on the groups that choose λ and on those that are reported. */
  readonly validation: number;
  readonly accuracy: number;
  /** Mean share of the tilt weight on the target's units, and mean effective share of the weights in a batch. */
  readonly onTarget: number;
  readonly weightEss: number;
  /** Effective share and largest share of h over the training units; 1 and 1/n without a ratio. */
  readonly essH: number;
  readonly maxShareH: number;
}

/** What is known of the reference and the ratio. */
export interface Start {
  readonly rew: number;
  readonly parsed: number;
  readonly auc: number;
  readonly ece: number;
  readonly meanH: number;
  /** Correlation of estimated and exact log-ratio. */
  readonly correlation: number;
}

export interface Trial {
  readonly start: Start;
  run(arm: Arm, control: Control): Promise<Outcome>;
}

/** Offset of the seed of policies' answers. */
const POLICY_DRAWS = 1;

/** What the arms of a seed share. */
interface Shared {
  readonly backend: Backend;
  readonly settings: AblationSettings;
  readonly seed: number;
  readonly pretrained: Pretrained;
  readonly data: AblationData;
  readonly truth: ChatterTruth;
  readonly ratio: Ratio;
  /** Puts the reference's weights into a model. */
  readonly load: (model: Llama) => void;
  /** The reference's own answers as groups behind the others, their rewards, and all groups' scores under the reference. */
  readonly answers: readonly EncodedGroup[];
  readonly rewards: readonly number[];
  readonly scores: GroupLogps;
}

/**
 * Fine-tunes the reference on the target's responses, estimates the ratio and scores everything with the reference. No
 * label plays a part in these, so they serve every corruption.
 */
export async function openTrial(
  backend: Backend,
  settings: AblationSettings,
  pretrained: Pretrained,
  seed: number,
  control: Control,
): Promise<Trial> {
  const spec = specOf(settings, seed, pretrained.id);
  const data = ablationData(settings, spec, pretrained);
  const { clean: prepared, validation, test } = data;
  const ratio = await estimateRatio(backend, spec, prepared, control, () => {});
  const truth = chatterTruth({ shift: settings.shift });
  const reference = await fineTune(backend, spec, prepared, control, () => {});
  const load = (model: Llama): void => model.weights.load(reference);

  // The reference's own answers join the encoded groups, so that one scorer serves all.
  const asked = promptsOf(data, Math.ceil(settings.judge.referenceSamples / PER_PROMPT)).flatMap((prompt) =>
    Array.from({ length: PER_PROMPT }, () => prompt),
  );
  const bare = openModel(backend, spec, prepared, { tokens: 1, rows: 1, responses: 1 }, "align");
  let own: WrittenAnswer[];
  try {
    load(bare);
    own = await writeAnswers(backend, bare, prepared.tokenizer, truth, asked, seed + REFERENCE_DRAWS);
  } finally {
    bare.free();
  }
  const kept = own.filter(({ reward }) => reward !== null);
  const answers = groupAnswers(kept, (prompt) => promptTokens(prompt, prepared.tokenizer));
  const encoded = [...prepared.encoded, ...answers];

  const first = await openScoring(backend, spec, prepared, load, encoded);
  let scores: GroupLogps;
  try {
    const judged = [...validation, ...test, ...answersAt(data, answers)];
    scores = await first.scorer.score([...new Set(prepared.train), ...judged], true);
  } finally {
    first.close();
  }
  const rewards = kept.map(({ reward }) => reward!);
  const shared = { backend, settings, seed, pretrained, data, truth, ratio, load, answers, rewards, scores };
  const { reward: rew, parsed } = rewardOf(own);
  return {
    start: {
      rew,
      parsed,
      auc: ratio.summary!.auc,
      ece: ratio.summary!.ece,
      meanH: ratio.summary!.meanH,
      correlation: ratio.summary!.correlation ?? Number.NaN,
    },
    run: (arm, armControl) => runArm(shared, arm, armControl),
  };
}

/** Test prompts, over and over. */
function promptsOf({ clean, test }: AblationData, count: number): string[] {
  return Array.from({ length: count }, (_, i) => clean.dataset.groups[test[i % test.length]!]!.prompt);
}

/** Indices of the reference's answers, which follow the encoded groups. */
function answersAt({ clean }: AblationData, answers: readonly EncodedGroup[]): number[] {
  return answers.map((_, i) => clean.encoded.length + i);
}

/** Trains one policy from the reference, and measures it. */
async function runArm(shared: Shared, arm: Arm, control: Control): Promise<Outcome> {
  const { backend, settings, seed, pretrained, data, ratio, answers, scores: reference } = shared;
  const { clean: prepared } = data;
  const { dataset } = prepared;
  const spec = specOf(settings, seed, pretrained.id, changesOf(arm, settings));
  const labelled = data.noisy(arm.corruption);
  const units = unitsOf(labelled.dataset, prepared.train, lossById(arm.loss).family);
  const ready: Prepared = { ...labelled, units };
  const { objective } = objectiveOf(spec, ready);
  const h = arm.ratio === "none" ? units.map(() => 1) : unitRatios(spec, ready, ratio);
  const infos = units.map((unit, i): UnitInfo => {
    const group = dataset.groups[unit.group]!;
    const { source } = group.responses[unit.responses[0]!]!;
    return { group: group.id, row: group.row, responses: unit.responses, source, h: h[i]! };
  });
  const batches = trainBatches(spec, ready);
  const encoded = [...prepared.encoded, ...answers];
  const opened = await openScoring(backend, spec, prepared, shared.load, encoded, batches.part);
  const { model, batch, close } = opened;
  const { scalars, set } = stepper(spec.train);
  const parts = { model, batch, objective, prepared: ready, batches, infos, reference, scalars };
  const policy = await createPolicyStep(backend, parts, 1);
  try {
    let onTarget = 0;
    let weightEss = 0;
    const steps = batches.steps.length;
    for (let step = 0; step < steps; step++) {
      await control.gate();
      set(step);
      policy.run(step);
      const { baseline: _none, ...reports } = await policy.reports.take();
      const values = decodeReports(objective, dataset.sources, reports);
      onTarget += (values[`weight/by_source/${dataset.sources[dataset.target]}`] ?? 0) / steps;
      weightEss += values["robust/ess"]! / batches.steps[step]!.length / steps;
    }
    return {
      ...(await measured(shared, objective, opened, labelled.encoded)),
      onTarget,
      weightEss,
      essH: effectiveShare(h),
      maxShareH: Math.max(...h) / h.reduce((sum, value) => sum + value, 0),
    };
  } finally {
    policy.free();
    close();
  }
}

/** What the trained policy's answers and its scores of held-out groups are worth. @param labelled groups with noisy labels */
async function measured(
  { backend, settings, seed, data, truth, answers, rewards, scores: before }: Shared,
  { loss, lossParams }: Objective,
  { model, scorer }: Pick<ScoringModel, "model" | "scorer">,
  labelled: readonly EncodedGroup[],
): Promise<Omit<Outcome, "onTarget" | "weightEss" | "essH" | "maxShareH">> {
  const { clean, validation, test } = data;
  const groups = answersAt(data, answers);
  const after = await scorer.score([...validation, ...test, ...groups], true);
  const accuracyOn = (some: readonly number[]): number =>
    pairAccuracy(some, [...labelled, ...answers], after, before, loss, lossParams);
  const { rewK, kl, effective } = rewardAtKl(groups, rewards, before, after, settings.judge.kl);
  const prompts = promptsOf(data, settings.judge.samples);
  const written = await writeAnswers(backend, model, clean.tokenizer, truth, prompts, seed + POLICY_DRAWS);
  const { reward: rew, parsed } = rewardOf(written);
  return { rew, parsed, rewK, kl, effective, validation: accuracyOn(validation), accuracy: accuracyOn(test) };
}

/** What an arm changes in the spec of its trial. LIRE is below 0, so inside the exponent it is shifted by 1. */
function changesOf(arm: Arm, { train }: AblationSettings): Record<string, number | string> {
  const { negative } = lossById(arm.loss).flags;
  return {
    "data.corruption": arm.corruption,
    "train.loss": arm.loss,
    "train.strategy": arm.strategy,
    ...(arm.lambda !== null && { "train.lambda": arm.lambda }),
    ...(arm.ratio !== "none" && { "ratio.reduction": arm.ratio }),
    ...((arm.loss === "dpo" || arm.loss === "dpo_pl") && { "train.lossParams.beta": train.beta }),
    ...(negative === "always" && arm.strategy === "dora_inside" && { "train.strategyParams.shift": 1 }),
  };
}
