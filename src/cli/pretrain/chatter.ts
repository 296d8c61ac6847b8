/** The base model of Chatter: knows its grammar and topics, prefers no source. */

import type { Group } from "../../data/dataset.ts";
import { chatterGroups } from "../../data/worlds/chatter.ts";
import { parseAnswer, topicOfPrompt } from "../../data/worlds/chatter_grammar.ts";
import { sourceTables, sumOver } from "../../data/worlds/chatter_sources.ts";
import { chatterVocabulary } from "../../data/worlds/chatter_words.ts";
import { batchPlan } from "../../text/batches.ts";
import { encodeGroups } from "../../text/encoding.ts";
import { huggingFaceFiles } from "../../text/tokenizer_to_hugging_face.ts";
import { wordTokenizer } from "../../text/tokenizer_words.ts";
import { type HeldOut, type Recipe, wholeText } from "./recipe.ts";

const SEED = 1;
const SHIFTS = [0.25, 0.5, 1] as const;
const THIRDS = [1 / 3, 1 / 3, 1 / 3] as const;
const HUMAN_ONLY = [1, 0, 0] as const;
const STEPS = 1050;
const BATCH = 32;
/** No text of Chatter is longer, prompt included. */
const LONGEST = 64;

/** Groups of two responses, as many of each shift, each shift with draws of its own. */
function groupsOf(seed: number, perShift: number, shares: readonly [number, number, number]): Group[] {
  return SHIFTS.flatMap((shift, i) =>
    chatterGroups({ seed: 10 * seed + i, groups: perShift, responses: 2, shift, shares, lists: "mixed" }),
  );
}

/** Mean of -log p per token (EOS counted) under the exact distribution of `groupsOf`; the prompt is given. */
function floorOf(groups: readonly Group[], tokens: number, shares: readonly number[]): number {
  const tables = SHIFTS.map(sourceTables);
  let nats = 0;
  for (const { prompt, responses } of groups) {
    for (const { text } of responses) {
      const answer = parseAnswer(text, topicOfPrompt(prompt))!;
      let p = 0;
      for (const sources of tables) {
        for (const [k, table] of sources.entries()) p += shares[k]! * Math.exp(sumOver(answer, table));
      }
      nats -= Math.log(p / SHIFTS.length);
    }
  }
  return nats / tokens;
}

/** @param texts held-out texts per set; the card's numbers need the default */
export function chatterRecipe(texts = 1200): Recipe {
  const tokenizer = wordTokenizer(chatterVocabulary());
  const config = {
    vocab: tokenizer.vocabSize,
    dim: 64,
    layers: 4,
    heads: 4,
    kvHeads: 4,
    headDim: 16,
    hidden: 192,
    ropeTheta: 10_000,
    interleavedRope: false,
    normEps: 1e-5,
    tied: true,
    maxPositions: 128,
  };
  const heldOut = (name: string, seed: number, shares: readonly [number, number, number]): HeldOut => {
    const groups = groupsOf(seed, Math.ceil(texts / 2 / SHIFTS.length), shares);
    const encoded = encodeGroups(groups, tokenizer, LONGEST).groups;
    const tokens = encoded.reduce(
      (sum, { responses }) => sum + responses.reduce((n, r) => n + r.length, 0),
      0,
    );
    return { name, groups: encoded, floor: floorOf(groups, tokens, shares) };
  };
  let train: ReturnType<typeof wholeText>[] | undefined;
  const trainTexts = () => {
    const groups = groupsOf(SEED, (STEPS * BATCH) / 2 / SHIFTS.length, THIRDS);
    return encodeGroups(groups, tokenizer, LONGEST).groups.flatMap(({ prompt, responses }) =>
      responses.map((response) => wholeText(Uint32Array.of(...prompt, ...response))),
    );
  };
  const plan = batchPlan(STEPS * BATCH, BATCH, SEED);
  return {
    name: "chatter",
    seed: SEED,
    config,
    tokenizer,
    files: huggingFaceFiles(tokenizer.toJSON()),
    optimisation: { lr: 0.003, steps: STEPS, warmup: 0.05, schedule: "cosine", weightDecay: 0.01, clip: 1 },
    beta2: 0.99,
    batch: (step) => {
      train ??= trainTexts();
      return plan(step).map((index) => train![index]!);
    },
    heldOut: [
      heldOut("responses of the mixture it was trained on", 1001, THIRDS),
      heldOut("responses of the human source alone", 1002, HUMAN_ONLY),
    ],
    prompts: ["how do i improve my tea", "any tips about bicycle", "what helps with letter"],
    card: {
      what: "A base model for Tilt's built-in world Chatter: one token per word, next-token prediction over prompt and response.",
      data: [
        `${STEPS * BATCH} texts drawn by Tilt's own generator (src/data/worlds), each seen once: a third each from the human, the polished and the terse source, a third each at shift 0.25, 0.5 and 1.`,
        "The mixture, not the human source: a base model stands for text at large, which people and machines both wrote. It knows the grammar and every topic's words, and fine-tuning on preferred human responses still has something to teach. A base trained on human text alone would know the target before the experiment starts. Preference scores play no part.",
      ],
      licence: "MIT, like Tilt. The texts are generated; no outside data is involved.",
      limits: "It knows 259 words and nothing else; any other text is refused.",
    },
  };
}
