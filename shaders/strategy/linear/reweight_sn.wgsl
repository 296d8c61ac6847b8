// sum h l / sum h; a batch whose ratios are all 0 counts as one without ratios.

fn weightOf(loss: f32, ratio: f32, mean_loss: f32, mean_h: f32, p0: f32, p1: f32) -> f32 {
  if (mean_h <= 0.0) { return 1.0; }
  return ratio / mean_h;
}
