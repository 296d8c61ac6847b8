// Reverse KL from q = s(bD) to (1-e, e); p = (b, e). Ji et al. 2024, arXiv 2402.00856.
import package::lib::pair::{ Pair, marginOf };
import package::lib::reverse_kl::reverseKl;
import package::lib::scalar::{ log1p, preciseLog };

fn pairLoss(pair: Pair, p: array<f32, 6>) -> vec3f {
  let result = reverseKl(p[0] * marginOf(pair), log1p(-p[1]), preciseLog(p[1]));
  return vec3f(result.x, p[0] * result.y, -p[0] * result.y);
}
