import { TiltError } from "../../base/errors.ts";

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

export const CHATTER_DEFAULTS: ChatterOptions = {
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
  const check = (ok: boolean, setting: keyof ChatterOptions, wanted: string) => {
    if (!ok) {
      throw new TiltError(`${setting} is ${JSON.stringify(options[setting])}`, {
        where: `chatter.${setting}`,
        remedy: `Give ${wanted}.`,
      });
    }
  };
  check(Number.isSafeInteger(options.seed), "seed", "a whole number");
  check(
    Number.isSafeInteger(options.groups) && options.groups >= 1,
    "groups",
    "a whole number of at least 1",
  );
  check(
    Number.isSafeInteger(options.responses) && options.responses >= 2 && options.responses <= MAX_RESPONSES,
    "responses",
    `a whole number from 2 to ${MAX_RESPONSES}`,
  );
  check(Number.isFinite(options.shift) && Math.abs(options.shift) <= 10, "shift", "a number from -10 to 10");
  check(options.kappa >= 0 && options.kappa <= 1, "kappa", "a number from 0 to 1");
  check(options.corruption >= 0 && options.corruption <= 1, "corruption", "a number from 0 to 1");
  check(options.lists === "one-source" || options.lists === "mixed", "lists", '"one-source" or "mixed"');
  const total = options.shares.reduce((sum, share) => sum + share, 0);
  check(
    options.shares.length === 3 && options.shares.every((share) => share >= 0) && Math.abs(total - 1) < 1e-9,
    "shares",
    "three shares of at least 0 that sum to 1",
  );
  check(
    options.shares[0] > 0,
    "shares",
    "a human share above 0: without target data there is nothing to aim at",
  );
  return options;
}
