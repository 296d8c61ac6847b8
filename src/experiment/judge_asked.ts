/** What a finished run is asked when it is judged: held-out prompts, how answers to them are drawn, what one is worth. */
import { TiltError } from "../base/errors.ts";
import { stream } from "../base/random.ts";
import { promptKey } from "../data/split.ts";
import type { RewardJudge } from "./judge_reward.ts";
import type { JudgedAnswer, JudgeSettings } from "./judge_types.ts";
import type { Draft } from "./online/write.ts";
import type { Prepared } from "./prepare.ts";

/** Longest answer: what Chatter's grammar needs, with its end; elsewhere half of what the model reads, at most this. */
const CHATTER_TOKENS = 56;
const MOST_TOKENS = 96;

export interface Asked {
  readonly prompt: string;
  readonly draw: number;
  readonly ids: Uint32Array;
}

/** Held-out prompts of the target in an order drawn by the run's seed, repeated until there are enough. */
export function heldOutPrompts(ready: Prepared, seed: number, { answers }: JudgeSettings): Asked[] {
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

export function writing({ dataset, encoded }: Prepared, { temperature }: { readonly temperature: number }) {
  const longest = Math.max(...encoded.flatMap(({ responses }) => responses.map((ids) => ids.length)));
  const newTokens =
    dataset.format === "chatter" ? CHATTER_TOKENS : Math.min(MOST_TOKENS, Math.max(2, longest));
  return { temperature, newTokens };
}

/** An answer with its reward. On worlds one that did not end is not of the grammar; elsewhere it is judged as it stands. */
export function judged(
  judge: RewardJudge,
  { tokenizer }: Prepared,
  prompt: string,
  { ids, ended }: Draft,
): JudgedAnswer {
  const text = tokenizer.decode(ended ? ids.slice(0, -1) : ids);
  if (judge.by.kind === "world" && !ended) return { text, reward: null };
  return { text, reward: judge.score(prompt, [text])[0] ?? null };
}
