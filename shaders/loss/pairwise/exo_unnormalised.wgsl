// Reverse KL from q = s(bD) to the log-targets (0, E), which are not normalised; p = (b, E).
// Ji et al. 2024, arXiv 2402.00856, as in its public code.
import package::lib::pair::{ Pair, marginOf };
import package::lib::reverse_kl::reverseKl;

fn pairLoss(pair: Pair, p: array<f32, 6>) -> vec3f {
  let result = reverseKl(p[0] * marginOf(pair), 0.0, p[1]);
  return vec3f(result.x, p[0] * result.y, -p[0] * result.y);
}
