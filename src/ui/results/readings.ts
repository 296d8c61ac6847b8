/** What a column reached: one line of the comparison per reading, over seeds where there are several. Pure. */
import { interval } from "../../base/statistics.ts";
import type { TableData } from "../chart/table_data.ts";
import { lastValue } from "../metrics.ts";
import { isGoing, type RunView } from "../state/run_view.ts";
import { duration, fixed } from "../text.ts";
import type { ColumnAnswers } from "./answers_of.ts";
import type { Column } from "./columns.ts";

export interface Shown {
  readonly text: string;
  /** Spread, in smaller print; empty for none. */
  readonly spread: string;
  /** Whether the run, or its judging, goes on. */
  readonly provisional: boolean;
  /** The number behind it; null for none. */
  readonly value: number | null;
  /** Why it should be read with care. */
  readonly caveat?: string;
}

export interface Reading {
  readonly name: string;
  readonly unit: string;
  readonly cells: readonly Shown[];
}

export interface Section {
  readonly title: string;
  readonly readings: readonly Reading[];
}

const NONE: Shown = { text: "–", spread: "", provisional: false, value: null };
/** Reference answers that must carry a reward at fixed KL, or it is noise. */
const ENOUGH = 30;

type Measure = (run: RunView) => number | null;

/**
 * @param target name of the target source, where there is one
 * @param answers by column, in the same order
 */
export function sectionsOf(
  columns: readonly Column[],
  answers: readonly ColumnAnswers[],
  target: string | undefined,
): readonly Section[] {
  const over = (name: string, unit: string, measure: Measure, decimals: number): Reading => ({
    name,
    unit,
    cells: columns.map((column) => ofSeeds(column, measure, decimals)),
  });
  const evaluated =
    (name: string, factor = 1): Measure =>
    ({ evaluation }) =>
      times(lastValue(evaluation, name), factor);
  const trained =
    (name: string, factor = 1): Measure =>
    ({ train }) =>
      times(lastValue(train, name), factor);
  const sections: Section[] = [
    {
      title: target === undefined ? "Held-out rows" : `Held-out ${target} rows`,
      readings: [
        over("Loss", "nats", evaluated("eval_loss"), 3),
        over("Pairs ranked right", "%", evaluated("eval_rewards/accuracies", 100), 1),
      ],
    },
    {
      title: "Held-out rows of every source, as in training",
      readings: [
        over("Loss", "nats", evaluated("eval_mixture_loss"), 3),
        over("Pairs ranked right", "%", evaluated("eval_mixture_rewards/accuracies", 100), 1),
      ],
    },
    { title: "Generated answers", readings: generated(answers) },
    {
      title: "Training",
      readings: [
        ...(target === undefined
          ? []
          : [over(`Weight on ${target}`, "%, last batch", trained(`weight/by_source/${target}`, 100), 0)]),
        over("Effective sample", "groups, last batch", trained("robust/ess"), 1),
        {
          name: "Time",
          unit: "all seeds",
          cells: columns.map(({ runs }): Shown => {
            const seconds = runs.reduce((sum, { seconds: own }) => sum + total(own), 0);
            return { ...NONE, text: duration(seconds || Number.NaN), value: seconds };
          }),
        },
      ],
    },
  ];
  return sections
    .map(({ title, readings }) => ({
      title,
      readings: readings.filter(({ cells }) => cells.some(({ value }) => value !== null)),
    }))
    .filter(({ readings }) => readings.length > 0);
}

function ofSeeds({ runs }: Column, measure: Measure, decimals: number): Shown {
  const values = runs
    .map(measure)
    .filter((value): value is number => value !== null && Number.isFinite(value));
  if (values.length === 0) return NONE;
  const { mean, sd, n } = interval(values);
  return {
    text: fixed(mean, decimals),
    spread: n > 1 ? `± ${fixed(sd, decimals)}` : "",
    provisional: runs.some(isGoing),
    value: mean,
  };
}

