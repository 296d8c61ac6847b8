// V = log mean_r exp(L t_r), L = mean l;  tilt[i] = (1/B) sum_r t_r softmax(L t)_r, the same for every group
//
// losses, tilt, q [groups]; response_weights t [responses]; summary [8]. One workgroup, fixed order. What DoRA's
// release computes for RRHF (arXiv 2504.05831): ERM with another step size.
import package::lib::reduce64::{ max64, sum64 };
import package::lib::scalar::{ expm1, log1p, preciseLog };

struct Params {
  groups: u32,
  responses: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> losses: array<f32>;
@group(0) @binding(2) var<storage, read> response_weights: array<f32>;
@group(0) @binding(3) var<storage, read_write> tilt: array<f32>;
@group(0) @binding(4) var<storage, read_write> q: array<f32>;
@group(0) @binding(5) var<storage, read_write> summary: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) local: u32) {
  let groups = f32(params.groups);
  var part = 0.0;
  for (var i = local; i < params.groups; i += 64u) { part += losses[i]; }
  let loss = sum64(part, local) / groups;
  var largest = -3.0e38;
  for (var r = local; r < params.responses; r += 64u) { largest = max(largest, loss * response_weights[r]); }
  let top = max64(largest, local);
  var mass = 0.0;
  var drop = 0.0;
  var moment = 0.0;
  for (var r = local; r < params.responses; r += 64u) {
    let excess = loss * response_weights[r] - top;
    mass += exp(excess);
    drop += expm1(excess);
    moment += response_weights[r] * exp(excess);
  }
  let total = sum64(mass, local);
  let mean_drop = sum64(drop, local) / f32(params.responses);
  let slope = sum64(moment, local) / total;
  var log_mean = preciseLog(total / f32(params.responses));
  if (mean_drop > -0.5) { log_mean = log1p(mean_drop); }
  for (var i = local; i < params.groups; i += 64u) {
    tilt[i] = slope / groups;
    q[i] = 1.0 / groups;
  }
  if (local == 0u) {
    for (var k = 2u; k < 8u; k++) { summary[k] = 0.0; }
    summary[0] = top + log_mean;
    summary[1] = 1.0;
  }
}
