// Hinge over every pair ranked the wrong way by p = a/n^length_penalty, plus likelihood of one response;
// p = (length_penalty, rank_weight, sft_weight, 0 sum | 1 mean, 0 best_mean | 1 best_sum | 2 none | 3 padded_slot).
// Yuan et al. 2023, arXiv 2304.05302.
import package::lib::list_buffers::{ params, logps, lengths, scores, dloss };

fn unitOf(r: u32, penalty: f32) -> f32 {
  // The common cases without pow, which is inexact even for these.
  if (penalty == 1.0) { return 1.0 / lengths[r]; }
  if (penalty == 0.0) { return 1.0; }
  return pow(lengths[r], -penalty);
}

fn listLoss(first: u32, end: u32, p: array<f32, 6>) -> f32 {
  let K = end - first;
  let weight = p[1] * select(1.0, 1.0 / f32(K), p[3] > 0.5);
  var rank = 0.0;
  var best = first;
  for (var i = first; i < end; i++) {
    let unit = unitOf(i, p[0]);
    let own = logps[i] * unit;
    var violations = 0.0;
    for (var j = first; j < end; j++) {
      let gap = own - logps[j] * unitOf(j, p[0]);
      if (scores[i] < scores[j] && gap > 0.0) {
        rank += gap;
        violations += 1.0;
      }
      if (scores[j] < scores[i] && gap < 0.0) { violations -= 1.0; }
    }
    dloss[i] = weight * violations * unit;
    if (scores[i] > scores[best]) { best = i; }
  }
  if (p[4] == 2.0) { return weight * rank; }
  let slot = select(best, end - 2u, p[4] == 3.0);
  var divisor = lengths[best];
  if (p[4] == 1.0) { divisor = 1.0; }
  if (p[4] == 3.0) { divisor = params.padded_length; }
  let share = p[2] / divisor;
  dloss[slot] -= share;
  return weight * rank - share * logps[slot];
}
