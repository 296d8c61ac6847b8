/** Values of a range, as round as they can be. */

export interface Range {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly scale: "linear" | "log";
}

/** `count` values from `from` to `to`, both included, to six digits; in equal ratios where the scale is "log". */
export function rangeOf({ from, to, count, scale }: Range): number[] {
  const log = scale === "log" && from > 0 && to > 0;
  const values = Array.from({ length: count }, (_, i) => {
    if (count === 1 || i === 0) return from;
    if (i === count - 1) return to;
    const share = i / (count - 1);
    return log ? from * (to / from) ** share : from + (to - from) * share;
  });
  return values.map((value) => Number(value.toPrecision(6)));
}
