/**
 * Judges finished runs by what they write: a policy and its reference answer the same held-out prompts of the target
 * with the same seed, and every answer gets its reward. On worlds the expected reward is told as it is and at a fixed KL
 * from the reference, because strategies that move less far would otherwise look worse than their direction is.
 */
import type { Backend } from "../backend/backend.ts";
import { canonicalJson } from "../base/canonical.ts";
import { remember } from "../base/remember.ts";
import type { Dataset } from "../data/dataset.ts";
import { createGenerator } from "../model/generate.ts";
import type { Llama } from "../model/llama.ts";
import { type EncodedGroup, promptTokens } from "../text/encoding.ts";
import type { Control } from "./control.ts";
import type { TrainedWeights } from "./job.ts";
import { type Asked, heldOutPrompts, judged, writing } from "./judge_asked.ts";
import { openReward, type RewardJudge } from "./judge_reward.ts";
import type {
  AnswerEvent,
  AnswerRequest,
  JudgedAnswer,
  JudgedItem,
  JudgedRun,
  JudgeEvent,
  JudgeSettings,
  WorldReward,
} from "./judge_types.ts";
import { type Draft, write } from "./online/write.ts";
import { openModel } from "./policy_model.ts";
import { type Prepared, prepare } from "./prepare.ts";
import type { Pretrained } from "./pretrained.ts";
import { groupAnswers, openScoring, PER_PROMPT, REFERENCE_DRAWS, rewardAtKl } from "./reference_answers.ts";
import type { GroupLogps, Scorer } from "./scoring.ts";
import type { Spec } from "./spec.ts";

/** A finished run with what is needed to write with it. */
export interface Finished {
  readonly id: string;
  readonly spec: Spec;
  readonly dataset: Dataset;
  readonly weights: TrainedWeights;
  readonly pretrained?: Pretrained;
}

export interface AnswerJudge {
  /** @throws TiltError when nothing is held out, or no reward can be learned @throws Stopped when stopped */
  judge(
    run: Finished,
    settings: JudgeSettings,
    control: Control,
    emit: (event: JudgeEvent) => void,
  ): Promise<JudgedRun>;
  /** Answers one prompt, token by token. @param who null for the reference */
  answer(
    run: Finished,
    who: "policy" | "reference",
    request: AnswerRequest,
    control: Control,
    emit: (event: AnswerEvent) => void,
  ): Promise<void>;
}

/** Answers at once: few enough that numbers come in while a person watches. */
const AT_ONCE = 32;
/** The KL (nats) at which directions are compared: further away, too few of the reference's answers would count. */
const TARGET_KL = 1;

/** The reference's part of a judgement; runs that share a reference share it. */
interface ReferencePart {
  readonly answers: readonly JudgedAnswer[];
  readonly world: {
    readonly rewards: readonly number[];
    readonly encoded: readonly EncodedGroup[];
    readonly scores: GroupLogps;
    readonly reward: number;
    readonly parsed: number;
  } | null;
}

