// -(1-e) log s(bD) - e log s(-bD); p = (b, e). Rafailov et al. 2023, arXiv 2305.18290.
import package::lib::pair::{ Pair, marginOf };
import package::lib::scalar::{ logSigmoid, sigmoid };

fn pairLoss(pair: Pair, p: array<f32, 6>) -> vec3f {
  let x = p[0] * marginOf(pair);
  let slope = p[0] * (p[1] - sigmoid(-x));
  return vec3f(-(1.0 - p[1]) * logSigmoid(x) - p[1] * logSigmoid(-x), slope, -slope);
}
