// V = mean_i w_i l_i,  tilt[i] = w_i / B,  q = w / sum w
//
// losses, h, tilt, q [groups]; summary [8]. One workgroup for the whole logical batch, fixed order. The weight comes
// from shaders/strategy/linear/<id>.wgsl through the slot and may depend on the batch through the means of l and h.
import package::lib::reduce64::sum64;
import package::slot::weight::weightOf;

struct Params {
  groups: u32,
  p0: f32,
  p1: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> losses: array<f32>;
@group(0) @binding(2) var<storage, read> h: array<f32>;
@group(0) @binding(3) var<storage, read_write> tilt: array<f32>;
@group(0) @binding(4) var<storage, read_write> q: array<f32>;
@group(0) @binding(5) var<storage, read_write> summary: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) local: u32) {
  let count = f32(params.groups);
  var loss_part = 0.0;
  var ratio_part = 0.0;
  for (var i = local; i < params.groups; i += 64u) {
    loss_part += losses[i];
    ratio_part += h[i];
  }
  let mean_loss = sum64(loss_part, local) / count;
  let mean_h = sum64(ratio_part, local) / count;
  var value = 0.0;
  var mass = 0.0;
  for (var i = local; i < params.groups; i += 64u) {
    let weight = weightOf(losses[i], h[i], mean_loss, mean_h, params.p0, params.p1);
    tilt[i] = weight / count;
    value += weight / count * losses[i];
    mass += weight;
  }
  let all = sum64(mass, local);
  let total = sum64(value, local);
  for (var i = local; i < params.groups; i += 64u) {
    q[i] = select(1.0 / count, tilt[i] * count / all, all > 0.0);
  }
  if (local == 0u) {
    summary[0] = total;
    for (var k = 1u; k < 8u; k++) { summary[k] = 0.0; }
  }
}
