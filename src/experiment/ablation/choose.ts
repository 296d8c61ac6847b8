/** The choice of λ on held-out data. */

/**
 * The candidate with the highest validation accuracy. Between equals the larger λ wins: it is nearer to the method
 * without one.
 */
export function chooseLambda<T extends { readonly lambda: number | null; readonly validation: number }>(
  candidates: readonly T[],
): T | undefined {
  return candidates.reduce<T | undefined>((best, one) => {
    if (!best || one.validation > best.validation) return one;
    return one.validation === best.validation && (one.lambda ?? 0) > (best.lambda ?? 0) ? one : best;
  }, undefined);
}
