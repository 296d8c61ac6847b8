/** The ablation as markdown: means with intervals, paired differences, and what they say of earlier claims. */

import { type Interval, isClear } from "../../base/statistics.ts";
import { claimsOf, FEWEST } from "./claims.ts";
import { ABLATION_STRATEGIES, type AblationRatio, type AblationStrategy } from "./grid.ts";
import type { AblationReport, Cell, Difference, Reported } from "./report.ts";
import type { AblationSettings } from "./settings.ts";

const NAMES: Readonly<Record<AblationStrategy, string>> = {
  erm: "ERM",
  kl_dro: "DRO",
  reweight: "reweighting",
  dora_inside: "DoRA",
  sharp: "`sharp`",
};

/** Mean ± half-width, two digits; nothing for few seeds. */
export function shown({ mean, half, n }: Interval, signed = false): string {
  if (!Number.isFinite(mean) || n < FEWEST) return "";
  const number = signed && mean > 0 ? `+${mean.toFixed(2)}` : mean.toFixed(2);
  return Number.isFinite(half) ? `${number}±${half.toFixed(2)}` : number;
}

export interface TableOptions {
  /** Arms of the grid, and how many of them are there; rows of other arms are shown beside them, and said to be others. */
  readonly wanted: number;
  readonly done: number;
  /** With where the weight goes, with λ left at 1 beside tuned λ: everything that is in the JSON. */
  readonly whole: boolean;
}

/** Tuned λ where several were tried on every seed, else λ = 1. */
export function ablationTables(
  report: AblationReport,
  { judge }: AblationSettings,
  { wanted, done, whole }: TableOptions,
): string {
  const means = (metric: Reported, title: string) => [title, "", ...meansTable(report, metric, true), ""];
  const judged = report.differences.filter(
    (one) =>
      one.metrics.rew.n >= FEWEST &&
      (whole || one.tuned || !report.differences.some((other) => other.tuned && isSame(one, other))),
  );
  const others = report.arms > done ? ` and ${report.arms - done} outside of this grid` : "";
  return [
    `${done} of ${wanted} arms${others}, seeds ${report.seeds.join(", ")}, ${(report.armSeconds / 3600).toFixed(1)} h of CPU time. Means ± half-widths of 95 % t-intervals over seeds. λ is tuned on ${judge.validation} noisy target groups where several were tried on every seed, else 1.`,
    "",
    ...reference(report),
    "",
    "The ratio h of the training units, clipped and divided by its mean: effective sample size and largest share. No label plays a part in it.",
    "",
    ...ratioTable(report),
    "",
    ...means("rew", `\`rew\`: human reward of ${judge.samples} generated answers, of those that parse.`),
    ...means("rewK", `\`rewK\`: the same at a KL of ${judge.kl} from the reference.`),
    ...means("accuracy", `Pair accuracy on ${judge.test} clean target groups.`),
    ...means("parsed", "Share of generated answers that parse."),
    ...(whole
      ? ["`rewK` with λ left at 1.", "", ...meansTable(report, "rewK", false), "", ...weightTable(report), ""]
      : []),
    "Paired differences, same seeds. In bold where the interval leaves out 0.",
    "",
    ...differenceTable(judged),
    "",
    "What was claimed before, held against these differences. *Open*: no interval leaves out 0.",
    "",
    ...claimTable(report),
  ].join("\n");
}

function isSame(one: Difference, other: Difference): boolean {
  return (
    one.a === other.a &&
    one.b === other.b &&
    one.loss === other.loss &&
    one.corruption === other.corruption &&
    one.ratio === other.ratio
  );
}

function reference({ reference: m }: AblationReport): string[] {
  return grid(
    ["reference `rew`", "parsed", "AUC", "r", "E_P h", "ECE"],
    [[m.rew, m.parsed, m.auc, m.correlation, m.meanH, m.ece].map((one) => shown(one))],
  );
}

/** h by loss, pairs or lists, and reduction: at the lowest corruption, since all of them have the same. */
function ratioTable({ cells }: AblationReport): string[] {
  const lowest = Math.min(...cells.map(({ corruption }) => corruption));
  const rows = cells
    .filter(({ strategy, corruption }) => strategy === "reweight" && corruption === lowest)
    .map(({ loss, ratio, metrics: { essH, maxShareH } }) => [
      loss,
      ratio,
      ofHundred(essH, 0),
      ofHundred(maxShareH, 2),
    ]);
  return grid(["loss", "ratio", "ESS % of h", "max share % of h"], rows);
}

