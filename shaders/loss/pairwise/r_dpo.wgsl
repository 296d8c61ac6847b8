// -log s(bD + A (n_w - n_l)); p = (b, A). Park et al. 2024, arXiv 2403.19159.
import package::lib::pair::{ Pair, marginOf };
import package::lib::scalar::{ logSigmoid, sigmoid };

fn pairLoss(pair: Pair, p: array<f32, 6>) -> vec3f {
  let x = p[0] * marginOf(pair) + p[1] * (pair.nw - pair.nl);
  let slope = -p[0] * sigmoid(-x);
  return vec3f(-logSigmoid(x), slope, -slope);
}
