// u = b((a - r) - z0); desirable: W_D s(-u), undesirable: W_U s(u); p = (b, W_D, W_U).
// Ethayarajh et al. 2024, arXiv 2402.01306.
import package::lib::scalar::sigmoid;

/** gain = (a - r) - z0. Returns the loss and dl/da. */
fn unpairedLoss(gain: f32, desirable: bool, p: array<f32, 6>) -> vec2f {
  let u = p[0] * gain;
  let slope = p[0] * sigmoid(u) * sigmoid(-u);
  if (desirable) { return p[1] * vec2f(sigmoid(-u), -slope); }
  return p[2] * vec2f(sigmoid(u), slope);
}