export function createAnswerJudge(backend: Backend): AnswerJudge {
  const preparedFor = remember<Prepared>();
  const rewardFor = remember<RewardJudge>();
  const referenceFor = remember<ReferencePart>();

  const prepared = ({ spec, dataset, pretrained }: Finished, control: Control): Promise<Prepared> => {
    const { seed, data, model, sft, train } = spec;
    const key = canonicalJson({ dataset: dataset.hash, seed, data, model, sft: sft.on, loss: train.loss });
    return preparedFor(key, () => prepare(spec, dataset, control.signal, pretrained));
  };
  const reward = ({ spec, dataset }: Finished, control: Control): Promise<RewardJudge> => {
    const { target, shift, shareTarget, shareFirst } = spec.data;
    const key = canonicalJson({ dataset: dataset.hash, target, shift, shareTarget, shareFirst });
    return rewardFor(key, () => openReward(backend, spec, dataset, control));
  };

  return {
    async judge(run, settings, control, emit) {
      const began = performance.now();
      const note = (words: string): void => emit({ kind: "note", run: run.id, note: words });
      note("Preparing the data");
      const ready = await prepared(run, control);
      const asked = heldOutPrompts(ready, run.spec.seed, settings);
      note(run.dataset.format === "chatter" ? "Reading the world’s reward" : "Training the reward model");
      const judge = await reward(run, control);
      const key = canonicalJson({
        reference: run.weights.referenceKey,
        settings,
        asked: asked.map(({ prompt }) => prompt),
      });
      const reference = await referenceFor(key, async () => {
        note("The reference writes its answers");
        return referencePart(backend, run, ready, asked, judge, settings, control);
      });

      note("Writing answers");
      const items: JudgedItem[] = [];
      const load = trained(backend, run, "policy");
      const opened = reference.world
        ? await openScoring(backend, run.spec, ready, load, reference.world.encoded)
        : openWriting(backend, run, ready, "policy");
      try {
        const options = { ...writing(ready, settings), seed: settings.seed, atOnce: AT_ONCE };
        const prompts = asked.map(({ ids }) => ids);
        await write(backend, opened.model, ready.tokenizer, prompts, options, control, (done, since) => {
          const first = done - since.length;
          const answers = since.map((draft, i) => judged(judge, ready, asked[first + i]!.prompt, draft));
          const more = answers.map((policy, i): JudgedItem => {
            const { prompt, draw } = asked[first + i]!;
            return { prompt, draw, policy, reference: reference.answers[first + i]! };
          });
          items.push(...more);
          emit({ kind: "items", run: run.id, by: judge.by, items: more, done, of: asked.length });
        });
        let world: WorldReward | null = null;
        if (reference.world && "scorer" in opened) {
          note("Measuring the distance to the reference");
          world = await worldReward(opened.scorer, reference.world, items);
        }
        const seconds = (performance.now() - began) / 1000;
        const prompt = new Set(asked.map(({ prompt: text }) => text)).size;
        return { run: run.id, settings, by: judge.by, prompts: prompt, items, world, seconds };
      } finally {
        opened.close();
      }
    },

    async answer(run, who, request, control, emit) {
      const ready = await prepared(run, control);
      const known = ready.dataset.groups.findIndex(({ prompt }) => prompt === request.prompt);
      const all = known >= 0 ? ready.encoded[known]!.prompt : promptTokens(request.prompt, ready.tokenizer);
      const ids = Array.from(all).slice(-Math.max(1, Math.floor(run.spec.data.maxTokens / 2)));
      const { newTokens } = writing(ready, request);
      const { model, close } = openWriting(backend, run, ready, who);
      const told = who === "policy" ? run.id : null;
      try {
        const length = ids.length + newTokens;
        const generator = await createGenerator(backend, model, {
          sequences: 1,
          promptTokens: ids.length,
          length,
        });
        try {
          const made: number[] = [];
          const text = (): string => ready.tokenizer.decode(made);
          const { seed, temperature } = request;
          const sampling = { seed, temperature, newTokens, stop: [ready.tokenizer.eosId] };
          for await (const [token] of generator.generate([ids], sampling)) {
            await control.gate();
            if (token === null || token === undefined) continue;
            made.push(token);
            if (token !== ready.tokenizer.eosId)
              emit({ run: told, text: text(), ended: false, reward: null });
          }
          const draft = { ids: made, ended: made.at(-1) === ready.tokenizer.eosId };
          const worth = judged(await reward(run, control), ready, request.prompt, draft);
          emit({ run: told, text: worth.text, ended: true, reward: worth.reward });
        } finally {
          generator.free();
        }
      } finally {
        close();
      }
    },
  };
}

type Who = "policy" | "reference";

/** Puts the weights of a finished run into its model. */
const trained =
  (backend: Backend, { spec, weights }: Finished, who: Who) =>
  (model: Llama): void => {
    model.weights.load(weights.reference);
    model.initialiseAdapters(spec.seed);
    if (who === "policy") backend.write(model.trained!.parameters, weights.trained);
  };

