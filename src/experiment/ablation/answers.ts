/** Answers a policy writes, read back into the grammar and scored by the world's exact human reward. */
import type { Backend } from "../../backend/backend.ts";
import type { ChatterTruth } from "../../data/worlds/chatter_truth.ts";
import { createGenerator } from "../../model/generate.ts";
import type { Llama } from "../../model/llama.ts";
import { promptTokens } from "../../text/encoding.ts";
import type { Tokenizer } from "../../text/tokenizer.ts";
import { NEW_TOKENS } from "./settings.ts";

export interface WrittenAnswer {
  readonly prompt: string;
  /** Its tokens, the end included where the policy ended it. */
  readonly ids: Uint32Array;
  /** Exact human reward; null where the text is not of the grammar. */
  readonly reward: number | null;
}

/** Sequences generated at once: enough to keep a device busy, little enough to fit anywhere. */
const AT_ONCE = 128;

/** One answer per prompt, drawn from the policy as it is. The same seed draws alike for every policy. */
export async function writeAnswers(
  backend: Backend,
  model: Llama,
  tokenizer: Tokenizer,
  truth: ChatterTruth,
  prompts: readonly string[],
  seed: number,
): Promise<WrittenAnswer[]> {
  const written: WrittenAnswer[] = [];
  for (let first = 0; first < prompts.length; first += AT_ONCE) {
    const some = prompts.slice(first, first + AT_ONCE);
    const tokens = some.map((prompt) => Array.from(promptTokens(prompt, tokenizer)));
    const generator = await createGenerator(backend, model, {
      sequences: some.length,
      promptTokens: tokens.reduce((sum, ids) => sum + ids.length, 0),
      length: Math.max(...tokens.map((ids) => ids.length)) + NEW_TOKENS,
    });
    try {
      const made: number[][] = some.map(() => []);
      const sampling = {
        seed: seed + first,
        temperature: 1,
        newTokens: NEW_TOKENS,
        stop: [tokenizer.eosId],
      };
      for await (const drawn of generator.generate(tokens, sampling)) {
        drawn.forEach((token, s) => {
          if (token !== null) made[s]!.push(token);
        });
      }
      for (const [s, ids] of made.entries()) {
        const prompt = some[s]!;
        const ended = ids.at(-1) === tokenizer.eosId;
        const known = ended ? truth.score(prompt, tokenizer.decode(Uint32Array.from(ids))) : null;
        written.push({ prompt, ids: Uint32Array.from(ids), reward: known ? known.humanReward : null });
      }
    } finally {
      generator.free();
    }
  }
  return written;
}

/** Mean reward of the answers that parse, and their share. NaN and 0 where none does. */
export function rewardOf(answers: readonly WrittenAnswer[]): {
  readonly reward: number;
  readonly parsed: number;
} {
  const rewards = answers.flatMap(({ reward }) => (reward === null ? [] : [reward]));
  return {
    reward: rewards.reduce((sum, reward) => sum + reward, 0) / rewards.length,
    parsed: rewards.length / answers.length,
  };
}
