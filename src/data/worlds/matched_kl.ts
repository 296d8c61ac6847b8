/**
 * Reward at a matched distance. A robust loss may move a policy less far in a better direction: `rew` mixes both, `rewK`
 * rescales log(policy / reference) by one constant until KL(policy || reference) is a given number, and so shows the
 * direction alone.
 */

/**
 * The c >= 0 at which `klAt(c)`, rising from klAt(0) = 0, equals `target`; the largest c tried where it never does
 * (a policy that is the reference has no direction).
 */
export function scaleForKl(klAt: (scale: number) => number, target: number): number {
  let low = 0;
  let high = 1;
  while (klAt(high) < target) {
    if (high > 1e9) return high;
    low = high;
    high *= 2;
  }
  // Regula falsi, Illinois form: an end that stays twice has its distance halved, so that both close in.
  let below = klAt(low) - target;
  let above = klAt(high) - target;
  let kept = 0;
  for (let i = 0; i < 60 && high - low > 1e-13 * high; i++) {
    const at = high - (above * (high - low)) / (above - below);
    const gap = klAt(at) - target;
    if (Math.abs(gap) < 1e-14) return at;
    if (gap < 0) {
      if (kept < 0) above /= 2;
      [low, below, kept] = [at, gap, -1];
    } else {
      if (kept > 0) below /= 2;
      [high, above, kept] = [at, gap, 1];
    }
  }
  return (low + high) / 2;
}

export interface SampledReward {
  /** Expected reward of the policy. */
  readonly rew: number;
  /** The same at the matched KL. */
  readonly rewK: number;
  /** KL(policy || reference) in nats. */
  readonly kl: number;
  /** Effective number of samples behind rewK; a few dozen at least, or rewK is noise. */
  readonly effective: number;
}

/**
 * The three numbers estimated from samples of the *reference*, by self-normalised importance weights: for policies that
 * can score a text but whose expectations have no closed form. The KL it can express is at most log(samples).
 * @param logRatios log policy/reference of each sample (nats)
 * @param rewards reward of each sample
 * @param targetKl the KL to match (nats)
 */
export function rewardFromReference(
  logRatios: ArrayLike<number>,
  rewards: ArrayLike<number>,
  targetKl: number,
): SampledReward {
  const n = rewards.length;
  const at = (scale: number) => {
    let max = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < n; i++) max = Math.max(max, scale * logRatios[i]!);
    let total = 0;
    for (let i = 0; i < n; i++) total += Math.exp(scale * logRatios[i]! - max);
    let reward = 0;
    let kl = Math.log(n);
    let squares = 0;
    for (let i = 0; i < n; i++) {
      const weight = Math.exp(scale * logRatios[i]! - max) / total;
      reward += weight * rewards[i]!;
      if (weight > 0) kl += weight * Math.log(weight);
      squares += weight * weight;
    }
    return { reward, kl, effective: 1 / squares };
  };
  const own = at(1);
  const matched = at(scaleForKl((scale) => at(scale).kl, targetKl));
  return { rew: own.reward, rewK: matched.reward, kl: own.kl, effective: matched.effective };
}