/** A model that writes and scores nothing. */
function openWriting(backend: Backend, run: Finished, ready: Prepared, who: Who) {
  const model = openModel(backend, run.spec, ready, { tokens: 1, rows: 1, responses: 1 }, "align");
  trained(backend, run, who)(model);
  return { model, close: () => model.free() };
}

async function referencePart(
  backend: Backend,
  run: Finished,
  ready: Prepared,
  asked: readonly Asked[],
  judge: RewardJudge,
  settings: JudgeSettings,
  control: Control,
): Promise<ReferencePart> {
  const options = writing(ready, settings);
  const opened = openWriting(backend, run, ready, "reference");
  const draw = (
    prompts: readonly Asked[],
    seed: number,
    temperature: number,
    atOnce?: number,
  ): Promise<Draft[]> =>
    write(
      backend,
      opened.model,
      ready.tokenizer,
      prompts.map(({ ids }) => ids),
      { ...options, seed, temperature, ...(atOnce && { atOnce }) },
      control,
      () => {},
    );
  let answers: JudgedAnswer[];
  let more: { readonly asked: Asked; readonly draft: Draft; readonly reward: number }[] = [];
  try {
    // The same chunks as the policy's, so that the same draws meet the same prompts.
    const drafts = await draw(asked, settings.seed, settings.temperature, AT_ONCE);
    answers = drafts.map((draft, i) => judged(judge, ready, asked[i]!.prompt, draft));
    if (judge.by.kind === "world") {
      const distinct = asked.filter(({ draw: nth }) => nth === 0);
      const repeated = Array.from(
        { length: settings.samples },
        (_, i) => distinct[Math.floor(i / PER_PROMPT) % distinct.length]!,
      );
      const own = await draw(repeated, settings.seed + REFERENCE_DRAWS, 1);
      more = own.flatMap((draft, i) => {
        const { reward } = judged(judge, ready, repeated[i]!.prompt, draft);
        return reward === null ? [] : [{ asked: repeated[i]!, draft, reward }];
      });
    }
  } finally {
    opened.close();
  }
  if (judge.by.kind !== "world") return { answers, world: null };

  const own = more.map(({ asked: { ids: prompt }, draft: { ids } }) => ({ prompt, ids }));
  const encoded = groupAnswers(own, (prompt) => prompt);
  const rewards = more.map(({ reward }) => reward);
  const scoring = await openScoring(backend, run.spec, ready, trained(backend, run, "reference"), encoded);
  try {
    const scores = await scoring.scorer.score(indices(encoded), true);
    return { answers, world: { rewards, encoded, scores, ...meanReward(answers) } };
  } finally {
    scoring.close();
  }
}

const indices = (groups: readonly EncodedGroup[]): number[] => groups.map((_, index) => index);

async function worldReward(
  scorer: Scorer,
  { encoded, rewards, scores, reward, parsed }: NonNullable<ReferencePart["world"]>,
  items: readonly JudgedItem[],
): Promise<WorldReward> {
  const groups = indices(encoded);
  const after = await scorer.score(groups, true);
  const own = meanReward(items.map(({ policy }) => policy));
  const matched =
    rewards.length > 1
      ? rewardAtKl(groups, rewards, scores, after, TARGET_KL)
      : { rewK: Number.NaN, kl: Number.NaN, effective: 0 };
  return {
    reward: own.reward,
    referenceReward: reward,
    parsed: own.parsed,
    referenceParsed: parsed,
    rewardAtKl: matched.rewK,
    targetKl: TARGET_KL,
    kl: matched.kl,
    effective: matched.effective,
    samples: rewards.length,
  };
}

/** Mean reward of the answers that have one (NaN for none), and their share. */
function meanReward(answers: readonly JudgedAnswer[]): { reward: number; parsed: number } {
  const known = answers.flatMap(({ reward }) => (reward === null ? [] : [reward]));
  return {
    reward: known.reduce((sum, value) => sum + value, 0) / known.length,
    parsed: known.length / answers.length,
  };
}
