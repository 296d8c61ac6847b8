/** Guesses that add up to 100 per cent. Pure. */

/** Equal shares in whole per cent; what is left over goes to the first. */
export function equalShares(count: number): readonly number[] {
  const each = Math.floor(100 / count);
  return Array.from({ length: count }, (_, i) => each + (i === 0 ? 100 - each * count : 0));
}

/** The shares with one set; the others keep their proportions and fill up to 100, in whole per cent. */
export function rescaled(shares: readonly number[], index: number, wanted: number): readonly number[] {
  const own = Math.max(0, Math.min(100, Math.round(wanted)));
  const before = shares.reduce((sum, share, i) => (i === index ? sum : sum + share), 0);
  const rest = 100 - own;
  const others = shares.length - 1;
  const exact = shares.map((share, i) =>
    i === index ? own : before > 0 ? (share * rest) / before : rest / others,
  );
  const whole = exact.map(Math.floor);
  // Largest remainders take what rounding left over.
  const left = 100 - whole.reduce((sum, share) => sum + share, 0);
  const order = exact
    .map((share, i) => [i === index ? -1 : share - Math.floor(share), i] as const)
    .sort((a, b) => b[0] - a[0]);
  for (let k = 0; k < left; k++) whole[order[k % others]![1]]!++;
  return whole;
}
