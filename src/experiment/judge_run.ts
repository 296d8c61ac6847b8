/**
 * Judges finished runs by what they write: a policy and its reference answer the same held-out prompts of the target
 * with the same seed, and every answer gets its reward. On worlds the expected reward is told as it is and at a fixed KL
 * from the reference, because strategies that move less far would otherwise look worse than their direction is.
 */
import type { Backend } from "../backend/backend.ts";
import { canonicalJson } from "../base/canonical.ts";
import { TiltError } from "../base/errors.ts";
import { stream } from "../base/random.ts";
import type { Dataset } from "../data/dataset.ts";
import { promptKey } from "../data/split.ts";
import { rewardFromReference } from "../data/worlds/matched_kl.ts";
import { createGenerator } from "../model/generate.ts";
import type { Llama } from "../model/llama.ts";
import { batchCapacity } from "../text/batches.ts";
import { type EncodedGroup, promptTokens } from "../text/encoding.ts";
import type { Control } from "./control.ts";
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
import type { TrainedWeights } from "./lab.ts";
import { type Draft, write } from "./online/write.ts";
import { openModel } from "./policy_model.ts";
import { type Prepared, prepare } from "./prepare.ts";
import type { Pretrained } from "./pretrained.ts";
import { createScorer, type GroupLogps } from "./scoring.ts";
import type { Spec } from "./spec.ts";
import { roomFor } from "./train_batches.ts";

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
/** Reference answers to a prompt in a row, and the KL (nats) at which directions are compared. */
const PER_PROMPT = 8;
const TARGET_KL = 1;
/** Offset of their seed, so that they are not the reference's judged answers again. */
const REFERENCE_DRAWS = 500_000;
/** Longest answer: what Chatter's grammar needs, with its end; elsewhere half of what the model reads, at most this. */
const CHATTER_TOKENS = 56;
const MOST_TOKENS = 96;
/** Room for scoring the reference's answers. */
const ROOM = { tokens: 4096, rows: 4096, responses: 512, groups: 1 } as const;

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

