// max(0, 1 - bD); p = (b). Zhao et al. 2023, arXiv 2305.10425.
import package::lib::pair::{ Pair, marginOf };

fn pairLoss(pair: Pair, p: array<f32, 6>) -> vec3f {
  let loss = max(0.0, 1.0 - p[0] * marginOf(pair));
  let slope = select(0.0, p[0], loss > 0.0);
  return vec3f(loss, -slope, slope);
}
