/** The policy writes: K responses to each prompt, many sequences at once, drawn on the device. */
import type { Backend } from "../../backend/backend.ts";
import { createGenerator } from "../../model/generate.ts";
import type { Llama } from "../../model/llama.ts";
import type { Tokenizer } from "../../text/tokenizer.ts";
import type { Control } from "../control.ts";

export interface WriteOptions {
  readonly seed: number;
  readonly temperature: number;
  readonly newTokens: number;
  /** Sequences at once; fewer come back sooner. */
  readonly atOnce?: number;
}

/** Tokens of a response, and whether it ended by itself. */
export interface Draft {
  readonly ids: readonly number[];
  readonly ended: boolean;
}

/** Sequences at once: enough to keep a device busy, little enough to fit anywhere. */
const AT_ONCE = 128;

/**
 * One response per entry of `prompts`; a prompt that is to be answered K times stands there K times.
 * @param prompts tokens @param onDone called with the number written so far, and those written since the last call
 */
export async function write(
  backend: Backend,
  model: Llama,
  tokenizer: Tokenizer,
  prompts: readonly ArrayLike<number>[],
  { seed, temperature, newTokens, atOnce = AT_ONCE }: WriteOptions,
  control: Pick<Control, "gate">,
  onDone: (done: number, since: readonly Draft[]) => void,
): Promise<Draft[]> {
  const drafts: Draft[] = [];
  const parts = Array.from({ length: Math.ceil(prompts.length / atOnce) }, (_, i) =>
    prompts.slice(i * atOnce, (i + 1) * atOnce).map((ids) => Array.from(ids)),
  );
  if (parts.length === 0) return drafts;
  const tokensOf = (part: readonly number[][]) => part.reduce((sum, ids) => sum + ids.length, 0);
  const longest = Math.max(...prompts.map((ids) => ids.length));
  const generator = await createGenerator(backend, model, {
    sequences: Math.min(atOnce, prompts.length),
    promptTokens: Math.max(...parts.map(tokensOf)),
    length: longest + newTokens,
  });
  try {
    for (const [i, part] of parts.entries()) {
      const made: number[][] = part.map(() => []);
      const sampling = { seed: (seed + i) >>> 0, temperature, newTokens, stop: [tokenizer.eosId] };
      for await (const drawn of generator.generate(part, sampling)) {
        await control.gate();
        drawn.forEach((token, s) => {
          if (token !== null) made[s]!.push(token);
        });
      }
      const since = made.map((ids): Draft => ({ ids, ended: ids.at(-1) === tokenizer.eosId }));
      drafts.push(...since);
      onDone(drafts.length, since);
    }
    return drafts;
  } finally {
    generator.free();
  }
}
