// L_s = mean loss of source s in the batch;  w_s <- w_s exp(eta L_s) / Z;  V = sum_s w_s L_s;  tilt = dV/dl,  q = tilt / sum
//
// losses, tilt, q [groups]; group_start [groups + 1]; sources [responses], 0xffffffff for unknown; source_weights
// [source_count] are carried from step to step, all 0 before the first; summary [8]. A group counts for each of its
// sources by the share of its responses. One workgroup; invocation s owns source s. Sagawa et al. 2019, arXiv 1911.08731.
import package::lib::reduce64::{ max64, sum64 };

struct Params {
  groups: u32,
  responses: u32,
  source_count: u32,
  eta: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> losses: array<f32>;
@group(0) @binding(2) var<storage, read> group_start: array<u32>;
@group(0) @binding(3) var<storage, read> sources: array<u32>;
@group(0) @binding(4) var<storage, read_write> tilt: array<f32>;
@group(0) @binding(5) var<storage, read_write> q: array<f32>;
@group(0) @binding(6) var<storage, read_write> source_weights: array<f32>;
@group(0) @binding(7) var<storage, read_write> summary: array<f32>;

/** w_s over the mass of source s in this batch. */
var<workgroup> per_mass: array<f32, 64>;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) local: u32) {
  let known = local < params.source_count;
  var mass = 0.0;
  var sum = 0.0;
  if (known) {
    for (var g = 0u; g < params.groups; g++) {
      let size = f32(group_start[g + 1u] - group_start[g]);
      for (var r = group_start[g]; r < group_start[g + 1u]; r++) {
        if (sources[r] == local) {
          mass += 1.0 / size;
          sum += losses[g] / size;
        }
      }
    }
  }
  // A source absent from the batch counts as loss 0.
  let mean_loss = select(0.0, sum / mass, mass > 0.0);
  var previous = 0.0;
  if (known) { previous = source_weights[local]; }
  if (sum64(previous, local) <= 0.0 && known) { previous = 1.0 / f32(params.source_count); }
  let exponent = select(-3.0e38, params.eta * mean_loss, known);
  let top = max64(exponent, local);
  let raised = select(0.0, previous * exp(params.eta * mean_loss - top), known);
  let weight = raised / sum64(raised, local);
  if (known) { source_weights[local] = weight; }
  per_mass[local] = select(0.0, weight / mass, mass > 0.0);
  workgroupBarrier();

  var all = 0.0;
  for (var g = local; g < params.groups; g += 64u) {
    var own = 0.0;
    for (var r = group_start[g]; r < group_start[g + 1u]; r++) {
      if (sources[r] < params.source_count) { own += per_mass[sources[r]]; }
    }
    own /= f32(group_start[g + 1u] - group_start[g]);
    tilt[g] = own;
    all += own;
  }
  let total = sum64(all, local);
  for (var g = local; g < params.groups; g += 64u) {
    q[g] = select(1.0 / f32(params.groups), tilt[g] / total, total > 0.0);
  }
  let value = sum64(weight * mean_loss, local);
  if (local == 0u) {
    summary[0] = value;
    for (var k = 1u; k < 8u; k++) { summary[k] = 0.0; }
  }
}
