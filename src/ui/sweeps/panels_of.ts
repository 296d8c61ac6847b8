/** From a sweep's results to its small multiples: which axis is lines, which runs along x, and which are panels. */
import { interval } from "../../base/statistics.ts";
import { bySeed, meanCurve, type Setting, type Sweep } from "../../experiment/sweep.ts";
import type { CellResult } from "../../worker/api.ts";
import { keyOf } from "../names.ts";
import type { Line, Panel } from "./panel_layout.ts";

/** What is along x: steps, or the id of an axis. */
export interface Arrangement {
  readonly lines: string;
  readonly x: string;
}

export const STEPS = "steps";

/** A first arrangement that says most: strategies as lines, and along x an axis of three or more numbers, else steps. */
export function arrangementOf({ axes }: Sweep): Arrangement {
  const many = axes.filter(({ values }) => values.length > 1);
  const lines =
    many.find(({ id }) => id === "train.strategy") ??
    many.findLast(({ values }) => values.length <= 6) ??
    many[0];
  const numeric = many.find(
    ({ id, values }) =>
      id !== lines?.id && values.length >= 3 && values.every(({ set }) => typeof set[id] === "number"),
  );
  return { lines: lines?.id ?? "", x: numeric?.id ?? STEPS };
}

/**
 * Panels: one per combination of the axes that are neither lines nor along x.
 * @param factor from the metric's unit to the one shown
 */
export function panelsOf(
  sweep: Sweep,
  settings: readonly Setting[],
  results: ReadonlyMap<string, CellResult>,
  metric: string,
  { lines, x }: Arrangement,
  factor = 1,
): Panel[] {
  const { axes } = sweep;
  const lineAxis = axes.findIndex(({ id }) => id === lines);
  const xAxis = x === STEPS ? -1 : axes.findIndex(({ id }) => id === x);
  const rest = axes.map((_, a) => a).filter((a) => a !== lineAxis && a !== xAxis);
  const groups = new Map<string, Setting[]>();
  for (const setting of settings) {
    const key = rest.map((a) => setting.at[a]).join();
    groups.set(key, [...(groups.get(key) ?? []), setting]);
  }
  return [...groups.values()].map((own): Panel => {
    const { at } = own[0]!;
    const title = rest
      .filter((a) => axes[a]!.values.length > 1)
      .map((a) => `${axes[a]!.label} ${axes[a]!.values[at[a]!]!.label}`)
      .join(", ");
    const values = lineAxis < 0 ? [0] : axes[lineAxis]!.values.map((_, i) => i);
    return {
      title,
      lines: values.map((value): Line => {
        const mine = own.filter((setting) => lineAxis < 0 || setting.at[lineAxis] === value);
        const named = lineAxis < 0 ? undefined : axes[lineAxis]!.values[value]!;
        const strategy = named?.set["train.strategy"];
        const look = {
          id: String(value),
          label: named ? spoken(axes[lineAxis]!.label, named.label) : sweep.name,
          key:
            typeof strategy === "string" && keyOf(strategy) !== "other"
              ? keyOf(strategy)
              : `plain${value % 5}`,
        };
        const drawn =
          xAxis < 0 ? overSteps(mine[0], results, metric) : overAxis(sweep, mine, xAxis, results, metric);
        return { ...look, ...times(drawn, factor) };
      }),
    };
  });
}

/** A number is nothing without its axis. */
function spoken(axis: string, label: string): string {
  return /^[−\d.e+-]+$/.test(label) && axis.length <= 8 ? `${axis} ${label}` : label;
}

type Drawn = Pick<Line, "points" | "n" | "each">;
/** The same in another unit. */
function times({ points, n, each }: Drawn, factor: number): Drawn {
  return {
    points: points.map(({ x, mean, half }) => ({ x, mean: mean * factor, half: half * factor })),
    n,
    each: each.map((seed) => seed.map(([x, y]) => [x, y * factor] as const)),
  };
}

const NOTHING: Drawn = { points: [], n: 0, each: [] };

function overSteps(
  setting: Setting | undefined,
  results: ReadonlyMap<string, CellResult>,
  metric: string,
): Drawn {
  if (!setting) return NOTHING;
  return meanCurve(setting, results, ({ curves }) => {
    const curve = curves.find(({ name }) => name === metric);
    // At step 0 policy and reference are one and every pair ties: no accuracy to speak of.
    return curve?.steps.flatMap((step, i) =>
      step === 0 && metric.endsWith("accuracies") ? [] : [[step, curve.values[i]!] as const],
    );
  });
}

function overAxis(
  sweep: Sweep,
  settings: readonly Setting[],
  axis: number,
  results: ReadonlyMap<string, CellResult>,
  metric: string,
): Drawn {
  const found = settings.map((setting) => ({
    x: setting.at[axis]!,
    values: bySeed(sweep, setting, results, metric),
  }));
  const points = found.flatMap(({ x, values }) => {
    if (values.size === 0) return [];
    const { mean, half } = interval([...values.values()]);
    return [{ x, mean, half }];
  });
  const each = sweep.seeds.map((seed) =>
    found.flatMap(({ x, values }) => (values.has(seed) ? [[x, values.get(seed)!] as const] : [])),
  );
  return { points, n: Math.max(0, ...found.map(({ values }) => values.size)), each };
}
