// Strategies that look at the ranking of the losses: q = mass / sum mass, tilt = q,
// V = q.l - penalty * 1/2 mean((B q - 1)^2)
//
// losses, tilt, q [groups]; summary [8]. One workgroup for the whole logical batch, fixed order. The threshold eta and
// the mass above it come from shaders/strategy/sorted/<id>.wgsl through the slot. Sorting is by counting ranks, larger losses
// first and lower index first on ties; the sorted losses pass through q, the ranks through tilt.
import package::lib::reduce64::{ max64, sum64 };
import package::slot::mass::{ allOnMaximum, massOf, needsThreshold, penaltyOf, thresholdOf };

struct Params {
  groups: u32,
  p0: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> losses: array<f32>;
@group(0) @binding(2) var<storage, read_write> tilt: array<f32>;
@group(0) @binding(3) var<storage, read_write> q: array<f32>;
@group(0) @binding(4) var<storage, read_write> summary: array<f32>;

var<workgroup> threshold: f32;

/**
 * With the k largest losses active the threshold is thresholdOf(their mean, their variance, k). The right k is the one
 * whose threshold falls between the k-th and the next loss; rounding can leave every k a hair outside when losses tie,
 * so the nearest is kept. Losses are taken less the largest.
 */
fn findThreshold(top: f32) -> f32 {
  var mean = 0.0;
  var squares = 0.0;
  var found = 0.0;
  var smallest_miss = 3.0e38;
  for (var k = 1u; k <= params.groups; k++) {
    let loss = q[k - 1u] - top;
    let step = loss - mean;
    mean += step / f32(k);
    squares = fma(step, loss - mean, squares);
    let eta = thresholdOf(mean, max(0.0, squares / f32(k)), f32(k), f32(params.groups), params.p0);
    var next = -3.0e38;
    if (k < params.groups) { next = q[k] - top; }
    let miss = max(max(next - eta, eta - loss), 0.0);
    if (miss < smallest_miss) {
      smallest_miss = miss;
      found = eta;
    }
  }
  return found;
}

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) local: u32) {
  let count = f32(params.groups);
  var largest = -3.0e38;
  for (var i = local; i < params.groups; i += 64u) { largest = max(largest, losses[i]); }
  let top = max64(largest, local);
  var hits = 0.0;
  for (var i = local; i < params.groups; i += 64u) {
    let loss = losses[i];
    hits += select(0.0, 1.0, loss == top);
    var rank = 0u;
    for (var j = 0u; j < params.groups; j++) {
      if (losses[j] > loss || (losses[j] == loss && j < i)) { rank++; }
    }
    q[rank] = loss;
    tilt[i] = f32(rank);
  }
  let ties = sum64(hits, local);
  let degenerate = allOnMaximum(count, ties, params.p0);
  storageBarrier();
  if (local == 0u) {
    threshold = 0.0;
    if (needsThreshold() && !degenerate) { threshold = findThreshold(top); }
  }
  let eta = workgroupUniformLoad(&threshold);

  var mass = 0.0;
  for (var i = local; i < params.groups; i += 64u) {
    var own = massOf(losses[i] - top, tilt[i], eta, count, params.p0);
    if (degenerate) { own = select(0.0, 1.0, losses[i] == top); }
    mass += own;
    tilt[i] = own;
  }
  let total = sum64(mass, local);
  var below = 0.0;
  var excess = 0.0;
  for (var i = local; i < params.groups; i += 64u) {
    let share = tilt[i] / total;
    below += share * (losses[i] - top);
    excess += (count * share - 1.0) * (count * share - 1.0);
    tilt[i] = share;
    q[i] = share;
  }
  let expectation = top + sum64(below, local);
  let spread = sum64(excess, local) / count;
  if (local == 0u) {
    for (var k = 1u; k < 8u; k++) { summary[k] = 0.0; }
    summary[0] = expectation - 0.5 * penaltyOf(params.p0) * spread;
    summary[1] = penaltyOf(params.p0);
    summary[2] = select(0.0, top + eta, needsThreshold());
  }
}
