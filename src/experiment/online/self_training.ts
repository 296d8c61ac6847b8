/**
 * Self-training: in each round the policy as it is answers the synthetic prompts anew, its answers are judged, the ratio
 * of people's text to the policy's is estimated again, and training goes on from where it was. The reference stays the
 * fine-tuned model, so that drift is measured from one place; the optimiser starts afresh.
 */
import type { Backend } from "../../backend/backend.ts";
import { TiltError } from "../../base/errors.ts";
import { stream } from "../../base/random.ts";
import { mean } from "../../base/statistics.ts";
import type { ExportedFile } from "../../model/checkpoint/export.ts";
import type { Llama } from "../../model/llama.ts";
import type { Control } from "../control.ts";
import type { Training } from "../doors.ts";
import type { RunEvent, Stage, UnitInfo } from "../events.ts";
import { openPolicy } from "../policy.ts";
import { openModel } from "../policy_model.ts";
import type { Prepared } from "../prepare.ts";
import type { Pretrained } from "../pretrained.ts";
import type { Ratio } from "../ratio.ts";
import { estimateRatio } from "../ratio_stage.ts";
import type { Spec } from "../spec.ts";
import { unitInfos } from "../unit_infos.ts";
import { answeredGroups, type Material, materialOf, roundData } from "./material.ts";
import type { OnlineRound } from "./round.ts";
import { openJudge } from "./score.ts";
import { write } from "./write.ts";

/** Where self-training stands after a round: all that the next one starts from. Plain data. */
export interface RoundsState {
  /** The rounds done, in order. */
  readonly done: readonly OnlineRound[];
  /** What training has changed so far. */
  readonly trained: Float32Array;
  /** What the policy wrote after the last of them. */
  readonly material: Material;
}

export interface SelfTraining {
  readonly backend: Backend;
  readonly spec: Spec;
  /** As for a run on the data as they are. */
  readonly prepared: Prepared;
  /** Parameters of the fine-tuned reference. */
  readonly reference: Float32Array;
  /** The model whose hidden states the source classifier reads, where the spec asks for them. */
  readonly reader?: Pretrained;
  readonly control: Control;
  emit(event: RunEvent): void;
  timed<T>(stage: Stage, note: string, work: () => Promise<T>): Promise<T>;
  /** Told of every round's units before its first step. */
  onUnits(units: UnitInfo[]): void;
  /** Told of every round that ended. */
  onRound(round: OnlineRound): void;
  /** To go on after these rounds, instead of starting. */
  readonly from?: RoundsState;
  /** Told of what a round leaves for the next; waited for. */
  keepRound?(state: RoundsState): Promise<void>;
  keep?(files: readonly ExportedFile[]): Promise<void>;
  keepTrained?(trained: Float32Array): Promise<void>;
  /** The doors through which others may use the policy between two steps. */
  readonly training?: Training;
}

/** @returns the ratio of the last round @throws TiltError when a policy writes nothing that can be judged */
export async function selfTrain(job: SelfTraining): Promise<Ratio> {
  const { backend, spec, prepared, control, emit, timed, training } = job;
  const { rounds: count, responses: K, newTokens, temperature } = spec.online;
  const { steps } = spec.train;
  const judge = await timed("ratio", "Preparing the judge", () =>
    openJudge(backend, spec, prepared, control),
  );
  const answered = answeredGroups(prepared, spec);
  if (answered.length === 0) {
    throw new TiltError("No training group has a synthetic response, so there is nothing to write anew.", {
      where: "online.rounds",
      remedy: "Use data with synthetic responses, or 0 rounds.",
    });
  }
  const prompts = answered.flatMap((index) =>
    Array.from({ length: K }, () => prepared.encoded[index]!.prompt),
  );
  const writeWith = async (model: Llama, round: number): Promise<Material> => {
    const seed = stream(spec.seed, `online/writing/${round}`).word();
    const note = round === 0 ? "The reference writes responses" : `The policy writes after round ${round}`;
    const drafts = await timed("data", note, () =>
      write(backend, model, prepared.tokenizer, prompts, { seed, temperature, newTokens }, control, (done) =>
        emit({ kind: "stage", stage: "data", done, of: prompts.length, note }),
      ),
    );
    return materialOf(prepared, answered, drafts, judge);
  };

  let material = job.from?.material ?? (await withReference(job, (model) => writeWith(model, 0)));
  let trained = job.from?.trained;
  let ratio: Ratio | undefined;
  const done = [...(job.from?.done ?? [])];
  for (let round = done.length + 1; round <= count; round++) {
    const data = roundData(spec, prepared, material, judge, round);
    if (policyGroupsOf(data) === 0) throw nothingUsable(round, material);
    ratio = await timed("ratio", `Round ${round}: estimating the ratio of people to policy`, () =>
      // Held-out rows belong to the data, not to the round.
      estimateRatio(backend, spec, { ...data, heldOut: [] }, control, emit, job.reader),
    );
    if (ratio.summary) emit({ kind: "ratio", summary: ratio.summary });
    const units = unitInfos(spec, data, ratio);
    job.onUnits(units);

    const policy = openPolicy(backend, spec, data, units);
    try {
      const scores = await timed("reference", `Round ${round}: scoring with the reference`, async () => {
        await policy.load(job.reference);
        return policy.score(control, emit);
      });
      if (trained) policy.goOnFrom(trained);
      const before = (round - 1) * steps;
      await timed("train", `Round ${round} of ${count}: training the policy`, () =>
        policy.align(scores, control, later(emit, before), undefined, training && counted(training, before)),
      );
      trained = await policy.trained();
      const next = await writeWith(policy.model(), round);
      const told = rewardsOf(next);
      await timed("evaluate", `Round ${round}: judging on held-out rows`, () =>
        policy.evaluate(scores, steps, later(emit, before, told)),
      );
      done.push(roundOf(round, data, units, ratio, material, next));
      job.onRound(done.at(-1)!);
      material = next;
      if (round < count) await job.keepRound?.({ done: done.slice(), trained, material });
      if (round === count && job.keep) await job.keep(await policy.weights());
      if (round === count && job.keepTrained) await job.keepTrained(trained);
    } finally {
      policy.close();
    }
  }
  return ratio!;
}

