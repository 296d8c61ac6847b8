// q_i = (l_i - eta)+ / (lambda B), eta = m_k - lambda B/k; p0 = lambda. Levy et al. 2020, arXiv 2010.05893.

/** Does all mass sit on the largest losses? */
fn allOnMaximum(count: f32, ties: f32, p0: f32) -> bool { return false; }

fn needsThreshold() -> bool { return true; }

fn thresholdOf(mean: f32, variance: f32, k: f32, count: f32, p0: f32) -> f32 {
  return mean - p0 * count / k;
}

/** Mass of a group, not yet normalised. */
fn massOf(loss: f32, rank: f32, eta: f32, count: f32, p0: f32) -> f32 { return max(0.0, loss - eta); }

fn penaltyOf(p0: f32) -> f32 { return p0; }
