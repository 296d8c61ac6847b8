// What practitioners log about preferred and other responses; the order of report is in src/ops/preference_diagnostics.ts
//
// logps, ref_logps, lengths, scores [responses]; group_start [groups + 1]; report [20]. One workgroup, fixed order.
// family 0, pairs: responses 0 and 1 of a group. 1, lists: best- and worst-scored, first on ties. 2, single responses:
// preferred when the score is positive. Implicit reward: scale (a - [reference] r) / [per_token] n.
import package::lib::reduce64::sum64;
import package::lib::scalar::{ log1mexp, logSigmoid };

struct Params {
  groups: u32,
  responses: u32,
  family: u32,
  scale: f32,
  reference: u32,
  per_token: u32,
  temperature: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> logps: array<f32>;
@group(0) @binding(2) var<storage, read> ref_logps: array<f32>;
@group(0) @binding(3) var<storage, read> lengths: array<f32>;
@group(0) @binding(4) var<storage, read> scores: array<f32>;
@group(0) @binding(5) var<storage, read> group_start: array<u32>;
@group(0) @binding(6) var<storage, read_write> report: array<f32>;

fn rewardOf(r: u32) -> f32 {
  let gain = logps[r] - select(0.0, ref_logps[r], params.reference == 1u);
  return params.scale * gain / select(1.0, lengths[r], params.per_token == 1u);
}

/** Largest share of softmax(a / temperature) over a list. */
fn largestShare(first: u32, end: u32) -> f32 {
  var top = logps[first];
  for (var r = first; r < end; r++) { top = max(top, logps[r]); }
  var mass = 0.0;
  for (var r = first; r < end; r++) { mass += exp((logps[r] - top) / params.temperature); }
  return 1.0 / mass;
}

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) local: u32) {
  // Sums over this invocation's groups: preferred (x) and other (y).
  var number = vec2f(0.0);
  var reward = vec2f(0.0);
  var logp = vec2f(0.0);
  var delta = vec2f(0.0);
  var token_delta = vec2f(0.0);
  var down = vec2f(0.0);
  var tokens = 0.0;
  var wins = 0.0;
  var both_down = 0.0;
  var odds = vec2f(0.0);
  var share = 0.0;
  for (var g = local; g < params.groups; g += 64u) {
    let first = group_start[g];
    let end = group_start[g + 1u];
    var w = first;
    var l = first;
    if (params.family == 0u) { l = first + 1u; }
    if (params.family == 1u) {
      for (var r = first; r < end; r++) {
        if (scores[r] > scores[w]) { w = r; }
        if (scores[r] < scores[l]) { l = r; }
      }
    }
    let single = params.family == 2u;
    let liked = !single || scores[first] > 0.0;
    let disliked = !single || !liked;
    let own = vec2f(logps[w] - ref_logps[w], logps[l] - ref_logps[l]);
    let length = vec2f(lengths[w], lengths[l]);
    let counted = vec2f(select(0.0, 1.0, liked), select(0.0, 1.0, disliked));
    number += counted;
    reward += counted * vec2f(rewardOf(w), rewardOf(l));
    logp += counted * vec2f(logps[w], logps[l]);
    delta += counted * own;
    token_delta += counted * own / length;
    down += counted * select(vec2f(0.0), vec2f(1.0), own < vec2f(0.0));
    tokens += counted.x * length.x;
    if (!single) {
      wins += select(0.0, 1.0, rewardOf(w) > rewardOf(l));
      both_down += select(0.0, 1.0, own.x < 0.0 && own.y < 0.0);
      let p = min(vec2f(logps[w], logps[l]) / length, vec2f(-1e-6));
      let ratio = (p.x - p.y) - (log1mexp(p.x) - log1mexp(p.y));
      odds += vec2f(ratio, logSigmoid(ratio));
    }
    if (params.family == 1u && params.temperature > 0.0) { share += largestShare(first, end); }
  }
  let chosen = sum64(number.x, local);
  let other = sum64(number.y, local);
  let per_chosen = 1.0 / max(chosen, 1.0);
  let per_other = 1.0 / max(other, 1.0);
  let reward_w = sum64(reward.x, local) * per_chosen;
  let reward_l = sum64(reward.y, local) * per_other;
  let logp_sum = sum64(logp.x, local);
  let logp_l = sum64(logp.y, local) * per_other;
  let delta_w = sum64(delta.x, local) * per_chosen;
  let delta_l = sum64(delta.y, local) * per_other;
  let token_w = sum64(token_delta.x, local) * per_chosen;
  let token_l = sum64(token_delta.y, local) * per_other;
  let down_w = sum64(down.x, local) * per_chosen;
  let all_tokens = sum64(tokens, local);
  let accuracy = sum64(wins, local) * per_chosen;
  let both = sum64(both_down, local) * per_chosen;
  let log_odds = sum64(odds.x, local) * per_chosen;
  let odds_ratio = sum64(odds.y, local) * per_chosen;
  let max_share = sum64(share, local) * per_chosen;
  if (local == 0u) {
    report[0] = chosen;
    report[1] = other;
    report[2] = reward_w;
    report[3] = reward_l;
    report[4] = accuracy;
    report[5] = reward_w - reward_l;
    report[6] = logp_sum * per_chosen;
    report[7] = logp_l;
    report[8] = delta_w;
    report[9] = delta_l;
    report[10] = token_w;
    report[11] = token_l;
    report[12] = down_w;
    report[13] = both;
    report[14] = -logp_sum / max(all_tokens, 1.0);
    report[15] = odds_ratio;
    report[16] = log_odds;
    report[17] = max_share;
    report[18] = 0.0;
    report[19] = 0.0;
  }
}
