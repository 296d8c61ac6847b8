/** From rows to means and paired differences, with λ chosen per seed on validation accuracy and, beside it, left at 1. */

import { type Interval, interval, pairedInterval } from "../../base/statistics.ts";
import { chooseLambda } from "./choose.ts";
import { type AblationLoss, type AblationRatio, type AblationStrategy, type Arm, UNTUNED } from "./grid.ts";
import type { AblationRow } from "./run.ts";
import type { Outcome, Start } from "./trial.ts";

/** Metrics that are averaged over seeds. */
export const REPORTED = [
  "rew",
  "rewK",
  "accuracy",
  "kl",
  "parsed",
  "onTarget",
  "weightEss",
  "essH",
  "maxShareH",
] as const;
export type Reported = (typeof REPORTED)[number];

/** One strategy on one condition. */
export interface Cell {
  readonly loss: AblationLoss;
  readonly corruption: number;
  readonly strategy: AblationStrategy;
  readonly ratio: AblationRatio;
  readonly tuned: boolean;
  /** λ by seed, where the strategy has one. */
  readonly lambdas: readonly number[];
  readonly metrics: Readonly<Record<Reported, Interval>>;
}

/** `a - b` on the same seeds. */
export interface Difference {
  readonly loss: AblationLoss;
  readonly corruption: number;
  readonly ratio: AblationRatio;
  readonly tuned: boolean;
  readonly a: AblationStrategy;
  readonly b: AblationStrategy;
  readonly metrics: Readonly<Record<"rew" | "rewK" | "accuracy", Interval>>;
}

export interface AblationReport {
  readonly arms: number;
  readonly seeds: readonly number[];
  /** CPU time of all arms. */
  readonly armSeconds: number;
  /** The reference and the ratio, over seeds. */
  readonly reference: Readonly<Record<keyof Start, Interval>>;
  readonly cells: readonly Cell[];
  readonly differences: readonly Difference[];
}

/** What is compared with what. */
const PAIRS: readonly (readonly [AblationStrategy, AblationStrategy])[] = [
  ["kl_dro", "erm"],
  ["reweight", "erm"],
  ["dora_inside", "reweight"],
  ["dora_inside", "kl_dro"],
  ["dora_inside", "sharp"],
];

/** A row and the CPU time it took, in seconds. */
type Timed<Row> = Row & { readonly seconds: number };
type ArmRow = Timed<Extract<AblationRow, { kind: "arm" }>>;

export function ablationReport(rows: readonly Timed<AblationRow>[]): AblationReport {
  const arms = [...new Map(rows.flatMap((row) => (row.kind === "arm" ? [[armOf(row), row]] : []))).values()];
  const starts = [
    ...new Map(
      rows.flatMap((row) => (row.kind === "start" ? [[row.seed, row.start] as const] : [])),
    ).values(),
  ];
  const cells: Cell[] = [];
  const bySeed = new Map<string, ReadonlyMap<number, Outcome>>();
  for (const group of grouped(arms, ({ arm }) => cellKey(arm)).values()) {
    const { loss, corruption, strategy, ratio } = group[0]!.arm;
    const ways: readonly boolean[] = isTuned(group) ? [true, false] : [false];
    for (const tuned of ways) {
      const chosen = [...grouped(group, ({ arm }) => String(arm.seed)).values()].flatMap((own) => {
        const candidates = own.map((row) => ({
          row,
          lambda: row.arm.lambda,
          validation: row.outcome.validation,
        }));
        const open = tuned
          ? candidates
          : candidates.filter((one) => one.lambda === null || one.lambda === UNTUNED);
        const best = chooseLambda(open);
        return best ? [best.row] : [];
      });
      if (chosen.length === 0) continue;
      bySeed.set(
        chosenKey({ loss, corruption, ratio, tuned }, strategy),
        new Map(chosen.map(({ arm, outcome }) => [arm.seed, outcome])),
      );
      cells.push({
        loss,
        corruption,
        strategy,
        ratio,
        tuned,
        lambdas: chosen.flatMap(({ arm }) => (arm.lambda === null ? [] : [arm.lambda])),
        metrics: intervals(
          REPORTED,
          chosen.map(({ outcome }) => outcome),
        ),
      });
    }
  }
  return {
    arms: arms.length,
    seeds: [...new Set(arms.map(({ arm }) => arm.seed))].sort((a, b) => a - b),
    armSeconds: arms.reduce((sum, { seconds }) => sum + seconds, 0),
    reference: intervals(["rew", "parsed", "auc", "ece", "meanH", "correlation"] as const, starts),
    cells,
    differences: differencesOf(cells, bySeed),
  };
}

