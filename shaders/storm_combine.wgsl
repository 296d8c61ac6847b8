// direction[i] = gradient[i] <- gradient[i] + keep direction[i] - forget before[i], with (keep, forget) = state[2..3]
//
// gradient, before, direction [count]; state [8] of shaders/strategy_storm.wgsl. One invocation per parameter, between
// the backward passes and the optimiser. Qi et al. 2021, arXiv 2006.10138.
import package::lib::grid::flatIndex;

struct Params {
  count: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> before: array<f32>;
@group(0) @binding(2) var<storage, read> state: array<f32>;
@group(0) @binding(3) var<storage, read_write> gradient: array<f32>;
@group(0) @binding(4) var<storage, read_write> direction: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) counts: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flatIndex(group, counts, local, 64u);
  if (i >= params.count) { return; }
  let value = gradient[i] + state[2] * direction[i] - state[3] * before[i];
  gradient[i] = value;
  direction[i] = value;
}
