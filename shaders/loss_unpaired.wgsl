// losses[i] = l(response i),  dloss[i] = dl/da
//
// logps, ref_logps, scores, losses, dloss [examples]; baseline [1] is KTO's z0. A response is desirable when its score
// is positive. One invocation per example. The loss comes from shaders/loss/unpaired/<id>.wgsl through the slot.
import package::lib::grid::flatIndex;
import package::slot::loss::unpairedLoss;

struct Params {
  groups: u32,
  responses: u32,
  p0: f32,
  p1: f32,
  p2: f32,
  p3: f32,
  p4: f32,
  p5: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> logps: array<f32>;
@group(0) @binding(2) var<storage, read> ref_logps: array<f32>;
@group(0) @binding(3) var<storage, read> scores: array<f32>;
@group(0) @binding(4) var<storage, read> baseline: array<f32>;
@group(0) @binding(5) var<storage, read_write> losses: array<f32>;
@group(0) @binding(6) var<storage, read_write> dloss: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) counts: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flatIndex(group, counts, local, 64u);
  if (i >= params.groups) { return; }
  let settings = array<f32, 6>(params.p0, params.p1, params.p2, params.p3, params.p4, params.p5);
  let result = unpairedLoss((logps[i] - ref_logps[i]) - baseline[0], scores[i] > 0.0, settings);
  losses[i] = result.x;
  dloss[i] = result.y;
}
