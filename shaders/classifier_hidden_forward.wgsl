// a[r, m H + j] = tanh(pre[r, m H + j]);   logits[r, m K + k] = outer[m K + k, H] + sum_j outer[m K + k, j] a[r, m H + j]
//
// Model m (one per fold) has H = hidden units and K = heads outputs. pre, a [rows, models * hidden]; outer
// [models * heads, hidden + 4], the bias at index `hidden`, then padding; logits [rows, columns], columns >= models * heads.
// One invocation per row and model.
import package::lib::grid::flatIndex;

struct Params {
  rows: u32,
  models: u32,
  hidden: u32,
  heads: u32,
  columns: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> pre: array<f32>;
@group(0) @binding(2) var<storage, read> outer: array<f32>;
@group(0) @binding(3) var<storage, read_write> a: array<f32>;
@group(0) @binding(4) var<storage, read_write> logits: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) counts: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let item = flatIndex(group, counts, local, 64u);
  if (item >= params.rows * params.models) { return; }
  let model = item % params.models;
  let start = item * params.hidden;
  // tanh overflows to NaN on some GPUs far out; it is 1 in f32 long before 15.
  for (var j = 0u; j < params.hidden; j++) { a[start + j] = tanh(clamp(pre[start + j], -15.0, 15.0)); }
  for (var k = 0u; k < params.heads; k++) {
    let output = model * params.heads + k;
    let weights = output * (params.hidden + 4u);
    var z = outer[weights + params.hidden];
    for (var j = 0u; j < params.hidden; j++) { z = fma(outer[weights + j], a[start + j], z); }
    logits[(item / params.models) * params.columns + output] = z;
  }
}
