// (d - 1/(2b))^2, d per token or summed; p = (b, average). Azar et al. 2023, arXiv 2310.12036.
import package::lib::pair::Pair;

fn pairLoss(pair: Pair, p: array<f32, 6>) -> vec3f {
  let average = p[1] > 0.5;
  let sw = select(1.0, 1.0 / pair.nw, average);
  let sl = select(1.0, 1.0 / pair.nl, average);
  let gap = (pair.aw - pair.rw) * sw - (pair.al - pair.rl) * sl - 0.5 / p[0];
  return vec3f(gap * gap, 2.0 * gap * sw, -2.0 * gap * sl);
}
