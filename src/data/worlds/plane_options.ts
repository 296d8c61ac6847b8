import { checkWorldOptions, isDistribution } from "./check_options.ts";

/** Everything that decides a Plane dataset. */
export interface PlaneOptions {
  readonly seed: number;
  /** Number of pairs. */
  readonly groups: number;
  /** s: how far the tilted source stands from the human one. */
  readonly shift: number;
  /** How much of the tilted source's judge is the other reward: 0 none, 1 all. */
  readonly kappa: number;
  /** Mixture shares of human (alpha), tilted and scraped pairs; they sum to 1. */
  readonly shares: readonly [human: number, tilted: number, scrape: number];
  /** Share of pairs whose label is flipped. */
  readonly corruption: number;
  /** Softness of the human reward's labels: P(first wins) = sigmoid(reward difference / temperature). */
  readonly temperature: number;
  /** Shares of the two modes of human text; the second likes another place. */
  readonly modes: readonly [large: number, small: number];
}

/** Shares named in lessons. */
export const PLANE_SHARES = { plenty: [0.3, 0.5, 0.2], scarce: [0.1, 0.7, 0.2] } as const;

export const PLANE_DEFAULTS: PlaneOptions = {
  seed: 0,
  groups: 1000,
  shift: 1,
  kappa: 1,
  shares: PLANE_SHARES.plenty,
  corruption: 0,
  temperature: 1,
  modes: [0.85, 0.15],
};

/**
 * Fills in defaults and checks ranges.
 * @throws TiltError naming the setting
 */
export function planeOptions(given: Partial<PlaneOptions>): PlaneOptions {
  const options = { ...PLANE_DEFAULTS, ...given };
  const check = checkWorldOptions("plane", options);
  check(
    options.temperature > 0 && options.temperature <= 100,
    "temperature",
    "a number above 0, at most 100",
  );
  check(isDistribution(options.modes, 2), "modes", "two shares of at least 0 that sum to 1");
  return options;
}
