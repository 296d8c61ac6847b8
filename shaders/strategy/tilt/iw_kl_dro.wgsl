// lambda log sum (h/sum h) exp(l/lambda): the worst case around the estimated target.

/** Score and its rounding error: the exponent is score/lambda, plus log h where `readsLogRatio`. */
fn scoreOf(loss: f32, ratio: f32, shift: f32) -> vec2f {
  return vec2f(loss, 0.0);
}

/** dV/dl_i over the group's share. */
fn slopeOf(ratio: f32, mean_h: f32) -> f32 {
  return 1.0;
}

fn readsLogRatio() -> bool { return true; }

/** Is V the sum of constant weights times losses, instead of `objectiveValue`? */
fn valueIsLinear() -> bool { return false; }

/** V from lambda S, less lambda log mean(h) where `readsLogRatio`. */
fn objectiveValue(centred: f32, mean_h: f32) -> f32 {
  return centred;
}
