/** A base model for English text: byte-pair pieces, short stories and a quarter of Shakespeare. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { messageOf, TiltError } from "../../base/errors.ts";
import { batchPlan } from "../../text/batches.ts";
import type { EncodedGroup } from "../../text/encoding.ts";
import type { Tokenizer } from "../../text/tokenizer.ts";
import { trainBpe } from "../../text/tokenizer_bpe_train.ts";
import { huggingFaceFiles } from "../../text/tokenizer_to_hugging_face.ts";
import { type Recipe, wholeText } from "./recipe.ts";

const SEED = 1;
const STEPS = 1000;
const VOCAB = 2048;
/** Predicted tokens of a text. */
const CONTEXT = 127;
/** Texts of each corpus in a batch. */
const STORIES_PER_BATCH = 3;
const PLAYS_PER_BATCH = 1;
/** Share of a corpus, at its end, that is never trained on. */
const HELD_OUT = 0.04;
const END = "<|endoftext|>";

/** Documents of a corpus: the last ones are held out. */
interface Corpus {
  readonly train: readonly string[];
  readonly heldOut: readonly string[];
}

/** @param folder holds tinystories_sample.txt and tinyshakespeare.txt @throws TiltError when it does not */
export async function englishRecipe(folder: string): Promise<Recipe> {
  // The last story of the sample is cut.
  const stories = divided(
    (await read(folder, "tinystories_sample.txt"))
      .split(END)
      .slice(0, -1)
      .map((story) => story.trim()),
  );
  const plays = divided((await read(folder, "tinyshakespeare.txt")).trim().split(/\n\n/), "\n\n");
  const tokenizer = await trainBpe([...stories.train, ...plays.train], VOCAB);
  const texts = {
    stories: windows(stories.train, tokenizer),
    plays: windows(plays.train, tokenizer),
  };
  const storyPlan = batchPlan(texts.stories.length, STORIES_PER_BATCH, SEED);
  const playPlan = batchPlan(texts.plays.length, PLAYS_PER_BATCH, SEED + 1);
  const share = `1 text in ${PLAYS_PER_BATCH + STORIES_PER_BATCH}`;
  return {
    name: "english",
    seed: SEED,
    config: {
      vocab: tokenizer.vocabSize,
      dim: 128,
      layers: 4,
      heads: 4,
      kvHeads: 4,
      headDim: 32,
      hidden: 352,
      ropeTheta: 10_000,
      interleavedRope: false,
      normEps: 1e-5,
      tied: true,
      maxPositions: CONTEXT + 1,
    },
    tokenizer,
    files: huggingFaceFiles(tokenizer.toJSON(), { startsWithEnd: true }),
    optimisation: { lr: 0.003, steps: STEPS, warmup: 0.05, schedule: "cosine", weightDecay: 0.05, clip: 1 },
    beta2: 0.99,
    batch: (step) => [
      ...storyPlan(step).map((index) => texts.stories[index]!),
      ...playPlan(step).map((index) => texts.plays[index]!),
    ],
    heldOut: [
      { name: "TinyStories", groups: windows(stories.heldOut, tokenizer) },
      { name: "Shakespeare", groups: windows(plays.heldOut, tokenizer) },
    ],
    prompts: ["Once upon a time, there was a little", "Lily and Tom went to the", "KING:\n"],
    card: {
      what: "A small base model for English text: byte-level BPE of 2,048 tokens, next-token prediction.",
      data: [
        `TinyStories (Eldan and Li, arXiv 2305.07759), the first 2 MiB: ${stories.train.length} stories written by GPT-3.5 and GPT-4, ${texts.stories.length} texts of ${CONTEXT + 1} tokens. Licence CDLA-Sharing-1.0, which asks nothing of what is computed from the data.`,
        `Tiny Shakespeare (plays; text in the public domain), ${texts.plays.length} such texts. ${share} of every batch, so that the model has seen a second register and other marks than a story's.`,
        `Of each corpus the last ${HELD_OUT * 100} % is held out. The corpora are not part of Tilt.`,
      ],
      licence: "MIT, like Tilt.",
      limits: `It has read under a million tokens: it spells words and keeps a sentence together, and knows nothing of the world. It is a start that fine-tunes faster than random weights, not a language model to talk to. Sequences end at ${CONTEXT + 1} tokens.`,
    },
  };
}

async function read(folder: string, name: string): Promise<string> {
  try {
    return await readFile(join(folder, name), "utf8");
  } catch (thrown) {
    throw new TiltError(`The corpus cannot be read: ${messageOf(thrown)}`, {
      where: join(folder, name),
      remedy: "Name the folder that holds it with --corpora.",
    });
  }
}

/** @param glue where the documents are parts of one text: what stood between them */
function divided(documents: readonly string[], glue?: string): Corpus {
  const cut = Math.floor(documents.length * (1 - HELD_OUT));
  const [train, heldOut] = [documents.slice(0, cut), documents.slice(cut)];
  return glue === undefined
    ? { train, heldOut }
    : { train: [train.join(glue)], heldOut: [heldOut.join(glue)] };
}

/** Documents one after another, each behind an end-of-text token, cut into texts whose last CONTEXT tokens are predicted. */
function windows(documents: readonly string[], tokenizer: Tokenizer): EncodedGroup[] {
  const parts = documents.map((text) => tokenizer.encode(text));
  const ids = new Uint32Array(parts.reduce((sum, part) => sum + part.length + 1, 1));
  let at = 0;
  for (const part of parts) {
    ids[at] = tokenizer.eosId;
    ids.set(part, at + 1);
    at += part.length + 1;
  }
  ids[at] = tokenizer.eosId;
  const texts: EncodedGroup[] = [];
  for (let from = 0; from + CONTEXT < ids.length; from += CONTEXT) {
    texts.push(wholeText(ids.subarray(from, from + CONTEXT + 1)));
  }
  return texts;
}
