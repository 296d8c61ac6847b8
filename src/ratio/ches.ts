/**
 * Centred hidden embedding similarity of a pair: how alike the model sees chosen and rejected. High values foretell
 * that training on the pair lowers the likelihood of both (Razin et al., arXiv 2410.08847).
 */

type Hidden = readonly ArrayLike<number>[];

export interface Ches {
  /** <S+, S-> - |S+|^2 with S the sum of the response's last hidden states. */
  readonly ches: number;
  /** The same with means instead of sums, comparable between lengths. */
  readonly lengthNormalised: number;
}

/** @param chosen hidden states [tokens][dim] @param rejected hidden states [tokens][dim] */
export function ches(chosen: Hidden, rejected: Hidden): Ches {
  const dim = chosen[0]!.length;
  let cross = 0;
  let own = 0;
  for (let i = 0; i < dim; i++) {
    let plus = 0;
    let minus = 0;
    for (const token of chosen) plus += token[i]!;
    for (const token of rejected) minus += token[i]!;
    cross += plus * minus;
    own += plus * plus;
  }
  return {
    ches: cross - own,
    lengthNormalised: cross / (chosen.length * rejected.length) - own / chosen.length ** 2,
  };
}
