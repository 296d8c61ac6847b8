// q_i = (l_i - eta)+ / sum, eta = m_k - sqrt(v_k/((1 + 2 rho)k/B - 1)); p0 = rho. Levy et al. 2020, arXiv 2010.05893.

/** Does all mass sit on the largest losses? */
fn allOnMaximum(count: f32, ties: f32, p0: f32) -> bool { return p0 >= 0.5 * (count / ties - 1.0); }

fn needsThreshold() -> bool { return true; }

fn thresholdOf(mean: f32, variance: f32, k: f32, count: f32, p0: f32) -> f32 {
  let room = (1.0 + 2.0 * p0) * k / count - 1.0;
  if (room <= 0.0) { return -3.0e38; }
  return mean - sqrt(variance / room);
}

/** Mass of a group, not yet normalised. */
fn massOf(loss: f32, rank: f32, eta: f32, count: f32, p0: f32) -> f32 { return max(0.0, loss - eta); }

fn penaltyOf(p0: f32) -> f32 { return 0.0; }
