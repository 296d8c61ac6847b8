// The tilt of dora_inside with every loss frozen at log 2: weights h softmax(h log 2/lambda), blind to the losses.

/** Score and its rounding error: the exponent is score/lambda, plus log h where `readsLogRatio`. */
fn scoreOf(loss: f32, ratio: f32, shift: f32) -> vec2f {
  return vec2f(ratio * 0.69314718, 0.0);
}

/** dV/dl_i over the group's share. */
fn slopeOf(ratio: f32, mean_h: f32) -> f32 {
  return ratio;
}

fn readsLogRatio() -> bool { return false; }

/** Is V the sum of constant weights times losses, instead of `objectiveValue`? */
fn valueIsLinear() -> bool { return true; }

/** V from lambda S, less lambda log mean(h) where `readsLogRatio`. */
fn objectiveValue(centred: f32, mean_h: f32) -> f32 {
  return centred;
}
