// -(1-e) log s(u) - e log s(-u) + k NLL_w, u = b(a_w - a_l); p = (b, k, nll: 0 mean, 1 sum, e).
// Xu et al. 2024, arXiv 2401.08417.
import package::lib::pair::Pair;
import package::lib::scalar::{ logSigmoid, sigmoid };

fn pairLoss(pair: Pair, p: array<f32, 6>) -> vec3f {
  let x = p[0] * (pair.aw - pair.al);
  let slope = p[0] * (p[3] - sigmoid(-x));
  let share = p[1] / select(pair.nw, 1.0, p[2] > 0.5);
  return vec3f(
    -(1.0 - p[3]) * logSigmoid(x) - p[3] * logSigmoid(-x) - share * pair.aw,
    slope - share,
    -slope,
  );
}