/** Rows: conditions and reductions. Columns: strategies. Strategies without a ratio repeat on every reduction. */
function meansTable({ cells }: AblationReport, metric: Reported, tuned: boolean): string[] {
  const rows = conditionsOf(cells).map(({ loss, corruption, ratio }) => [
    loss,
    percent(corruption),
    ratio,
    ...ABLATION_STRATEGIES.map((strategy) => {
      const cell = cellAt(cells, loss, corruption, strategy, ratio, tuned);
      return cell ? shown(cell.metrics[metric]) : "";
    }),
  ]);
  return grid(["loss", "corruption", "ratio", ...ABLATION_STRATEGIES.map((id) => NAMES[id])], rows);
}

function weightTable({ cells }: AblationReport): string[] {
  const rows = cells
    .filter((cell) => cell.tuned || !cells.some((other) => other.tuned && isSameCell(cell, other)))
    .map(({ loss, corruption, ratio, strategy, lambdas, metrics: m }) => [
      loss,
      percent(corruption),
      ratio,
      NAMES[strategy],
      lambdas.length > 0 ? String(median(lambdas)) : "",
      shown(m.onTarget),
      ofHundred(m.weightEss, 0),
      ofHundred(m.essH, 0),
      ofHundred(m.maxShareH, 2),
      shown(m.kl),
      shown(m.parsed),
    ]);
  const heads = ["loss", "corruption", "ratio", "strategy", "median λ", "weight on target"];
  return grid([...heads, "ESS % of weights", "ESS % of h", "max share % of h", "KL", "parsed"], rows);
}

function isSameCell(one: Cell, other: Cell): boolean {
  return (
    one.loss === other.loss &&
    one.corruption === other.corruption &&
    one.ratio === other.ratio &&
    one.strategy === other.strategy
  );
}

/** A mean share in percent; nothing for few seeds. */
function ofHundred({ mean, n }: Interval, digits: number): string {
  return n < FEWEST ? "" : (100 * mean).toFixed(digits);
}

function differenceTable(differences: readonly Difference[]): string[] {
  const bold = (interval: Interval): string =>
    isClear(interval) ? `**${shown(interval, true)}**` : shown(interval, true);
  const rows = differences.map(({ loss, corruption, ratio, tuned, a, b, metrics }) => [
    `${NAMES[a]} - ${NAMES[b]}`,
    loss,
    percent(corruption),
    ratio,
    a === "reweight" ? "" : tuned ? "tuned" : "1",
    bold(metrics.rew),
    bold(metrics.rewK),
    bold(metrics.accuracy),
  ]);
  return grid(["difference", "loss", "corruption", "ratio", "λ", "`rew`", "`rewK`", "accuracy"], rows);
}

function claimTable(report: AblationReport): string[] {
  const rows = claimsOf(report).map(({ says, who, metric, differences, verdict }) => [
    says,
    who,
    `\`${metric}\``,
    differences.map(({ where, interval }) => `${where}: ${shown(interval, true)}`).join("; "),
    verdict,
  ]);
  return grid(["claim", "of", "in", "measured", "here"], rows);
}

function conditionsOf(cells: readonly Cell[]) {
  const found = new Map<string, { loss: Cell["loss"]; corruption: number; ratio: AblationRatio }>();
  for (const { loss, corruption, ratio } of cells) {
    if (ratio !== "none") found.set(`${loss} ${corruption} ${ratio}`, { loss, corruption, ratio });
  }
  return [...found.values()].sort(
    (a, b) => a.loss.localeCompare(b.loss) || a.corruption - b.corruption || a.ratio.localeCompare(b.ratio),
  );
}

function cellAt(
  cells: readonly Cell[],
  loss: string,
  corruption: number,
  strategy: AblationStrategy,
  ratio: AblationRatio,
  tuned: boolean,
): Cell | undefined {
  const same = cells.filter(
    (cell) =>
      cell.loss === loss &&
      cell.corruption === corruption &&
      cell.strategy === strategy &&
      (cell.ratio === ratio || cell.ratio === "none"),
  );
  return same.find((cell) => cell.tuned === tuned) ?? same[0];
}

function median(list: readonly number[]): number {
  return [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)]!;
}

const percent = (rate: number): string => `${Math.round(100 * rate)} %`;

function grid(heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(heads), line(heads.map(() => "---")), ...rows.map(line)];
}
