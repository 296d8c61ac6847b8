// One preference pair: summed log-probs under the policy (a) and the reference (r), and lengths (n), of the chosen (w)
// and the rejected (l) response.

struct Pair {
  aw: f32,
  al: f32,
  rw: f32,
  rl: f32,
  nw: f32,
  nl: f32,
}

/** D = (a_w - r_w) - (a_l - r_l). */
fn marginOf(pair: Pair) -> f32 {
  return (pair.aw - pair.rw) - (pair.al - pair.rl);
}
