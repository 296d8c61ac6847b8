// Weights of one variance-reduced step, the same batch seen at the current (now) and the previous (before) parameters:
//   u = e(now) + (1-A)(u_prev - e(before)),  e = mean exp(a_i)
//   tilt[i] = slope_i exp(a_i(now) - log u)/B,  tilt_before[i] = slope_i exp(a_i(before) - log u)/B
// state [8] = (log u, steps, keep, forget, restarted, -, -, -) is carried; keep and forget are what the directions are
// combined with (shaders/storm_combine.wgsl).
//
// losses, losses_before, h, tilt, tilt_before, q [groups]; summary [8]. One workgroup, fixed order. Exponents come from
// shaders/strategy/tilt/<id>.wgsl through the slot. Qi et al. 2021, arXiv 2006.10138.
import package::lib::reduce64::{ max64, sum64 };
import package::lib::scalar::preciseLog;
import package::slot::tilt::{ objectiveValue, readsLogRatio, scoreOf, slopeOf, valueIsLinear };

struct Params {
  groups: u32,
  lam: f32,
  shift: f32,
  mean_h: f32,
  a: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> losses: array<f32>;
@group(0) @binding(2) var<storage, read> losses_before: array<f32>;
@group(0) @binding(3) var<storage, read> h: array<f32>;
@group(0) @binding(4) var<storage, read_write> tilt: array<f32>;
@group(0) @binding(5) var<storage, read_write> tilt_before: array<f32>;
@group(0) @binding(6) var<storage, read_write> q: array<f32>;
@group(0) @binding(7) var<storage, read_write> summary: array<f32>;
@group(0) @binding(8) var<storage, read_write> state: array<f32>;

const LOG_ZERO = -1e38;
/** u below this share of what it is made of is taken for a failed correction. */
const FLOOR = 1e-3;

fn exponentOf(loss: f32, ratio: f32, any_ratio: bool) -> f32 {
  let score = scoreOf(loss, ratio, params.shift);
  var log_ratio = 0.0;
  if (readsLogRatio() && any_ratio) {
    log_ratio = LOG_ZERO;
    if (ratio > 0.0) { log_ratio = preciseLog(ratio); }
  }
  return (score.x + score.y) / params.lam + log_ratio;
}

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) local: u32) {
  let count = f32(params.groups);
  var part = 0.0;
  for (var i = local; i < params.groups; i += 64u) { part += h[i]; }
  let batch_mean_h = sum64(part, local) / count;
  let any_ratio = batch_mean_h > 0.0;
  let mean_h = select(batch_mean_h, params.mean_h, params.mean_h >= 0.0);

  var best = 2.0 * LOG_ZERO;
  var best_before = 2.0 * LOG_ZERO;
  for (var i = local; i < params.groups; i += 64u) {
    best = max(best, exponentOf(losses[i], h[i], any_ratio));
    best_before = max(best_before, exponentOf(losses_before[i], h[i], any_ratio));
  }
  let top = max64(best, local);
  let top_before = max64(best_before, local);
  var mass = 0.0;
  var mass_before = 0.0;
  for (var i = local; i < params.groups; i += 64u) {
    mass += exp(exponentOf(losses[i], h[i], any_ratio) - top);
    mass_before += exp(exponentOf(losses_before[i], h[i], any_ratio) - top_before);
  }
  let total = sum64(mass, local);
  let fresh = top + preciseLog(total / count);
  let old = top_before + preciseLog(sum64(mass_before, local) / count);

  let steps = state[1];
  let previous = state[0];
  let scale = max(max(fresh, old), previous);
  let u = exp(fresh - scale) + (1.0 - params.a) * (exp(previous - scale) - exp(old - scale));
  let first = steps < 0.5;
  let restarted = !first && u <= FLOOR;
  let alone = first || restarted;
  var log_u = fresh;
  if (!alone) { log_u = scale + preciseLog(max(u, FLOOR)); }

  var linear = 0.0;
  for (var i = local; i < params.groups; i += 64u) {
    let exponent = exponentOf(losses[i], h[i], any_ratio);
    let slope = slopeOf(h[i], mean_h);
    let weight = slope * exp((exponent - top) + (top - log_u)) / count;
    q[i] = exp(exponent - top) / total;
    tilt[i] = weight;
    linear += weight * losses[i];
    var weight_before = 0.0;
    if (!alone) {
      weight_before = slope * exp(exponentOf(losses_before[i], h[i], any_ratio) - log_u) / count;
    }
    tilt_before[i] = weight_before;
  }
  let linear_value = sum64(linear, local);
  storageBarrier();
  if (local == 0u) {
    let log_mean_h = select(0.0, preciseLog(max(mean_h, 1e-30)), readsLogRatio() && mean_h > 0.0);
    var value = linear_value;
    if (!valueIsLinear()) { value = objectiveValue(params.lam * (log_u - log_mean_h), mean_h); }
    for (var k = 2u; k < 8u; k++) { summary[k] = 0.0; }
    summary[0] = value;
    summary[1] = params.lam;
    summary[3] = log_u;
    summary[6] = fresh;
    state[0] = log_u;
    state[1] = steps + 1.0;
    state[2] = select((1.0 - params.a) * exp(min(previous - log_u, 80.0)), 0.0, alone);
    state[3] = select(1.0 - params.a, 0.0, alone);
    state[4] = select(0.0, 1.0, restarted);
  }
}
