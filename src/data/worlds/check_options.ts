/** Checks of the settings that both worlds have. */
import { TiltError } from "../../base/errors.ts";

/** What every world is asked for. */
export interface WorldOptions {
  readonly seed: number;
  readonly groups: number;
  readonly shift: number;
  readonly kappa: number;
  readonly corruption: number;
  /** Of the mixture, the target first. */
  readonly shares: readonly number[];
}

/** Refuses a setting unless `ok`; `wanted` says what to give instead. */
export type Check<Options> = (ok: boolean, setting: keyof Options & string, wanted: string) => void;

/**
 * Checks what all worlds share.
 * @param world its name in messages
 * @returns the same check, for a world's own settings
 * @throws TiltError naming the setting
 */
export function checkWorldOptions<Options extends WorldOptions>(
  world: string,
  options: Options,
): Check<Options> {
  const check: Check<Options> = (ok, setting, wanted) => {
    if (ok) return;
    const value: unknown = options[setting];
    throw new TiltError(`${setting} is ${typeof value === "number" ? value : JSON.stringify(value)}`, {
      where: `${world}.${setting}`,
      remedy: `Give ${wanted}.`,
    });
  };
  const { seed, groups, shift, kappa, corruption, shares } = options;
  check(Number.isSafeInteger(seed), "seed", "a whole number");
  check(Number.isSafeInteger(groups) && groups >= 1, "groups", "a whole number of at least 1");
  check(Math.abs(shift) <= 10, "shift", "a number from -10 to 10");
  check(kappa >= 0 && kappa <= 1, "kappa", "a number from 0 to 1");
  check(corruption >= 0 && corruption <= 1, "corruption", "a number from 0 to 1");
  check(isDistribution(shares, 3), "shares", "three shares of at least 0 that sum to 1");
  const [target] = shares;
  check(target! > 0, "shares", "a human share above 0: without target data there is nothing to aim at");
  return check;
}

/** Whether these are `length` shares that sum to 1. */
export function isDistribution(shares: readonly number[], length: number): boolean {
  const total = shares.reduce((sum, share) => sum + share, 0);
  return shares.length === length && shares.every((share) => share >= 0) && Math.abs(total - 1) < 1e-9;
}