/** Opens the reference for writing alone. */
async function withReference<T>(job: SelfTraining, use: (model: Llama) => Promise<T>): Promise<T> {
  const { backend, spec, prepared, reference } = job;
  const model = openModel(backend, spec, prepared, { tokens: 1, rows: 1, responses: 1 }, "align");
  try {
    model.weights.load(reference);
    model.initialiseAdapters(spec.seed);
    return await use(model);
  } finally {
    model.free();
  }
}

/** Visitors are told the steps of all rounds. */
function counted(training: Training, before: number): Training {
  return {
    ...training,
    begin: (trainee) => training.begin({ ...trainee, step: () => before + trainee.step() }),
  };
}

/** Steps count on over the rounds; a round's first evaluation repeats the last one of the round before, so it goes. */
function later(
  emit: (event: RunEvent) => void,
  by: number,
  told: Readonly<Record<string, number>> = {},
): (event: RunEvent) => void {
  return (event) => {
    if (event.kind === "train" || event.kind === "eval") {
      const { step, values } = event.record;
      if (event.kind === "eval" && step === 0 && by > 0) return;
      emit({ ...event, record: { step: step + by, values: { ...values, ...told } } });
    } else emit(event);
  };
}

/** Exact rewards of what the policy writes, as metrics of an evaluation. */
function rewardsOf({ summary }: Material): Record<string, number> {
  const { humanReward, annotatorReward, modelScore, scored, responses } = summary;
  return {
    ...(humanReward !== null && { "world/reward": humanReward }),
    ...(annotatorReward !== null && { "world/annotator_reward": annotatorReward }),
    ...(modelScore !== null && { "online/model_score": modelScore }),
    "online/scored": scored / responses,
  };
}

function roundOf(
  round: number,
  { dataset, train }: Prepared,
  units: readonly UnitInfo[],
  { summary, estimates }: Ratio,
  material: Material,
  next: Material,
): OnlineRound {
  const policy = dataset.sources.length - 1;
  const policyGroups = policyGroupsOf({ dataset, train });
  const h: { target: number[]; policy: number[] } = { target: [], policy: [] };
  for (const index of train) {
    const { responses } = dataset.groups[index]!;
    responses.forEach(({ source }, k) => {
      const known = estimates?.[index]?.[k]?.h;
      if (known !== undefined) h[source === policy ? "policy" : "target"].push(known);
    });
  }
  const [sum, squares] = units.reduce(([a, b], { h: one }) => [a + one, b + one * one], [0, 0]);
  return {
    round,
    written: material.summary,
    targetGroups: train.length - policyGroups,
    policyGroups,
    units: units.length,
    ratio: {
      auc: summary?.auc ?? Number.NaN,
      essFraction: summary?.essFraction ?? Number.NaN,
      meanHTarget: mean(h.target),
      meanHPolicy: mean(h.policy),
      unitEssFraction: (sum! * sum!) / (units.length * squares!),
    },
    after: next.summary,
  };
}

/** Training groups with a response that the policy wrote; its source is the last. */
function policyGroupsOf({ dataset, train }: Pick<Prepared, "dataset" | "train">): number {
  const policy = dataset.sources.length - 1;
  return train.filter((index) => dataset.groups[index]!.responses.some(({ source }) => source === policy))
    .length;
}

function nothingUsable(round: number, { summary }: Material): TiltError {
  const example = summary.samples[0]?.text;
  return new TiltError(
    `Before round ${round} the policy wrote ${summary.responses} responses, and ${summary.scored} could be scored: no prompt has two.`,
    {
      where: "online.rounds",
      remedy: `${round === 1 ? "Fine-tune the reference for longer (sft.steps)" : "Training has taken the grammar from it: lower train.lr, or take fewer train.steps"}${example ? `; it writes, for example, “${example.slice(0, 60)}”` : ""}.`,
    },
  );
}
