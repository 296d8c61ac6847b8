// Reverse KL of two outcomes: value and slope in x of q (log q - log t_w) + (1-q) (log(1-q) - log t_l), q = s(x).
import package::lib::scalar::{ logSigmoid, sigmoid };

/** q log q is formed from log s(x), so that it is 0 where q underflows. */
fn reverseKl(x: f32, log_chosen: f32, log_rejected: f32) -> vec2f {
  let q = sigmoid(x);
  let rest = sigmoid(-x);
  let value = q * (logSigmoid(x) - log_chosen) + rest * (logSigmoid(-x) - log_rejected);
  return vec2f(value, q * rest * (x - log_chosen + log_rejected));
}
