// Mean of the worst fraction p0 of the batch. Rockafellar and Uryasev 2000.

/** Does all mass sit on the largest losses? */
fn allOnMaximum(count: f32, ties: f32, p0: f32) -> bool { return false; }

fn needsThreshold() -> bool { return false; }

fn thresholdOf(mean: f32, variance: f32, k: f32, count: f32, p0: f32) -> f32 {
  return 0.0;
}

/** Mass of a group, not yet normalised. */
fn massOf(loss: f32, rank: f32, eta: f32, count: f32, p0: f32) -> f32 { return clamp(p0 * count - rank, 0.0, 1.0); }

fn penaltyOf(p0: f32) -> f32 { return 0.0; }
