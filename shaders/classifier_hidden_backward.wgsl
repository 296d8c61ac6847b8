// dpre[r, m H + j] = (1 - a^2) sum_k residual[r, m K + k] outer[m K + k, j]
//
// Shapes as in classifier_hidden_forward. Sets dpre. One invocation per row and hidden unit.
import package::lib::grid::flatIndex;

struct Params {
  rows: u32,
  models: u32,
  hidden: u32,
  heads: u32,
  columns: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> outer: array<f32>;
@group(0) @binding(3) var<storage, read> residual: array<f32>;
@group(0) @binding(4) var<storage, read_write> dpre: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) counts: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let item = flatIndex(group, counts, local, 64u);
  let width = params.models * params.hidden;
  if (item >= params.rows * width) { return; }
  let row = item / width;
  let unit = item % width;
  let model = unit / params.hidden;
  let j = unit % params.hidden;
  var sum = 0.0;
  for (var k = 0u; k < params.heads; k++) {
    let output = model * params.heads + k;
    sum = fma(residual[row * params.columns + output], outer[output * (params.hidden + 4u) + j], sum);
  }
  let value = a[item];
  dpre[item] = (1.0 - value * value) * sum;
}
