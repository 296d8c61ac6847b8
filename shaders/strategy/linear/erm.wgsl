// mean l.

fn weightOf(loss: f32, ratio: f32, mean_loss: f32, mean_h: f32, p0: f32, p1: f32) -> f32 {
  return 1.0;
}
