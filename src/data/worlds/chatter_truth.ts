import type { Group } from "../dataset.ts";
import { type Answer, parseAnswer, topicOfPrompt } from "./chatter_grammar.ts";
import { type ChatterOptions, chatterOptions } from "./chatter_options.ts";
import { type ChatterSources, sumOver, worldSources } from "./chatter_sources.ts";
import { ANNOTATOR_REWARD, HUMAN_REWARD } from "./chatter_tables.ts";
import { type GroupReduction, groupLogRatioBy, trueLogRatio } from "./true_ratio.ts";

/** All that is exactly known about one response. */
export interface ChatterScore {
  readonly answer: Answer;
  /** log Q_k(response | topic), the human source first. */
  readonly logDensities: readonly number[];
  /** log Q0/P. */
  readonly logRatio: number;
  readonly humanReward: number;
  /** Reward of the biased annotator alone. */
  readonly annotatorReward: number;
}

export interface ChatterTruth {
  /** Scores any text, also a generated one; null when it is not in the grammar or not on the prompt's topic. */
  score(prompt: string, text: string): ChatterScore | null;
  /** Exact log-ratio of a whole group (see trueGroupLogRatio). */
  groupLogRatio(group: Group, reduction: GroupReduction): number;
}

/**
 * The exact densities and rewards of the world that these options describe.
 * @param sources given where the sources have been replaced (see chatterGroups)
 */
export function chatterTruth(
  given: Partial<ChatterOptions> = {},
  sources: ChatterSources = worldSources(chatterOptions(given).shift),
): ChatterTruth {
  const { shares } = chatterOptions(given);
  const score = (prompt: string, text: string): ChatterScore | null => {
    const topic = topicOfPrompt(prompt);
    const answer = topic < 0 ? null : parseAnswer(text, topic);
    if (!answer) return null;
    const logDensities = sources(topic).map((table) => sumOver(answer, table));
    return {
      answer,
      logDensities,
      logRatio: trueLogRatio(logDensities, shares),
      humanReward: sumOver(answer, HUMAN_REWARD),
      annotatorReward: sumOver(answer, ANNOTATOR_REWARD),
    };
  };
  return { score, groupLogRatio: groupLogRatioBy(score, shares, "Chatter") };
}