/** Rewards of what was written; ± is a 95 % interval over answers, or one standard deviation over seeds. */
function generated(answers: readonly ColumnAnswers[]): Reading[] {
  const world = answers.some(({ by }) => by?.kind === "world");
  const each = (measure: (of: ColumnAnswers) => Shown): readonly Shown[] => answers.map(measure);
  const readings: Reading[] = [
    {
      name: world ? "Human reward" : "Reward model’s score",
      unit: world ? "mean of those of the grammar, ± 95 %" : "mean, ± 95 % over answers",
      cells: each(({ bySeed, provisional }) => {
        const rewards = [...bySeed.values()].flat().flatMap(({ policy }) => policy.reward ?? []);
        const { mean, half, n } = interval(rewards);
        return n === 0
          ? NONE
          : {
              text: fixed(mean, 2),
              spread: Number.isFinite(half) ? `± ${fixed(half, 2)}` : "",
              provisional,
              value: mean,
            };
      }),
    },
  ];
  if (!world) return readings;
  const known = answers.flatMap(({ worlds }) => [...worlds.values()]);
  const targetKl = known[0]?.targetKl ?? 1;
  const ofWorlds = (measure: (of: ColumnAnswers) => readonly number[], decimals: number) =>
    each((of) => {
      const values = measure(of).filter(Number.isFinite);
      if (values.length === 0) return NONE;
      const { mean, sd, n } = interval(values);
      return {
        text: fixed(mean, decimals),
        spread: n > 1 ? `± ${fixed(sd, decimals)}` : "",
        provisional: of.provisional,
        value: mean,
      };
    });
  const all = (of: ColumnAnswers, pick: (one: NonNullable<ReturnType<typeof first>>) => number): number[] =>
    [...of.worlds.values()].map(pick);
  const first = (of: ColumnAnswers) => [...of.worlds.values()][0];
  return [
    ...readings,
    {
      name: `… at ${fixed(targetKl, 0)} nat from the reference`,
      unit: "direction without distance",
      cells: ofWorlds((of) => all(of, ({ rewardAtKl }) => rewardAtKl), 2).map((cell, i) => {
        const fewest = Math.min(...all(answers[i]!, ({ effective }) => effective));
        return cell.value === null || fewest >= ENOUGH
          ? cell
          : { ...cell, caveat: `only ${fixed(fewest, 0)} effective answers carry it` };
      }),
    },
    {
      name: "Reference’s human reward",
      unit: "the same prompts",
      cells: ofWorlds((of) => all(of, ({ referenceReward }) => referenceReward), 2),
    },
    {
      name: "Distance from the reference",
      unit: "KL, nats",
      cells: ofWorlds((of) => all(of, ({ kl }) => kl), 2),
    },
    {
      name: "Of the grammar",
      unit: "% of answers",
      cells: ofWorlds((of) => all(of, ({ parsed }) => 100 * parsed), 0),
    },
  ];
}

/** The whole comparison as a table: settings, then readings. */
export function comparisonData(
  columns: readonly Column[],
  settings: readonly { readonly name: string; readonly values: readonly string[] }[],
  sections: readonly Section[],
): TableData {
  return {
    columns: [{ name: "reading" }, { name: "unit" }, ...columns.map(({ label }) => ({ name: label }))],
    rows: [
      ...settings.map(({ name, values }) => [name, "", ...values]),
      ...sections.flatMap(({ title, readings }) =>
        readings.map(({ name, unit, cells }) => [
          `${title}: ${name}`,
          unit,
          ...cells.map(({ text, spread }) => `${text}${spread ? ` ${spread}` : ""}`),
        ]),
      ),
    ],
  };
}

const times = (value: number | null, factor: number): number | null =>
  value === null ? null : value * factor;
const total = (seconds: RunView["seconds"]): number =>
  Object.values(seconds).reduce((sum, one) => sum + (one ?? 0), 0);
