// -p_w - L log s(o), o = log odds(p_w) - log odds(p_l), p = a/n held below -1e-6; p = (L).
// Hong, Lee, Thorne 2024, arXiv 2403.07691.
import package::lib::pair::Pair;
import package::lib::scalar::{ expm1, log1mexp, logSigmoid, sigmoid };

fn pairLoss(pair: Pair, p: array<f32, 6>) -> vec3f {
  let pw = min(pair.aw / pair.nw, -1e-6);
  let pl = min(pair.al / pair.nl, -1e-6);
  let odds = (pw - pl) - (log1mexp(pw) - log1mexp(pl));
  let push = p[0] * sigmoid(-odds);
  return vec3f(
    -pw - p[0] * logSigmoid(odds),
    (push / expm1(pw) - 1.0) / pair.nw,
    -push / expm1(pl) / pair.nl,
  );
}
