/** The axes of the ablation, and from them every arm: one policy trained one way on one seed's data. */

const ABLATION_LOSSES = ["dpo", "dpo_pl", "rrhf", "lire"] as const;
export type AblationLoss = (typeof ABLATION_LOSSES)[number];

/** The paper's four rows, and the control that sharpens h without seeing a loss. */
export const ABLATION_STRATEGIES = ["erm", "kl_dro", "reweight", "dora_inside", "sharp"] as const;
export type AblationStrategy = (typeof ABLATION_STRATEGIES)[number];

/** How the responses' estimated ratios become a group's; "none" for strategies that read no ratio. */
export type AblationRatio = "none" | "joint" | "mean";

/** One (loss, corruption), the reductions that are compared on it, and the λ that are tried. */
export interface Condition {
  readonly loss: AblationLoss;
  readonly corruption: number;
  readonly ratios: readonly ("joint" | "mean")[];
  readonly lambdas: readonly number[];
}

export interface Grid {
  readonly seeds: readonly number[];
  readonly conditions: readonly Condition[];
}

export interface Arm {
  readonly seed: number;
  readonly corruption: number;
  readonly loss: AblationLoss;
  readonly strategy: AblationStrategy;
  readonly ratio: AblationRatio;
  /** null for strategies without λ. */
  readonly lambda: number | null;
}

/** λ that stands for "not tuned". */
export const UNTUNED = 1;

const USES_RATIO: readonly AblationStrategy[] = ["reweight", "dora_inside", "sharp"];
const HAS_LAMBDA: readonly AblationStrategy[] = ["kl_dro", "dora_inside", "sharp"];

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);

/**
 * Every loss and corruption with the joint ratio, which fits groups of one source. λ is tuned without noise and at 40 %;
 * at 20 and 60 % it stays at 1. What two idle cores do within an hour.
 */
export function defaultGrid(seeds = 10): Grid {
  const levels = [
    { corruption: 0, lambdas: [0.3, 1, 3] },
    { corruption: 0.4, lambdas: [0.3, 1, 3] },
    { corruption: 0.2, lambdas: [UNTUNED] },
    { corruption: 0.6, lambdas: [UNTUNED] },
  ];
  return {
    seeds: range(seeds),
    conditions: levels.flatMap((level) =>
      ABLATION_LOSSES.map((loss) => ({ ...level, loss, ratios: ["joint"] as const })),
    ),
  };
}

/** The same with both reductions and the protocol's own grid of λ everywhere. */
export function fullGrid(seeds = 10): Grid {
  const grid = defaultGrid(seeds);
  return {
    ...grid,
    conditions: grid.conditions.map((condition) => ({
      ...condition,
      ratios: ["joint", "mean"],
      lambdas: [0.1, 0.3, 1, 3, 10],
    })),
  };
}

/**
 * All arms, in the order in which they are run: condition by condition and in each seed by seed, so that a run that is
 * stopped early has few conditions, not few seeds; arms that only tune λ come after everything else.
 */
export function armsOf({ seeds, conditions }: Grid): Arm[] {
  const arms = conditions.flatMap(({ corruption, loss, ratios, lambdas }) =>
    seeds.flatMap((seed) =>
      ABLATION_STRATEGIES.flatMap((strategy) =>
        (USES_RATIO.includes(strategy) ? ratios : (["none"] as const)).flatMap((ratio) =>
          (HAS_LAMBDA.includes(strategy) ? lambdas : [null]).map(
            (lambda): Arm => ({ seed, corruption, loss, strategy, ratio, lambda }),
          ),
        ),
      ),
    ),
  );
  const tunes = ({ lambda }: Arm): boolean => lambda !== null && lambda !== UNTUNED;
  return [...arms.filter((arm) => !tunes(arm)), ...arms.filter(tunes)];
}

/** An arm's name, the same in every process. */
export function armKey({ seed, corruption, loss, strategy, ratio, lambda }: Arm): string {
  return [seed, corruption, loss, strategy, ratio, lambda ?? "-"].join(" ");
}

/** The arms of one of several processes: whole seeds, so that nothing shared is made twice. */
export function partOf(grid: Grid, part: number, parts: number): Grid {
  return { ...grid, seeds: grid.seeds.filter((_, i) => i % parts === part) };
}
