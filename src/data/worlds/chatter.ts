/**
 * Chatter: prompts and responses from a small probabilistic grammar with a human source and two synthetic ones that
 * differ in style, length and advice. Densities, rewards and hence log-ratios are exact (chatter_truth.ts).
 */
import { canonicalJson } from "../../base/canonical.ts";
import { type Stream, stream } from "../../base/random.ts";
import { sha256 } from "../../base/sha256.ts";
import type { Dataset, Group, Response } from "../dataset.ts";
import { renderAnswer, renderPrompt } from "./chatter_grammar.ts";
import { type ChatterOptions, chatterOptions } from "./chatter_options.ts";
import {
  type ChatterSources,
  DRAWS_PER_ANSWER,
  sampleAnswer,
  sumOver,
  worldSources,
} from "./chatter_sources.ts";
import { ANNOTATOR_REWARD, CHATTER_SOURCES, HUMAN_REWARD } from "./chatter_tables.ts";
import { FRAMES, TOPICS } from "./chatter_words.ts";
import { openAt, pickShare, uniformAt } from "./draw.ts";
import { trueLogRatio } from "./true_ratio.ts";
import { worldDataset } from "./world_dataset.ts";

/** Raised whenever the same options would give other data, so that old hashes never name new data. */
const VERSION = 1;

/** Content address of the data that these options give. */
export function chatterHash(given: Partial<ChatterOptions> = {}): string {
  return sha256(canonicalJson({ world: "chatter", version: VERSION, ...chatterOptions(given) }));
}

/**
 * Generates the dataset. Every draw is keyed by (seed, purpose, group or response), so the first groups of a larger
 * dataset are the groups of a smaller one, and two shifts differ only where the sources do.
 *
 * A list's judge is (1 - w) human + w annotator, w = kappa times the list's share of synthetic responses; scores are
 * the judge's rewards plus standard Gumbel noise, so that pairs are Bradley-Terry.
 */
export function chatterWorld(given: Partial<ChatterOptions> = {}): Dataset {
  const options = chatterOptions(given);
  return worldDataset({
    name: "Chatter",
    hash: chatterHash(options),
    format: "chatter",
    sources: CHATTER_SOURCES,
    groups: chatterGroups(options),
  });
}

/**
 * The groups of a world, or of one whose sources have been replaced: in self-training a policy takes a source's place.
 */
export function chatterGroups(
  given: Partial<ChatterOptions>,
  sources: ChatterSources = worldSources(chatterOptions(given).shift),
): Group[] {
  const options = chatterOptions(given);
  const draw = chatterDraws(options.seed);
  return Array.from({ length: options.groups }, (_, g) => makeGroup(g, options, sources, draw));
}

type Draws = ReturnType<typeof chatterDraws>;

function chatterDraws(seed: number) {
  const open = (purpose: string): Stream => stream(seed, `chatter/${purpose}`);
  return {
    prompts: open("prompts"),
    sources: open("sources"),
    words: open("words"),
    noise: open("noise"),
    corruption: open("corruption"),
  };
}

function makeGroup(g: number, options: ChatterOptions, sources: ChatterSources, draw: Draws): Group {
  const { responses: size, shares } = options;
  const topic = Math.floor(uniformAt(draw.prompts, 2 * g) * TOPICS.length);
  const frame = Math.floor(uniformAt(draw.prompts, 2 * g + 1) * FRAMES.length);
  const tables = sources(topic);
  const drawn = Array.from({ length: size }, (_, k) => {
    const r = g * size + k;
    const source = pickShare(shares, uniformAt(draw.sources, options.lists === "mixed" ? r : g));
    const answer = sampleAnswer(tables[source]!, (i) => uniformAt(draw.words, r * DRAWS_PER_ANSWER + i));
    return { source, answer };
  });
  const synthetic = drawn.filter(({ source }) => source > 0).length / size;
  const bias = options.kappa * synthetic;
  let scores = drawn.map(({ answer }, k) => {
    const gumbel = -Math.log(-Math.log(openAt(draw.noise, g * size + k)));
    return (1 - bias) * sumOver(answer, HUMAN_REWARD) + bias * sumOver(answer, ANNOTATOR_REWARD) + gumbel;
  });
  if (uniformAt(draw.corruption, g * size) < options.corruption) {
    scores = permuted(scores, (i) => uniformAt(draw.corruption, g * size + i));
  }
  return {
    id: String(g + 1),
    prompt: renderPrompt(frame, topic),
    responses: drawn.map(
      ({ source, answer }, k): Response => ({ text: renderAnswer(answer, topic), source, score: scores[k]! }),
    ),
    row: g + 1,
    trueLogRatio: drawn.map(({ answer }) =>
      trueLogRatio(
        tables.map((table) => sumOver(answer, table)),
        shares,
      ),
    ),
  };
}

/** Fisher-Yates; swap i (1 <= i < length) reads draw i. */
function permuted(items: readonly number[], uniform: (draw: number) => number): number[] {
  const copy = items.slice();
  for (let i = copy.length - 1; i > 0; i--) {
    const j = Math.floor(uniform(i) * (i + 1));
    [copy[i], copy[j]] = [copy[j]!, copy[i]!];
  }
  return copy;
}
