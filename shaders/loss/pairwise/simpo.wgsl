// -(1-e) log s(u) - e log s(-u), u = b(a_w/n_w - a_l/n_l) - g; p = (b, g, e). Meng, Xia, Chen 2024, arXiv 2405.14734.
import package::lib::pair::Pair;
import package::lib::scalar::{ logSigmoid, sigmoid };

fn pairLoss(pair: Pair, p: array<f32, 6>) -> vec3f {
  let x = p[0] * (pair.aw / pair.nw - pair.al / pair.nl) - p[1];
  let slope = p[0] * (p[2] - sigmoid(-x));
  return vec3f(-(1.0 - p[2]) * logSigmoid(x) - p[2] * logSigmoid(-x), slope / pair.nw, -slope / pair.nl);
}
