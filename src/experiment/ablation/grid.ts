/** The axes of the ablation, and from them every arm: one policy trained one way on one seed's data. */

export const ABLATION_LOSSES = ["dpo", "dpo_pl", "rrhf", "lire"] as const;
export type AblationLoss = (typeof ABLATION_LOSSES)[number];

/** The paper's four rows, and the control that sharpens h without seeing a loss. */
export const ABLATION_STRATEGIES = ["erm", "kl_dro", "reweight", "dora_inside", "sharp"] as const;
export type AblationStrategy = (typeof ABLATION_STRATEGIES)[number];

/** How the responses' estimated ratios become a group's; "none" for strategies that read no ratio. */
export type AblationRatio = "none" | "joint" | "mean";

/** One (loss, corruption) and the reductions that are compared on it. */
export interface Condition {
  readonly loss: AblationLoss;
  readonly corruption: number;
  readonly ratios: readonly ("joint" | "mean")[];
}

export interface Grid {
  readonly seeds: readonly number[];
  readonly conditions: readonly Condition[];
  readonly lambdas: readonly number[];
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

/** What two idle cores do in about half an hour. */
export function defaultGrid(seeds = 10): Grid {
  return {
    seeds: range(seeds),
    conditions: [
      { loss: "dpo", corruption: 0, ratios: ["joint", "mean"] },
      { loss: "dpo", corruption: 0.4, ratios: ["joint"] },
      { loss: "dpo_pl", corruption: 0, ratios: ["joint"] },
      { loss: "dpo_pl", corruption: 0.4, ratios: ["joint"] },
    ],
    lambdas: [0.3, 1, 3],
  };
}

/** Every loss, corruption and reduction, and the protocol's own grid of λ. */
export function fullGrid(seeds = 10): Grid {
  return {
    seeds: range(seeds),
    conditions: ABLATION_LOSSES.flatMap((loss) =>
      [0, 0.2, 0.4, 0.6].map((corruption) => ({ loss, corruption, ratios: ["joint", "mean"] as const })),
    ),
    lambdas: [0.1, 0.3, 1, 3, 10],
  };
}

/** All arms, so ordered that what arms share is made once: by seed, corruption, loss. */
export function armsOf({ seeds, conditions, lambdas }: Grid): Arm[] {
  const corruptions = [...new Set(conditions.map(({ corruption }) => corruption))];
  return seeds.flatMap((seed) =>
    corruptions.flatMap((corruption) =>
      conditions
        .filter((condition) => condition.corruption === corruption)
        .flatMap(({ loss, ratios }) =>
          ABLATION_STRATEGIES.flatMap((strategy) =>
            (USES_RATIO.includes(strategy) ? ratios : (["none"] as const)).flatMap((ratio) =>
              (HAS_LAMBDA.includes(strategy) ? lambdas : [null]).map((lambda) => ({
                seed,
                corruption,
                loss,
                strategy,
                ratio,
                lambda,
              })),
            ),
          ),
        ),
    ),
  );
}

/** An arm's name, the same in every process. */
export function armKey({ seed, corruption, loss, strategy, ratio, lambda }: Arm): string {
  return [seed, corruption, loss, strategy, ratio, lambda ?? "-"].join(" ");
}

/** The arms of one of several processes: whole seeds, so that nothing shared is made twice. */
export function partOf(grid: Grid, part: number, parts: number): Grid {
  return { ...grid, seeds: grid.seeds.filter((_, i) => i % parts === part) };
}
