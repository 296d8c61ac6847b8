// c sum_k [LSE(z_(k), ..., z_(K)) - z_(k)] with z = b(a - r) by falling score, ties in order; p = (b, 0 sum | 1 mean).
// Plackett-Luce form of Rafailov et al. 2023, arXiv 2305.18290.
import package::lib::list_buffers::{ logps, ref_logps, scores, dloss, scratch };
import package::lib::scalar::{ expm1, preciseLog };

fn rewardOf(r: u32, beta: f32) -> f32 {
  return beta * (logps[r] - ref_logps[r]);
}

/** Does response i rank before response j? */
fn ranksBefore(i: u32, j: u32) -> bool {
  return scores[i] > scores[j] || (scores[i] == scores[j] && i < j);
}

fn listLoss(first: u32, end: u32, p: array<f32, 6>) -> f32 {
  let beta = p[0];
  let scale = select(1.0, 1.0 / f32(end - first), p[1] > 0.5);
  // scratch[k]: log-sum-exp over k and everything ranked after it.
  var loss = 0.0;
  for (var k = first; k < end; k++) {
    var top = rewardOf(k, beta);
    for (var j = first; j < end; j++) {
      if (ranksBefore(k, j)) { top = max(top, rewardOf(j, beta)); }
    }
    var sum = exp(rewardOf(k, beta) - top);
    for (var j = first; j < end; j++) {
      if (ranksBefore(k, j)) { sum += exp(rewardOf(j, beta) - top); }
    }
    scratch[k] = top + preciseLog(sum);
    loss += (top - rewardOf(k, beta)) + preciseLog(sum);
  }
  for (var m = first; m < end; m++) {
    let z = rewardOf(m, beta);
    var slope = expm1(min(0.0, z - scratch[m]));
    for (var k = first; k < end; k++) {
      if (ranksBefore(k, m)) { slope += exp(min(0.0, z - scratch[k])); }
    }
    dloss[m] = scale * beta * slope;
  }
  return scale * loss;
}
