// Where the training weight of a batch lies: report = [mean loss, ESS, KL(q || u), largest share, mean h, min h, max h,
// ESS of h as a share of B, then per source s: mass, mean h, mean loss, share of the weight]
//
// losses, h, tilt, q [groups]; group_start [groups + 1]; sources [responses], anything at or past source_count is
// unknown; report [8 + 4 source_count]. A group counts for each of its sources by the share of its responses. ESS and
// shares are of tilt, which is what the policy feels. One workgroup, fixed order; invocation s owns source s.
import package::lib::reduce64::{ max64, sum64 };
import package::lib::scalar::preciseLog;

struct Params {
  groups: u32,
  responses: u32,
  source_count: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> losses: array<f32>;
@group(0) @binding(2) var<storage, read> h: array<f32>;
@group(0) @binding(3) var<storage, read> tilt: array<f32>;
@group(0) @binding(4) var<storage, read> q: array<f32>;
@group(0) @binding(5) var<storage, read> group_start: array<u32>;
@group(0) @binding(6) var<storage, read> sources: array<u32>;
@group(0) @binding(7) var<storage, read_write> report: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) local: u32) {
  let count = f32(params.groups);
  var loss = 0.0;
  var ratio = 0.0;
  var weight = 0.0;
  var most_weight = 0.0;
  var least_ratio = 3.0e38;
  var most_ratio = -3.0e38;
  var kl = 0.0;
  for (var i = local; i < params.groups; i += 64u) {
    loss += losses[i];
    ratio += h[i];
    weight += tilt[i];
    most_weight = max(most_weight, tilt[i]);
    least_ratio = min(least_ratio, h[i]);
    most_ratio = max(most_ratio, h[i]);
    if (q[i] > 0.0) { kl += q[i] * preciseLog(q[i] * count); }
  }
  let all_loss = sum64(loss, local);
  let all_ratio = sum64(ratio, local);
  let all_weight = sum64(weight, local);
  let top_weight = max64(most_weight, local);
  let low_ratio = -max64(-least_ratio, local);
  let top_ratio = max64(most_ratio, local);
  let divergence = max(0.0, sum64(kl, local));

  // Squares of weights scaled by the largest: no overflow, no underflow.
  var weight_squares = 0.0;
  var ratio_squares = 0.0;
  for (var i = local; i < params.groups; i += 64u) {
    if (top_weight > 0.0) { weight_squares += (tilt[i] / top_weight) * (tilt[i] / top_weight); }
    if (top_ratio > 0.0) { ratio_squares += (h[i] / top_ratio) * (h[i] / top_ratio); }
  }
  let weight_spread = sum64(weight_squares, local);
  let ratio_spread = sum64(ratio_squares, local);
  if (local == 0u) {
    report[0] = all_loss / count;
    report[1] = 0.0;
    report[3] = 0.0;
    report[7] = 0.0;
    if (top_weight > 0.0) {
      let scaled = all_weight / top_weight;
      report[1] = scaled * scaled / weight_spread;
      report[3] = top_weight / all_weight;
    }
    report[2] = divergence;
    report[4] = all_ratio / count;
    report[5] = low_ratio;
    report[6] = top_ratio;
    if (top_ratio > 0.0) {
      let scaled = all_ratio / top_ratio;
      report[7] = scaled * scaled / (count * ratio_spread);
    }
  }

  for (var s = local; s < params.source_count; s += 64u) {
    var mass = 0.0;
    var own_ratio = 0.0;
    var own_loss = 0.0;
    var own_weight = 0.0;
    for (var g = 0u; g < params.groups; g++) {
      var hits = 0.0;
      for (var r = group_start[g]; r < group_start[g + 1u]; r++) {
        hits += select(0.0, 1.0, sources[r] == s);
      }
      let share = hits / f32(group_start[g + 1u] - group_start[g]);
      mass += share;
      own_ratio += share * h[g];
      own_loss += share * losses[g];
      own_weight += share * tilt[g];
    }
    let at = 8u + 4u * s;
    report[at] = mass;
    report[at + 1u] = select(0.0, own_ratio / mass, mass > 0.0);
    report[at + 2u] = select(0.0, own_loss / mass, mass > 0.0);
    report[at + 3u] = select(0.0, own_weight / all_weight, all_weight > 0.0);
  }
}
