/** Answers of a policy and of its reference to the same held-out prompts, with the same draws, as they are written. */
import type { Backend } from "../backend/backend.ts";
import { TiltError } from "../base/errors.ts";
import { nextTask } from "../base/pause.ts";
import { stream } from "../base/random.ts";
import { promptKey } from "../data/split.ts";
import type { Capacity } from "../model/batch.ts";
import { createGenerator } from "../model/generate.ts";
import { createLlama, type Llama } from "../model/llama.ts";
import type { EncodedGroup } from "../text/encoding.ts";
import type { Finished } from "./judge_run.ts";
import { llamaConfig, openModel } from "./policy_model.ts";
import { type Prepared, prepare } from "./prepare.ts";
import type { SampleEvent, SampleRequest } from "./sample_types.ts";
import { createScorer } from "./scoring.ts";
import type { Spec } from "./spec.ts";

/** A policy to ask, between two steps of its training or after it. */
export interface Sampled {
  readonly spec: Spec;
  readonly prepared: Prepared;
  readonly model: Llama;
  /** All parameters of the reference; not needed where adapters are trained, which can be left out. */
  readonly reference: Float32Array;
  readonly step: number;
}

/** One that answers: a model, with its adapters or without. */
interface Writer {
  readonly model: Llama;
  readonly adapted: boolean;
}

/** Longest answer, and the longest part of a prompt that is read where it would leave no room. */
const MOST_TOKENS = 96;
/** Offset of the seed of measured answers, so that they are not those in sight. */
const MEASURED_DRAWS = 700_000;
/** Tokens, and responses, that are scored at once with a finished policy. */
const ROOM = 1024;
const ROOM_RESPONSES = 64;

/**
 * Streams answers, then measures the divergence where that is asked for. The policy's weights stay as they are.
 * @param leave ends it early, without an error
 * @throws TiltError when nothing is held out
 */
export async function takeSamples(
  backend: Backend,
  sampled: Sampled,
  request: SampleRequest,
  leave: AbortSignal,
  emit: (event: SampleEvent) => void,
): Promise<void> {
  const { prepared, step, model } = sampled;
  const all = heldOutGroups(sampled);
  const asked = chosen(all, request.prompts, request.skip);
  emit({
    kind: "prompts",
    step,
    prompts: asked.map((index) => {
      const { id, prompt, row } = prepared.dataset.groups[index]!;
      return { text: prompt, group: id, row, preferred: preferredOf(prepared, index) };
    }),
  });
  const reference = openReference(backend, sampled);
  try {
    const policy = { model, adapted: true };
    const writers = { policy, reference: reference.writer };
    await writeBoth(backend, prepared, writers, asked, request, leave, emit);
    if (request.measured > 0 && !leave.aborted) {
      const event = await divergence(
        backend,
        sampled,
        writers,
        chosen(all, request.measured, 0),
        request,
        leave,
      );
      if (event) emit(event);
    }
  } finally {
    reference.close();
  }
}

/** The same with a finished policy, opened for it. @throws TiltError when nothing is held out */
export async function sampleFinished(
  backend: Backend,
  { spec, dataset, weights, pretrained }: Omit<Finished, "id">,
  request: SampleRequest,
  leave: AbortSignal,
  emit: (event: SampleEvent) => void,
): Promise<void> {
  const prepared = await prepare(spec, dataset, leave, pretrained);
  const model = openModel(backend, spec, prepared, roomOf(prepared), "align");
  try {
    model.weights.load(weights.reference);
    model.initialiseAdapters(spec.seed);
    backend.write(model.trained!.parameters, weights.trained);
    const sampled = { spec, prepared, model, reference: weights.reference, step: spec.train.steps };
    await takeSamples(backend, sampled, request, leave, emit);
  } finally {
    model.free();
  }
}

/** Room for scoring one answer at a time, and as many as fit with it. */
function roomOf({ encoded }: Prepared): Capacity {
  let longest = 0;
  for (const { prompt } of encoded) longest = Math.max(longest, prompt.length);
  const tokens = longest + newTokensOf({ encoded });
  return { tokens: Math.max(ROOM, tokens), rows: Math.max(ROOM, tokens), responses: ROOM_RESPONSES };
}

/** One group per held-out prompt of the target, in an order drawn by the run's seed. */
function heldOutGroups({ spec, prepared }: Sampled): readonly number[] {
  const first = new Map<string, number>();
  for (const { group } of prepared.targetUnits) {
    const key = promptKey(prepared.dataset.groups[group]!.prompt);
    if (!first.has(key)) first.set(key, group);
  }
  if (first.size === 0) {
    throw new TiltError("No row is held out, so there is no prompt that the policy has not seen.", {
      where: "data.heldOut",
      remedy: "Hold out a share of the rows and run again.",
    });
  }
  return stream(spec.seed, "samples/prompts").shuffle([...first.values()]);
}

/** So many of the groups, from one on; round and round where there are fewer. */
function chosen(groups: readonly number[], count: number, skip: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => groups[(skip + i) % groups.length]!);
}

/** The best answer by the target in the data. */
function preferredOf({ dataset, targetUnits }: Prepared, group: number): string | null {
  const unit = targetUnits.find((one) => one.group === group);
  const response = unit && dataset.groups[group]!.responses[unit.responses[0]!];
  return response?.text ?? null;
}

/** The model without its adapters, or another one with the weights that training began from. */
function openReference(
  backend: Backend,
  { spec, prepared, model, reference }: Sampled,
): { readonly writer: Writer; close(): void } {
  if (model.adapters) return { writer: { model, adapted: false }, close() {} };
  const own = createLlama(backend, llamaConfig(spec, prepared), {
    capacity: roomOf(prepared),
    train: "none",
  });
  own.weights.load(reference);
  return { writer: { model: own, adapted: false }, close: () => own.free() };
}

