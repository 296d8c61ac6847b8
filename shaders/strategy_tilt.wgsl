// V from lambda S, S = log mean_i exp(a_i);  tilt[i] = slope_i softmax(a)_i;  q = softmax(a)
// with a running normaliser S instead:          tilt[i] = slope_i min(cap, exp(a_i - S)) / B
//
// losses, h, tilt, q [groups]; summary [8], see src/ops/strategy_summary.ts; state [4] = (log u, steps, lambda, -) is
// carried from step to step. One workgroup for the whole logical batch, fixed order. a_i = score_i/lambda (+ log h_i),
// given by shaders/strategy/tilt/<id>.wgsl through the slot, together with the slopes.
//
// Exponents are formed as differences of scores, divided by lambda last: at lambda 1e-4 or losses of 3000 the quotient
// itself would have lost the digits that decide. Running normaliser: arXiv 2012.06951; learned lambda: arXiv 2210.05740.
import package::lib::reduce64::{ argmax64, max64, sum64 };
import package::lib::scalar::{ expm1, log1p, preciseLog };
import package::slot::tilt::{ scoreOf, slopeOf, readsLogRatio, valueIsLinear, objectiveValue };

struct Params {
  groups: u32,
  lam: f32,
  shift: f32,
  mean_h: f32,
  gamma: f32,
  mode: u32,
  cap: f32,
  learn: u32,
  rho: f32,
  lambda_rate: f32,
  lambda_min: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> losses: array<f32>;
@group(0) @binding(2) var<storage, read> h: array<f32>;
@group(0) @binding(3) var<storage, read_write> tilt: array<f32>;
@group(0) @binding(4) var<storage, read_write> q: array<f32>;
@group(0) @binding(5) var<storage, read_write> summary: array<f32>;
@group(0) @binding(6) var<storage, read_write> state: array<f32>;

/** Stands for log 0. Finite, because WGSL may assume there are no infinities; exp of anything near it is 0. */
const LOG_ZERO = -1e38;

fn logRatioOf(ratio: f32, any_ratio: bool) -> f32 {
  if (!readsLogRatio() || !any_ratio) { return 0.0; }
  if (ratio > 0.0) { return preciseLog(ratio); }
  return LOG_ZERO;
}

/** log(exp x + exp y), both finite. */
fn logAddExp(x: f32, y: f32) -> f32 {
  return max(x, y) + log1p(exp(-abs(x - y)));
}

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) local: u32) {
  let count = f32(params.groups);
  var part = 0.0;
  for (var i = local; i < params.groups; i += 64u) { part += h[i]; }
  let batch_mean_h = sum64(part, local) / count;
  let any_ratio = batch_mean_h > 0.0;
  let mean_h = select(batch_mean_h, params.mean_h, params.mean_h >= 0.0);
  let log_mean_h = select(0.0, preciseLog(max(mean_h, 1e-30)), readsLogRatio() && mean_h > 0.0);
  let steps = state[1];
  let lam = select(params.lam, state[2], params.learn == 1u && steps > 0.0);

  // The group with the largest exponent is what all others are measured from.
  var best = LOG_ZERO * 2.0;
  var owner = params.groups;
  for (var i = local; i < params.groups; i += 64u) {
    let exponent = scoreOf(losses[i], h[i], params.shift).x / lam + logRatioOf(h[i], any_ratio);
    if (exponent > best) {
      best = exponent;
      owner = i;
    }
  }
  let top = min(argmax64(best, owner, local), params.groups - 1u);
  let top_score = scoreOf(losses[top], h[top], params.shift);
  let top_log = logRatioOf(h[top], any_ratio);

  var mass = 0.0;
  var drop = 0.0;
  var weighted_drop = 0.0;
  var widest = 0.0;
  for (var i = local; i < params.groups; i += 64u) {
    let score = scoreOf(losses[i], h[i], params.shift) - top_score;
    let distance = (score.x + score.y) / lam;
    let excess = min(0.0, distance + (logRatioOf(h[i], any_ratio) - top_log));
    mass += exp(excess);
    drop += expm1(excess);
    weighted_drop += h[i] * expm1(clamp(distance, -1.0, 1.0));
    widest = max(widest, abs(distance));
  }
  let total = sum64(mass, local);
  let mean_drop = sum64(drop, local) / count;
  let mean_weighted_drop = sum64(weighted_drop, local) / (count * select(1.0, batch_mean_h, any_ratio));
  let all_near = max64(widest, local) <= 1.0;
  // log mean exp(excess); through expm1 while that keeps more digits.
  var log_mean = preciseLog(total / count);
  if (mean_drop > -0.5) { log_mean = log1p(mean_drop); }

  // S less the largest exponent, and the state of the running normaliser.
  let top_exponent = top_score.x / lam + top_log;
  let log_batch = top_exponent + log_mean;
  let running = params.gamma > 0.0;
  var log_u = log_batch;
  var log_used = log_batch;
  if (running && params.gamma < 1.0) {
    let keep = log1p(-params.gamma);
    let share = preciseLog(params.gamma);
    if (steps > 0.0) { log_u = logAddExp(keep + state[0], share + log_batch); }
    else if (params.mode != 0u) { log_u = share + log_batch; }
    log_used = log_u;
    if (params.mode == 1u) { log_used = log_u - preciseLog(-expm1((steps + 1.0) * keep)); }
  }

  var kl = 0.0;
  var linear = 0.0;
  var capped = 0.0;
  let log_cap = preciseLog(params.cap);
  for (var i = local; i < params.groups; i += 64u) {
    let score = scoreOf(losses[i], h[i], params.shift) - top_score;
    let log_ratio = logRatioOf(h[i], any_ratio);
    let excess = min(0.0, (score.x + score.y) / lam + (log_ratio - top_log));
    let share = exp(excess) / total;
    // log(q_i / base_i): the base is uniform, or h where the tilt is around the estimated target.
    var surprise = excess - log_mean;
    if (readsLogRatio() && any_ratio) { surprise -= log_ratio - preciseLog(batch_mean_h); }
    if (share > 0.0) { kl += share * surprise; }
    var weight = share;
    if (running) {
      let log_weight = excess + (top_exponent - log_used);
      capped += select(0.0, 1.0, log_weight >= log_cap);
      weight = exp(min(log_weight, log_cap)) / count;
    }
    let slope = slopeOf(h[i], mean_h);
    linear += weight * slope * losses[i];
    tilt[i] = weight * slope;
    q[i] = share;
  }
  let budget = max(0.0, sum64(kl, local));
  let linear_value = sum64(linear, local);
  let all_capped = sum64(capped, local);

  // lambda (S - log mean h): the largest score itself is not divided and multiplied again, and where a large lambda
  // would magnify the rounding of log h, the logs of h are made to drop out.
  var centred = top_score.x + lam * (top_log + log_mean - log_mean_h);
  if (readsLogRatio() && any_ratio && all_near) {
    let given = select(0.0, preciseLog(batch_mean_h) - log_mean_h, params.mean_h >= 0.0);
    centred = top_score.x + lam * (log1p(mean_weighted_drop) + given);
  }
  if (running) { centred = lam * (log_used - log_mean_h); }
  if (local == 0u) {
    var value = linear_value;
    if (!valueIsLinear()) { value = objectiveValue(centred, mean_h); }
    summary[0] = value;
    summary[1] = lam;
    summary[2] = 0.0;
    summary[3] = log_used;
    summary[4] = budget;
    summary[5] = all_capped;
    summary[6] = log_batch;
    summary[7] = 0.0;
    state[0] = log_u;
    state[1] = steps + 1.0;
    state[2] = select(lam, max(params.lambda_min, lam - params.lambda_rate * (params.rho - budget)), params.learn == 1u);
  }
}
