/** Axes: where values fall in pixels, and which round numbers stand beside them. */

export interface Scale {
  (value: number): number;
  readonly domain: readonly [number, number];
  /** Whether equal ratios, not equal differences, are equally far apart. */
  readonly logarithmic?: true;
  /** The value at a pixel. */
  invert(pixel: number): number;
}

export function linear(domain: readonly [number, number], range: readonly [number, number]): Scale {
  const [d0, d1] = domain;
  const [r0, r1] = range;
  const span = d1 - d0 || 1;
  const scale = (value: number): number => r0 + ((value - d0) / span) * (r1 - r0);
  return Object.assign(scale, {
    domain,
    invert: (pixel: number) => d0 + ((pixel - r0) / (r1 - r0 || 1)) * span,
  });
}

/** A scale on which equal ratios are equally far apart. Values at or below 0 have no place: NaN. */
export function logarithmic(domain: readonly [number, number], range: readonly [number, number]): Scale {
  const inner = linear([Math.log10(domain[0]), Math.log10(domain[1])], range);
  const scale = (value: number): number => (value > 0 ? inner(Math.log10(value)) : Number.NaN);
  return Object.assign(scale, {
    domain,
    logarithmic: true as const,
    invert: (pixel: number) => 10 ** inner.invert(pixel),
  });
}

/** Ticks for a logarithmic axis that covers [low, high], both above 0: powers of ten, with 2 and 5 where few. */
export function logTicks(low: number, high: number): readonly number[] {
  const first = Math.floor(Math.log10(low) + 1e-9);
  const last = Math.ceil(Math.log10(high) - 1e-9);
  const decades = last - first;
  const every = Math.max(1, Math.ceil(decades / 5));
  const parts = decades <= 1 ? [1, 2, 5] : decades <= 2 ? [1, 3] : [1];
  const all: number[] = [];
  for (let power = first; power <= last; power += every)
    for (const part of parts) all.push(Number((part * 10 ** power).toPrecision(1)));
  const from = all.findLastIndex((value) => value <= low * (1 + 1e-9));
  const to = all.findIndex((value) => value >= high * (1 - 1e-9));
  const cut = all.slice(Math.max(0, from), to < 0 ? all.length : to + 1);
  return cut.length >= 2 ? cut : [10 ** first, 10 ** Math.max(last, first + 1)];
}

/** The round step (1, 2, 2.5 or 5 times a power of ten) that cuts a span into about `parts`. */
function roundStep(span: number, parts: number): number {
  const raw = span / Math.max(1, parts);
  const power = 10 ** Math.floor(Math.log10(raw));
  const factor = [1, 2, 2.5, 5, 10].find((one) => one * power >= raw * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/** Round ticks that cover [low, high], with the number of decimals that tells them apart. */
export function ticks(
  low: number,
  high: number,
  parts = 4,
): { readonly values: readonly number[]; readonly decimals: number } {
  const span = high > low ? high - low : Math.abs(high) || 1;
  const step = roundStep(span, parts);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(high / step - 1e-9));
  const values = Array.from({ length: last - first + 1 }, (_, i) => roundTo((first + i) * step, step));
  return { values, decimals: decimalsOf(step) };
}

/** More than this `toFixed` may not be asked for everywhere. */
const MOST_DECIMALS = 20;

function decimalsOf(step: number): number {
  for (let decimals = 0; decimals < MOST_DECIMALS; decimals++) {
    const scaled = step * 10 ** decimals;
    if (Math.abs(scaled - Math.round(scaled)) < 1e-6 * scaled) return decimals;
  }
  return MOST_DECIMALS;
}

function roundTo(value: number, step: number): number {
  return Number(value.toFixed(decimalsOf(step)));
}
