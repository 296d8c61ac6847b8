// max(0, m - a_w + a_l) - k a_w; p = (m, k). Zhao et al. 2023, arXiv 2305.10425.
import package::lib::pair::Pair;

fn pairLoss(pair: Pair, p: array<f32, 6>) -> vec3f {
  let gap = max(0.0, p[0] - (pair.aw - pair.al));
  let slope = select(0.0, 1.0, gap > 0.0);
  return vec3f(gap - p[1] * pair.aw, -slope - p[1], slope);
}
