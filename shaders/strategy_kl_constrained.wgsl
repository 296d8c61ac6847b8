// V = sup { q.l : KL(q || uniform) <= rho } = l_max + lambda (log mean exp((l - l_max)/lambda) + rho),  tilt = q
//
// losses, tilt, q [groups]; summary [8]. One workgroup for the whole logical batch, fixed order. lambda solves
// KL(softmax(l/lambda) || u) = rho by bisection on log lambda; with rho >= log(B/#max) all mass sits on the maxima.
import package::lib::reduce64::{ max64, sum64 };
import package::lib::scalar::{ expm1, log1p, preciseLog };

struct Params {
  groups: u32,
  rho: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> losses: array<f32>;
@group(0) @binding(2) var<storage, read_write> tilt: array<f32>;
@group(0) @binding(3) var<storage, read_write> q: array<f32>;
@group(0) @binding(4) var<storage, read_write> summary: array<f32>;

/** log mean exp((l - top)/lambda), and the KL to uniform of that softmax. */
fn tiltAt(lambda: f32, top: f32, local: u32) -> vec2f {
  let count = f32(params.groups);
  var mass = 0.0;
  var drop = 0.0;
  var moment = 0.0;
  for (var i = local; i < params.groups; i += 64u) {
    let excess = (losses[i] - top) / lambda;
    let e = exp(excess);
    mass += e;
    drop += expm1(excess);
    moment += e * max(excess, -200.0);
  }
  let total = sum64(mass, local);
  let mean_drop = sum64(drop, local) / count;
  let mean_excess = sum64(moment, local) / total;
  var log_mean = preciseLog(total / count);
  if (mean_drop > -0.5) { log_mean = log1p(mean_drop); }
  return vec2f(log_mean, max(0.0, mean_excess - log_mean));
}

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) local: u32) {
  let count = f32(params.groups);
  var largest = -3.0e38;
  var smallest = 3.0e38;
  for (var i = local; i < params.groups; i += 64u) {
    largest = max(largest, losses[i]);
    smallest = min(smallest, losses[i]);
  }
  let top = max64(largest, local);
  let spread = top + max64(-smallest, local);
  var hits = 0.0;
  for (var i = local; i < params.groups; i += 64u) { hits += select(0.0, 1.0, losses[i] == top); }
  let ties = sum64(hits, local);
  let degenerate = params.rho >= preciseLog(count / ties);

  var lambda = 0.0;
  var value = top;
  var total = ties;
  if (!degenerate) {
    var low = preciseLog(spread);
    var high = low;
    for (var step = 0u; step < 40u && tiltAt(exp(low), top, local).y < params.rho; step++) { low -= 2.0; }
    for (var step = 0u; step < 40u && tiltAt(exp(high), top, local).y > params.rho; step++) { high += 2.0; }
    for (var step = 0u; step < 40u; step++) {
      let middle = 0.5 * (low + high);
      if (tiltAt(exp(middle), top, local).y > params.rho) { low = middle; } else { high = middle; }
    }
    lambda = exp(0.5 * (low + high));
    value = top + lambda * (tiltAt(lambda, top, local).x + params.rho);
    var mass = 0.0;
    for (var i = local; i < params.groups; i += 64u) { mass += exp((losses[i] - top) / lambda); }
    total = sum64(mass, local);
  }
  for (var i = local; i < params.groups; i += 64u) {
    var share = select(0.0, 1.0, losses[i] == top);
    if (!degenerate) { share = exp((losses[i] - top) / lambda); }
    q[i] = share / total;
    tilt[i] = share / total;
  }
  if (local == 0u) {
    for (var k = 2u; k < 8u; k++) { summary[k] = 0.0; }
    summary[0] = value;
    summary[1] = lambda;
  }
}