/** Room for answers: as long as the data's longest, and no longer than what the model reads. */
function newTokensOf({ encoded }: Pick<Prepared, "encoded">): number {
  let longest = 2;
  for (const { responses } of encoded) for (const ids of responses) longest = Math.max(longest, ids.length);
  return Math.min(MOST_TOKENS, longest);
}

const promptOf = ({ encoded }: Prepared, index: number): number[] => Array.from(encoded[index]!.prompt);

/** Both write at once, a token each in turn. */
async function writeBoth(
  backend: Backend,
  prepared: Prepared,
  writers: Readonly<Record<"policy" | "reference", Writer>>,
  asked: readonly number[],
  { seed, temperature, topK, topP }: SampleRequest,
  leave: AbortSignal,
  emit: (event: SampleEvent) => void,
): Promise<void> {
  const { tokenizer } = prepared;
  const prompts = asked.map((index) => promptOf(prepared, index));
  const newTokens = newTokensOf(prepared);
  const sampling = { seed, temperature, topK, topP, newTokens, stop: [tokenizer.eosId] };
  const both = await Promise.all(
    (["policy", "reference"] as const).map(async (who) => {
      const generator = await createGenerator(backend, writers[who].model, {
        ...roomFor(prompts, newTokens),
        adapted: writers[who].adapted,
      });
      return {
        who,
        generator,
        made: prompts.map((): number[] => []),
        tokens: generator.generate(prompts, sampling),
      };
    }),
  );
  try {
    let going = both;
    while (going.length > 0 && !leave.aborted) {
      await nextTask(); // lets a stop through, also where nothing else waits
      const next: typeof going = [];
      for (const one of going) {
        const drawn = await one.tokens.next();
        if (drawn.done) {
          one.made.forEach((ids, at) => {
            if (ids.at(-1) !== tokenizer.eosId)
              emit({ kind: "text", who: one.who, at, text: tokenizer.decode(ids), state: "cut" });
          });
          continue;
        }
        next.push(one);
        drawn.value.forEach((token, at) => {
          if (token === null) return;
          const ids = one.made[at]!;
          ids.push(token);
          const ended = token === tokenizer.eosId;
          const text = tokenizer.decode(ended ? ids.slice(0, -1) : ids);
          emit({ kind: "text", who: one.who, at, text, state: ended ? "end" : "writing" });
        });
      }
      going = next;
    }
  } finally {
    for (const { tokens, generator } of both) {
      await tokens.return();
      generator.free();
    }
  }
}

function roomFor(prompts: readonly (readonly number[])[], newTokens: number) {
  return {
    sequences: prompts.length,
    promptTokens: prompts.reduce((sum, ids) => sum + ids.length, 0),
    length: Math.max(...prompts.map((ids) => ids.length)) + newTokens,
  };
}

/**
 * KL(π‖πref) per answer: E over answers drawn from π of log π − log πref. Needs temperature 1 and no truncation, whatever
 * the answers in sight are drawn with. @returns undefined when it was left early, or no answer can be scored
 */
async function divergence(
  backend: Backend,
  { prepared, step }: Sampled,
  { policy, reference }: Readonly<Record<"policy" | "reference", Writer>>,
  asked: readonly number[],
  { seed }: SampleRequest,
  leave: AbortSignal,
): Promise<SampleEvent | undefined> {
  const { tokenizer } = prepared;
  const prompts = asked.map((index) => promptOf(prepared, index));
  const newTokens = newTokensOf(prepared);
  const generator = await createGenerator(backend, policy.model, {
    ...roomFor(prompts, newTokens),
    adapted: policy.adapted,
  });
  const made = prompts.map((): number[] => []);
  try {
    const sampling = {
      seed: (seed + MEASURED_DRAWS) >>> 0,
      temperature: 1,
      newTokens,
      stop: [tokenizer.eosId],
    };
    for await (const drawn of generator.generate(prompts, sampling)) {
      await nextTask();
      if (leave.aborted) return undefined;
      drawn.forEach((token, s) => {
        if (token !== null) made[s]!.push(token);
      });
    }
  } finally {
    generator.free();
  }
  const tokens = Math.min(policy.model.capacity.tokens, reference.model.capacity.tokens);
  const rows = Math.min(policy.model.capacity.rows, reference.model.capacity.rows);
  const encoded = prompts
    .map(
      (prompt, s): EncodedGroup => ({
        prompt: Uint32Array.from(prompt),
        responses: [Uint32Array.from(made[s]!)],
        scores: [0],
        sources: [-1],
      }),
    )
    .filter(({ prompt, responses: [ids] }) => {
      const length = ids!.length;
      return length > 0 && length <= rows && prompt.length + length <= tokens;
    });
  if (encoded.length === 0) return undefined;
  const own = await logps(backend, policy, encoded);
  const theirs = await logps(backend, reference, encoded);
  const differences = own.map((logp, i) => logp - theirs[i]!);
  const n = differences.length;
  const kl = differences.reduce((sum, value) => sum + value, 0) / n;
  const variance = differences.reduce((sum, value) => sum + (value - kl) ** 2, 0) / Math.max(1, n - 1);
  return { kind: "divergence", step, kl, error: Math.sqrt(variance / n), answers: n };
}

async function logps(
  backend: Backend,
  { model, adapted }: Writer,
  encoded: readonly EncodedGroup[],
): Promise<number[]> {
  const batch = model.createBatch();
  const scorer = await createScorer(backend, model, batch, encoded);
  try {
    const found = await scorer.score(
      encoded.map((_, index) => index),
      adapted,
    );
    return encoded.map((_, index) => found.get(index)![0]!);
  } finally {
    scorer.close();
    batch.free();
  }
}