/** Whether several λ were tried, and all of them on every seed: a choice among what happens to be there would be none. */
function isTuned(group: readonly ArmRow[]): boolean {
  const lambdas = new Set(group.map(({ arm }) => arm.lambda));
  const seeds = new Set(group.map(({ arm }) => arm.seed));
  return lambdas.size > 1 && group.length === lambdas.size * seeds.size;
}

type Where = Pick<Difference, "loss" | "corruption" | "ratio" | "tuned">;

function differencesOf(
  cells: readonly Cell[],
  bySeed: ReadonlyMap<string, ReadonlyMap<number, Outcome>>,
): Difference[] {
  const conditions = new Map<string, Where>();
  for (const { loss, corruption, ratio } of cells) {
    for (const tuned of [true, false]) {
      conditions.set([loss, corruption, ratio, tuned].join(" "), { loss, corruption, ratio, tuned });
    }
  }
  return [...conditions.values()].flatMap((where) =>
    PAIRS.flatMap(([a, b]): Difference[] => {
      const [first, second] = [a, b].map((strategy) => outcomesAt(bySeed, where, strategy));
      // A comparison belongs to the reduction of its first strategy, and is listed once.
      if (!first || !second || first.ratio !== where.ratio) return [];
      // "Tuned" where at least one of both is; neither has a λ, or only one was tried: listed as it is, not twice.
      if (where.tuned !== (first.tuned || second.tuned) && where.tuned) return [];
      const metrics = Object.fromEntries(
        (["rew", "rewK", "accuracy"] as const).map((name) => [
          name,
          pairedInterval(values(first.outcomes, name), values(second.outcomes, name)),
        ]),
      ) as Difference["metrics"];
      return [{ ...where, a, b, metrics }];
    }),
  );
}

/** A strategy's outcomes on a condition, with its reduction and tuning where it has them. */
function outcomesAt(
  bySeed: ReadonlyMap<string, ReadonlyMap<number, Outcome>>,
  where: Where,
  strategy: AblationStrategy,
):
  | {
      readonly ratio: AblationRatio;
      readonly tuned: boolean;
      readonly outcomes: ReadonlyMap<number, Outcome>;
    }
  | undefined {
  for (const ratio of [where.ratio, "none"] as const) {
    for (const tuned of [where.tuned, false]) {
      const outcomes = bySeed.get(chosenKey({ ...where, ratio, tuned }, strategy));
      if (outcomes) return { ratio, tuned, outcomes };
    }
  }
  return undefined;
}

function values(outcomes: ReadonlyMap<number, Outcome>, name: keyof Outcome): Map<number, number> {
  return new Map(
    [...outcomes].flatMap(([seed, outcome]) =>
      Number.isFinite(outcome[name]) ? [[seed, outcome[name]] as const] : [],
    ),
  );
}

function intervals<Name extends string>(
  names: readonly Name[],
  rows: readonly Readonly<Record<Name, number>>[],
): Record<Name, Interval> {
  // A policy none of whose answers parse has no reward: that seed is left out, and `n` says so.
  return Object.fromEntries(
    names.map((name) => [name, interval(rows.map((row) => row[name]).filter(Number.isFinite))]),
  ) as Record<Name, Interval>;
}

function grouped<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}

const cellKey = ({ loss, corruption, strategy, ratio }: Arm): string =>
  [loss, corruption, strategy, ratio].join(" ");
const armOf = ({ arm }: ArmRow): string => `${cellKey(arm)} ${arm.seed} ${arm.lambda}`;
const chosenKey = ({ loss, corruption, ratio, tuned }: Where, strategy: AblationStrategy): string =>
  [loss, corruption, strategy, ratio, tuned].join(" ");
