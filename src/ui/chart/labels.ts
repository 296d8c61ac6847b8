/** Labels at line ends that do not sit on each other. */

/**
 * Positions at least `gap` apart, in the order of the wanted ones and as near to them as that allows, inside
 * [low, high] when they fit.
 */
export function pushApart(
  wanted: readonly number[],
  gap: number,
  low: number,
  high: number,
): readonly number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a]! - wanted[b]! || a - b);
  const at = order.map((i) => Math.min(high, Math.max(low, wanted[i]!)));
  for (let round = 0; round < 80; round++) {
    let moved = 0;
    for (let i = 1; i < at.length; i++) {
      const overlap = gap - (at[i]! - at[i - 1]!);
      if (overlap <= 0.01) continue;
      at[i]! += overlap / 2;
      at[i - 1]! -= overlap / 2;
      moved += overlap;
    }
    if (moved < 0.1) break;
  }
  for (let i = 0; i < at.length; i++) at[i] = Math.max(at[i]!, i === 0 ? low : at[i - 1]! + gap);
  for (let i = at.length - 1; i >= 0; i--)
    at[i] = Math.min(at[i]!, i === at.length - 1 ? high : at[i + 1]! - gap);
  const result = new Array<number>(wanted.length);
  order.forEach((index, i) => {
    result[index] = at[i]!;
  });
  return result;
}
