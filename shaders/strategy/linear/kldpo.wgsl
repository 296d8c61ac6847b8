// mean w l with w = min(clip, exp((l - mean l)/tau)), a constant; p = (tau, clip). Xu et al. 2025, arXiv 2502.01930.

fn weightOf(loss: f32, ratio: f32, mean_loss: f32, mean_h: f32, p0: f32, p1: f32) -> f32 {
  // The exponent is held at a little above log(clip), whatever the loss: the cap itself stays exact.
  return min(p1, exp(min((loss - mean_loss) / p0, log(p1) + 1.0)));
}
