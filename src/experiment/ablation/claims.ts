/** What the paper and worlds.md say of the ablation, held against the measured differences. */

import { type Interval, isClear } from "../../base/statistics.ts";
import type { AblationReport, Difference } from "./report.ts";

/** Seeds below which nothing is shown or judged: the interval would be wider than any effect. */
export const FEWEST = 3;

export interface Claim {
  readonly says: string;
  readonly who: string;
  readonly metric: "rew" | "rewK";
  readonly differences: readonly { readonly where: string; readonly interval: Interval }[];
  readonly verdict: "agrees" | "disagrees" | "mixed" | "open";
}

type Pick = (difference: Difference) => boolean;

const between = (a: Difference["a"], b: Difference["b"], ratio?: Difference["ratio"]): Pick => {
  return (one) => one.a === a && one.b === b && (ratio === undefined || one.ratio === ratio);
};

const CLAIMS: readonly {
  readonly says: string;
  readonly who: string;
  readonly metric: "rew" | "rewK";
  readonly pick: Pick;
  /** Which sign the claim predicts; 0 says "no clear difference". */
  readonly sign: 1 | -1 | 0;
}[] = [
  {
    says: "Reweighting beats plain training",
    who: "paper, worlds",
    metric: "rew",
    pick: between("reweight", "erm"),
    sign: 1,
  },
  {
    says: "Reweighting points in a better direction than plain training",
    who: "worlds",
    metric: "rewK",
    pick: between("reweight", "erm"),
    sign: 1,
  },
  {
    says: "DRO alone falls short of DoRA",
    who: "paper, worlds",
    metric: "rew",
    pick: between("dora_inside", "kl_dro"),
    sign: 1,
  },
  {
    says: "DoRA beats reweighting",
    who: "paper",
    metric: "rew",
    pick: between("dora_inside", "reweight"),
    sign: 1,
  },
  {
    says: "With the joint ratio DoRA does not beat reweighting",
    who: "worlds",
    metric: "rewK",
    pick: between("dora_inside", "reweight", "joint"),
    sign: -1,
  },
  {
    says: "With the flat mean ratio DoRA beats reweighting",
    who: "worlds",
    metric: "rewK",
    pick: between("dora_inside", "reweight", "mean"),
    sign: 1,
  },
  {
    says: "A control that sees no loss does at least as well as DoRA",
    who: "worlds",
    metric: "rewK",
    pick: between("dora_inside", "sharp"),
    sign: -1,
  },
  {
    says: "DRO shares plain training's direction",
    who: "worlds",
    metric: "rewK",
    pick: between("kl_dro", "erm"),
    sign: 0,
  },
];

/** The claims that the report has differences for. Tuned λ is judged; the tables show λ = 1 too. */
export function claimsOf(report: AblationReport): Claim[] {
  const differences = report.differences.filter(({ metrics }) => metrics.rew.n >= FEWEST);
  return CLAIMS.flatMap(({ says, who, metric, pick, sign }): Claim[] => {
    const found = differences.filter((one) => pick(one) && isJudged(one, differences));
    if (found.length === 0) return [];
    const intervals = found.map((one) => one.metrics[metric]);
    return [
      {
        says,
        who,
        metric,
        differences: found.map((one, i) => ({ where: placeOf(one), interval: intervals[i]! })),
        verdict: verdictOf(intervals, sign),
      },
    ];
  });
}

/** The tuned difference, or the only one where neither strategy has a λ. */
function isJudged(one: Difference, all: readonly Difference[]): boolean {
  const same = (other: Difference): boolean =>
    other.a === one.a && other.b === one.b && placeOf(other) === placeOf(one);
  return one.tuned || !all.some((other) => same(other) && other.tuned);
}

function placeOf({ loss, corruption, ratio }: Difference): string {
  return `${loss} ${Math.round(100 * corruption)} %${ratio === "none" ? "" : `, ${ratio}`}`;
}

function verdictOf(intervals: readonly Interval[], sign: 1 | -1 | 0): Claim["verdict"] {
  const clear = intervals.filter(isClear);
  if (sign === 0)
    return clear.length === 0 ? "agrees" : clear.length === intervals.length ? "disagrees" : "mixed";
  const right = clear.filter(({ mean }) => Math.sign(mean) === sign).length;
  const wrong = clear.length - right;
  if (right > 0 && wrong > 0) return "mixed";
  if (wrong > 0) return "disagrees";
  if (sign === -1) return right === 0 && intervals.every(({ mean }) => mean > 0) ? "open" : "agrees";
  return right > 0 ? "agrees" : "open";
}
