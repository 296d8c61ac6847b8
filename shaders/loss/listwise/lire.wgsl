// -c sum_k P_k R_k with P = softmax(a/T) and R = softmax(scores) or the scores; p = (T, 0 softmax | 1 raw, 0 sum | 1 mean).
// Zhu et al. 2024, arXiv 2405.13516.
import package::lib::list_buffers::{ logps, scores, dloss };

fn listLoss(first: u32, end: u32, p: array<f32, 6>) -> f32 {
  let temperature = p[0];
  let raw = p[1] > 0.5;
  var top = logps[first];
  var best = scores[first];
  for (var k = first; k < end; k++) {
    top = max(top, logps[k]);
    best = max(best, scores[k]);
  }
  var mass = 0.0;
  var reward_mass = 0.0;
  for (var k = first; k < end; k++) {
    mass += exp((logps[k] - top) / temperature);
    reward_mass += exp(scores[k] - best);
  }
  var expected = 0.0;
  for (var k = first; k < end; k++) {
    let share = exp((logps[k] - top) / temperature) / mass;
    expected += share * select(exp(scores[k] - best) / reward_mass, scores[k], raw);
  }
  let scale = select(1.0, 1.0 / f32(end - first), p[2] > 0.5);
  for (var k = first; k < end; k++) {
    let share = exp((logps[k] - top) / temperature) / mass;
    let reward = select(exp(scores[k] - best) / reward_mass, scores[k], raw);
    dloss[k] = -(scale / temperature) * share * (reward - expected);
  }
  return -scale * expected;
}