function remember<T>(): (key: string, make: () => Promise<T>) => Promise<T> {
  let held: { readonly key: string; readonly value: T } | undefined;
  return async (key, make) => {
    if (held?.key !== key) held = { key, value: await make() };
    return held.value;
  };
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
      const opened = openTrained(backend, run, ready, "policy", reference.world?.encoded);
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
        if (reference.world) {
          note("Measuring the distance to the reference");
          world = await worldReward(backend, opened, reference.world, items);
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
      const { model, close } = openTrained(backend, run, ready, who);
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

interface Asked {
  readonly prompt: string;
  readonly draw: number;
  readonly ids: Uint32Array;
}

/** Held-out prompts of the target in an order drawn by the run's seed, repeated until there are enough. */
function heldOutPrompts(ready: Prepared, seed: number, { answers }: JudgeSettings): Asked[] {
  const groups = [...new Set(ready.targetUnits.map((unit) => unit.group))];
  const first = new Map<string, number>();
  for (const index of groups) {
    const key = promptKey(ready.dataset.groups[index]!.prompt);
    if (!first.has(key)) first.set(key, index);
  }
  const distinct = stream(seed, "judge/prompts").shuffle([...first.values()]);
  if (distinct.length === 0) {
    throw new TiltError("No row of the target is held out, so there is no prompt to judge on.", {
      where: "data.heldOut",
      remedy: "Hold out a share of the rows and run again.",
    });
  }
  return Array.from({ length: answers }, (_, i): Asked => {
    const index = distinct[i % distinct.length]!;
    const { prompt } = ready.dataset.groups[index]!;
    return { prompt, draw: Math.floor(i / distinct.length), ids: ready.encoded[index]!.prompt };
  });
}

function writing({ dataset, encoded }: Prepared, { temperature }: { readonly temperature: number }) {
  const longest = Math.max(...encoded.flatMap(({ responses }) => responses.map((ids) => ids.length)));
  const newTokens =
    dataset.format === "chatter" ? CHATTER_TOKENS : Math.min(MOST_TOKENS, Math.max(2, longest));
  return { temperature, newTokens };
}

/** An answer with its reward. On worlds one that did not end is not of the grammar; elsewhere it is judged as it stands. */
function judged(
  judge: RewardJudge,
  { tokenizer }: Prepared,
  prompt: string,
  { ids, ended }: Draft,
): JudgedAnswer {
  const text = tokenizer.decode(ended ? ids.slice(0, -1) : ids);
  if (judge.by.kind === "world" && !ended) return { text, reward: null };
  return { text, reward: judge.score(prompt, [text])[0] ?? null };
}

interface Opened {
  readonly model: Llama;
  readonly encoded: readonly EncodedGroup[] | undefined;
  close(): void;
}

/** @param scored groups that will be scored with it, beside writing */
function openTrained(
  backend: Backend,
  { spec, weights }: Finished,
  ready: Prepared,
  who: "policy" | "reference",
  scored?: readonly EncodedGroup[],
): Opened {
  const capacity = scored
    ? roomFor(
        ROOM,
        batchCapacity(
          scored,
          scored.map((_, index) => [index]),
        ),
      )
    : { tokens: 1, rows: 1, responses: 1 };
  const model = openModel(backend, spec, ready, capacity, "align");
  model.weights.load(weights.reference);
  model.initialiseAdapters(spec.seed);
  if (who === "policy") backend.write(model.trained!.parameters, weights.trained);
  return { model, encoded: scored, close: () => model.free() };
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
  const opened = openTrained(backend, run, ready, "reference");
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

  const encoded = asGroups(more);
  const rewards = more.map(({ reward }) => reward);
  const scoring = openTrained(backend, run, ready, "reference", encoded);
  try {
    const scores = await scoreAll(backend, scoring);
    return { answers, world: { rewards, encoded, scores, ...meanReward(answers) } };
  } finally {
    scoring.close();
  }
}

/** Answers to one prompt that follow each other, as one group: the prompt is read once. */
function asGroups(answers: readonly { readonly asked: Asked; readonly draft: Draft }[]): EncodedGroup[] {
  const groups: { prompt: Uint32Array; responses: Uint32Array[] }[] = [];
  for (const { asked, draft } of answers) {
    const last = groups.at(-1);
    const ids = Uint32Array.from(draft.ids);
    if (last && last.prompt === asked.ids && last.responses.length < PER_PROMPT) last.responses.push(ids);
    else groups.push({ prompt: asked.ids, responses: [ids] });
  }
  return groups.map(({ prompt, responses }) => ({
    prompt,
    responses,
    scores: responses.map(() => 0),
    sources: responses.map(() => -1),
  }));
}

async function scoreAll(backend: Backend, { model, encoded }: Opened): Promise<GroupLogps> {
  const groups = encoded ?? [];
  if (groups.length === 0) return new Map();
  const batch = model.createBatch();
  const scorer = await createScorer(backend, model, batch, groups);
  try {
    return await scorer.score(
      groups.map((_, index) => index),
      true,
    );
  } finally {
    scorer.close();
    batch.free();
  }
}

async function worldReward(
  backend: Backend,
  opened: Opened,
  reference: NonNullable<ReferencePart["world"]>,
  items: readonly JudgedItem[],
): Promise<WorldReward> {
  const after = await scoreAll(backend, opened);
  const logRatios = reference.encoded.flatMap((_, index) =>
    Array.from(after.get(index)!, (logp, k) => logp - reference.scores.get(index)![k]!),
  );
  const own = meanReward(items.map(({ policy }) => policy));
  const matched =
    logRatios.length > 1
      ? rewardFromReference(logRatios, reference.rewards, TARGET_KL)
      : { rewK: Number.NaN, kl: Number.NaN, effective: 0 };
  return {
    reward: own.reward,
    referenceReward: reference.reward,
    parsed: own.parsed,
    referenceParsed: reference.parsed,
    rewardAtKl: matched.rewK,
    targetKl: TARGET_KL,
    kl: matched.kl,
    effective: matched.effective,
    samples: logRatios.length,
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
