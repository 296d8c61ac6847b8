import { checkWorldOptions } from "./check_options.ts";

/** Everything that decides a Chatter dataset. */
export interface ChatterOptions {
  readonly seed: number;
  /** Number of prompts with their responses. */
  readonly groups: number;
  /** Responses per group, K >= 2. */
  readonly responses: number;
  /** s: how far the synthetic sources stand from the human one; 0 makes them equal. */
  readonly shift: number;
  /** How much of a synthetic list's judge is the biased annotator: 0 none, 1 all. */
  readonly kappa: number;
  /** Mixture shares of human (alpha), polished and terse text; they sum to 1. */
  readonly shares: readonly [human: number, polished: number, terse: number];
  /** Share of groups whose scores are permuted at random. */
  readonly corruption: number;
  /** "one-source": all responses of a group come from one source; "mixed": each response draws its own. */
  readonly lists: "one-source" | "mixed";
}

/** Shares named in lessons. */
export const CHATTER_SHARES = { plenty: [0.3, 0.5, 0.2], scarce: [0.1, 0.7, 0.2] } as const;

const CHATTER_DEFAULTS: ChatterOptions = {
  seed: 0,
  groups: 600,
  responses: 4,
  shift: 1,
  kappa: 1,
  shares: CHATTER_SHARES.plenty,
  corruption: 0,
  lists: "one-source",
};

/** Most responses in a group; keeps the counter layout of draws fixed. */
const MAX_RESPONSES = 32;

/**
 * Fills in defaults and checks ranges.
 * @throws TiltError naming the setting
 */
export function chatterOptions(given: Partial<ChatterOptions>): ChatterOptions {
  const options = { ...CHATTER_DEFAULTS, ...given };
  const check = checkWorldOptions("chatter", options);
  check(
    Number.isSafeInteger(options.responses) && options.responses >= 2 && options.responses <= MAX_RESPONSES,
    "responses",
    `a whole number from 2 to ${MAX_RESPONSES}`,
  );
  check(options.lists === "one-source" || options.lists === "mixed", "lists", '"one-source" or "mixed"');
  return options;
}
