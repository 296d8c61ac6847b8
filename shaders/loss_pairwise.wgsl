// losses[g] = l(pair g),  dloss[first(g)] = dl/da_w,  dloss[first(g) + 1] = dl/da_l
//
// logps, ref_logps, lengths, dloss [responses]; group_start [groups + 1]; losses [groups]. Group g owns responses
// group_start[g] .. group_start[g + 1] - 1: the first is the chosen one, the second the rejected one. One invocation per
// group. The loss comes from shaders/loss/pairwise/<id>.wgsl through the slot; p0..p5 are its settings in the registry's order.
// Called once the log-probs of the logical batch are in, before the strategy.
import package::lib::grid::flatIndex;
import package::lib::pair::Pair;
import package::slot::loss::pairLoss;

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
@group(0) @binding(3) var<storage, read> lengths: array<f32>;
@group(0) @binding(4) var<storage, read> group_start: array<u32>;
@group(0) @binding(5) var<storage, read_write> losses: array<f32>;
@group(0) @binding(6) var<storage, read_write> dloss: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) counts: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let g = flatIndex(group, counts, local, 64u);
  if (g >= params.groups) { return; }
  let w = group_start[g];
  let l = w + 1u;
  let pair = Pair(logps[w], logps[l], ref_logps[w], ref_logps[l], lengths[w], lengths[l]);
  let settings = array<f32, 6>(params.p0, params.p1, params.p2, params.p3, params.p4, params.p5);
  let result = pairLoss(pair, settings);
  losses[g] = result.x;
  dloss[w] = result.y;
  dloss[l] = result.z;
}
