/** Numbers as a report writes them. */

/** Four significant digits; a dash where there is none. */
export function digits(value: number | null | undefined, significant = 4): string {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  return String(Number(value.toPrecision(significant))).replace("-", "−");
}

export function seconds(value: number): string {
  if (value < 60) return `${digits(value, 2)} s`;
  const whole = Math.round(value);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** The last value of a metric among records. */
export function lastOf(
  records: readonly { readonly step: number; readonly values: Readonly<Record<string, number>> }[],
  name: string,
): number | null {
  return records.findLast(({ values }) => values[name] !== undefined)?.values[name] ?? null;
}
