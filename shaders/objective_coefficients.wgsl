// coef[r] = tilt[g] dloss[r] for every response r of group g: c = dV/da, all that the backward pass needs
//
// tilt [groups]; group_start [groups + 1]; dloss, coef [responses]. One invocation per group.
import package::lib::grid::flatIndex;

struct Params {
  groups: u32,
  responses: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> tilt: array<f32>;
@group(0) @binding(2) var<storage, read> group_start: array<u32>;
@group(0) @binding(3) var<storage, read> dloss: array<f32>;
@group(0) @binding(4) var<storage, read_write> coef: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) counts: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let g = flatIndex(group, counts, local, 64u);
  if (g >= params.groups) { return; }
  for (var r = group_start[g]; r < group_start[g + 1u]; r++) {
    coef[r] = tilt[g] * dloss[r];
  }
}
