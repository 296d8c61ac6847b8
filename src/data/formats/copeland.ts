/**
 * Copeland scores: wins minus losses of each of `count` items.
 * @param judgements [winner, loser]
 */
export function copeland(count: number, judgements: readonly (readonly [number, number])[]): number[] {
  const scores = new Array<number>(count).fill(0);
  for (const [winner, loser] of judgements) {
    scores[winner]! += 1;
    scores[loser]! -= 1;
  }
  return scores;
}
