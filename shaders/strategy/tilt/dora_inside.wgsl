// lambda log mean exp(h (l + shift)/lambda). Zhu et al. 2025, arXiv 2504.05831.

/** Score and its rounding error: the exponent is score/lambda, plus log h where `readsLogRatio`. */
fn scoreOf(loss: f32, ratio: f32, shift: f32) -> vec2f {
  let shifted = loss + shift;
  let score = ratio * shifted;
  return vec2f(score, fma(ratio, shifted, -score));
}

/** dV/dl_i over the group's share. */
fn slopeOf(ratio: f32, mean_h: f32) -> f32 {
  return ratio;
}

fn readsLogRatio() -> bool { return false; }

/** Is V the sum of constant weights times losses, instead of `objectiveValue`? */
fn valueIsLinear() -> bool { return false; }

/** V from lambda S, less lambda log mean(h) where `readsLogRatio`. */
fn objectiveValue(centred: f32, mean_h: f32) -> f32 {
  return centred;
}
