/**
 * What a reference wrote by itself, kept to be scored by policies: from it comes a policy's reward at a fixed KL from the
 * reference. Finished runs are judged with it, and so are the arms of the ablation.
 */
import type { Backend } from "../backend/backend.ts";
import { rewardFromReference, type SampledReward } from "../data/worlds/matched_kl.ts";
import type { TrainBatch } from "../model/batch.ts";
import type { Llama } from "../model/llama.ts";
import { batchCapacity } from "../text/batches.ts";
import type { EncodedGroup } from "../text/encoding.ts";
import { openModel } from "./policy_model.ts";
import type { Prepared } from "./prepare.ts";
import { createScorer, type GroupLogps, type Scorer } from "./scoring.ts";
import type { Spec } from "./spec.ts";
import { roomFor } from "./train_batches.ts";

/** Answers of the reference to a prompt in a row. */
export const PER_PROMPT = 8;
/** Offset of their seed, so that they are not the draws of answers that are judged. */
export const REFERENCE_DRAWS = 500_000;
/** Room for scoring them. */
const ROOM = { tokens: 4096, rows: 4096, responses: 512, groups: 1 } as const;

/**
 * Answers to one prompt that follow each other, as one group of at most `PER_PROMPT`: the prompt is read once.
 * @param encode tokens of a prompt, asked for once per group
 */
export function groupAnswers<P>(
  answers: readonly { readonly prompt: P; readonly ids: ArrayLike<number> }[],
  encode: (prompt: P) => Uint32Array,
): EncodedGroup[] {
  const groups: { prompt: P; responses: Uint32Array[] }[] = [];
  for (const { prompt, ids } of answers) {
    const last = groups.at(-1);
    const tokens = Uint32Array.from(ids);
    if (last && last.prompt === prompt && last.responses.length < PER_PROMPT) last.responses.push(tokens);
    else groups.push({ prompt, responses: [tokens] });
  }
  return groups.map(({ prompt, responses }) => ({
    prompt: encode(prompt),
    responses,
    scores: responses.map(() => 0),
    sources: responses.map(() => -1),
  }));
}

/** A model that scores groups, beside whatever else it does. */
export interface ScoringModel {
  readonly model: Llama;
  readonly batch: TrainBatch;
  readonly scorer: Scorer;
  close(): void;
}

/**
 * @param load puts weights into the model
 * @param encoded the groups, by index
 * @param room what else the model is to hold at once
 */
export async function openScoring(
  backend: Backend,
  spec: Spec,
  prepared: Prepared,
  load: (model: Llama) => void,
  encoded: readonly EncodedGroup[],
  room: Parameters<typeof roomFor>[0] = ROOM,
): Promise<ScoringModel> {
  const each = batchCapacity(
    encoded,
    encoded.map((_, index) => [index]),
  );
  const model = openModel(backend, spec, prepared, roomFor(room, each), "align");
  load(model);
  const batch = model.createBatch();
  const scorer = await createScorer(backend, model, batch, encoded);
  const close = (): void => {
    scorer.close();
    batch.free();
    model.free();
  };
  return { model, batch, scorer, close };
}

/**
 * A policy's reward at `kl` nats from the reference.
 * @param groups indices of the groups of answers @param rewards of the answers, in their order
 * @param before log-probabilities under the reference @param after under the policy
 */
export function rewardAtKl(
  groups: readonly number[],
  rewards: readonly number[],
  before: GroupLogps,
  after: GroupLogps,
  kl: number,
): SampledReward {
  const logRatios = groups.flatMap((index) =>
    Array.from(after.get(index)!, (logp, k) => logp - before.get(index)![k]!),
  );
  return rewardFromReference(logRatios, rewards, kl);
}
