/** Geometry of the histograms of log-ratios, one ridge per source over a shared axis. Pure. */
import type { RatioSummary } from "../../experiment/events.ts";
import { linear, type Scale, ticks } from "../chart/scale.ts";

type BySource = RatioSummary["bySource"][number];

export interface RidgeLayout {
  readonly x: Scale;
  readonly left: number;
  readonly right: number;
  readonly height: number;
  readonly foot: number;
  readonly ticks: readonly number[];
  readonly decimals: number;
  readonly ridges: readonly { readonly base: number; readonly bars: string }[];
}

const TALL = 88;
const SHORT = 58;
const HEAD = 12;
const FOOT = 24;

/** @param low whether ridges are low: where there is little room */
export function layoutRidges(
  width: number,
  rows: readonly { readonly of: BySource }[],
  low: boolean,
): RidgeLayout {
  const narrow = width < 460;
  const row = low || narrow ? SHORT : TALL;
  const left = narrow ? 84 : 104;
  const right = width - 62;
  const axis = ticks(...extent(rows), 5);
  const x = linear([axis.values[0]!, axis.values.at(-1)!], [left, right]);
  return {
    x,
    left,
    right,
    height: HEAD + row * rows.length + FOOT,
    foot: HEAD + row * rows.length,
    ticks: axis.values,
    decimals: axis.decimals,
    ridges: rows.map(({ of }, i) => {
      const base = HEAD + row * (i + 1) - 6;
      return { base, bars: bars(of, base, row * 0.76, x) };
    }),
  };
}

function bars({ logRatio: { low, high, counts } }: BySource, base: number, tall: number, x: Scale): string {
  const width = (high - low) / Math.max(1, counts.length);
  const top = Math.max(1, ...counts);
  return counts
    .map((n, bin) => {
      if (n === 0) return "";
      const from = x(low + bin * width) + 0.6;
      const to = x(low + (bin + 1) * width) - 0.6;
      const up = Math.max(1, (tall * n) / top);
      return `M${from.toFixed(1)} ${base}v${(-up).toFixed(1)}H${Math.max(from + 0.8, to).toFixed(1)}V${base}z`;
    })
    .join("");
}

/** Smallest and largest log-ratio of any response, to the edges of their bins. */
export function extent(rows: readonly { readonly of: BySource }[]): readonly [number, number] {
  const edges = rows.flatMap(({ of: { logRatio } }) => {
    const { low, high, counts } = logRatio;
    const width = (high - low) / Math.max(1, counts.length);
    const first = counts.findIndex((n) => n > 0);
    const last = counts.findLastIndex((n) => n > 0);
    return first < 0 ? [] : [low + first * width, low + (last + 1) * width];
  });
  return edges.length > 0 ? [Math.min(...edges), Math.max(...edges)] : [-1, 1];
}

/** Mean log-ratio, from the histogram's bins. */
export function meanOf({ logRatio: { low, high, counts } }: BySource): number {
  const width = (high - low) / Math.max(1, counts.length);
  const total = counts.reduce((a, b) => a + b, 0);
  return total === 0
    ? Number.NaN
    : counts.reduce((sum, n, bin) => sum + n * (low + (bin + 0.5) * width), 0) / total;
}
