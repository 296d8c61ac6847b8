import { TiltError } from "../base/errors.ts";
import type { Group } from "../data/dataset.ts";
import { startId, type Tokenizer } from "./tokenizer.ts";

/** A group as tokens, cut to length: what is packed into batches, made once per run. */
export interface EncodedGroup {
  /** At least one token, so that a response's first token has a predictor. */
  readonly prompt: Uint32Array;
  /** Each at least one token; ends with EOS unless it was cut. */
  readonly responses: readonly Uint32Array[];
  /** Preference score per response: the group's scores, else wins minus losses of its explicit judgements. */
  readonly scores: readonly number[];
  /** Index of the source per response; -1 when unknown. */
  readonly sources: readonly number[];
}

export interface Encoding {
  readonly groups: readonly EncodedGroup[];
  /** Prompts that lost tokens at their start. */
  readonly promptsCut: number;
  /** Responses that lost tokens, and EOS, at their end. */
  readonly responsesCut: number;
}

/**
 * Tokenises groups and cuts them to at most `maxTokens` per sequence (prompt and one response, BOS and EOS counted).
 * The prompt gives way first, from its left, down to half of `maxTokens`; then responses are cut on their right. All
 * responses of a group see the same prompt.
 * @throws TiltError when `maxTokens` is below 2
 */
export function encodeGroups(
  groups: readonly Pick<Group, "prompt" | "responses" | "preferences">[],
  tokenizer: Tokenizer,
  maxTokens: number,
): Encoding {
  if (!(maxTokens >= 2)) {
    throw new TiltError(`A sequence of ${maxTokens} tokens cannot hold a prompt and a response`, {
      where: "maxTokens",
      remedy: "Allow at least 2 tokens, in practice 64 or more.",
    });
  }
  let promptsCut = 0;
  let responsesCut = 0;
  const encoded = groups.map((group): EncodedGroup => {
    const full = promptTokens(group.prompt, tokenizer);
    const responses = group.responses.map(({ text }) => withEnd(tokenizer.encode(text), tokenizer.eosId));
    const longest = Math.max(...responses.map((response) => response.length));
    const room = Math.max(maxTokens - longest, Math.floor(maxTokens / 2));
    const prompt = cutLeft(full, room, tokenizer.bosId !== null);
    if (prompt.length < full.length) promptsCut++;
    const most = maxTokens - prompt.length;
    return {
      prompt,
      responses: responses.map((response) => {
        if (response.length > most) responsesCut++;
        return response.slice(0, most);
      }),
      scores: scoresOf(group),
      sources: group.responses.map((response) => response.source),
    };
  });
  return { groups: encoded, promptsCut, responsesCut };
}

/** A prompt's tokens as the model sees them: BOS and start prefix where there are any; never empty. */
export function promptTokens(prompt: string, tokenizer: Tokenizer): Uint32Array {
  const ids = tokenizer.encode(prompt === "" ? "" : tokenizer.startPrefix + prompt);
  if (tokenizer.bosId === null && ids.length > 0) return ids;
  const started = new Uint32Array(ids.length + 1);
  started[0] = startId(tokenizer);
  started.set(ids, 1);
  return started;
}

function cutLeft(ids: Uint32Array, room: number, keepFirst: boolean): Uint32Array {
  if (ids.length <= room) return ids;
  const tail = ids.slice(ids.length - room);
  if (keepFirst) tail[0] = ids[0]!;
  return tail;
}

function withEnd(ids: Uint32Array, eosId: number): Uint32Array {
  const ended = new Uint32Array(ids.length + 1);
  ended.set(ids);
  ended[ids.length] = eosId;
  return ended;
}

function scoresOf(group: Pick<Group, "responses" | "preferences">): number[] {
  const net = group.responses.map(() => 0);
  for (const [winner, loser] of group.preferences ?? []) {
    net[winner]!++;
    net[loser]!--;
  }
  const given = group.responses.map((response) => response.score);
  return group.preferences || given.includes(null) ? net : given.map((score) => score!);
}
