// [-(1-e) log s(bD) + e log s(-bD)] / (1-2e); p = (b, e). Chowdhury, Kini, Natarajan 2024, arXiv 2403.00409.
import package::lib::pair::{ Pair, marginOf };
import package::lib::scalar::{ logSigmoid, sigmoid };

fn pairLoss(pair: Pair, p: array<f32, 6>) -> vec3f {
  let x = p[0] * marginOf(pair);
  let scale = 1.0 / (1.0 - 2.0 * p[1]);
  let slope = -p[0] * scale * ((1.0 - p[1]) * sigmoid(-x) + p[1] * sigmoid(x));
  return vec3f(scale * (p[1] * logSigmoid(-x) - (1.0 - p[1]) * logSigmoid(x)), slope, -slope);
}
