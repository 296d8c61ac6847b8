// douter[m K + k, j] = sum_r residual[r, m K + k] a[r, m H + j],   with a = 1 at j = H (the bias) and 0 past it
//
// Shapes as in classifier_hidden_forward. Sets douter. One workgroup per entry: its invocations stride over the rows,
// then add up in a fixed tree.

struct Params {
  rows: u32,
  models: u32,
  hidden: u32,
  heads: u32,
  columns: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> residual: array<f32>;
@group(0) @binding(3) var<storage, read_write> douter: array<f32>;

var<workgroup> shared_sums: array<f32, 64>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) counts: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let item = group.y * counts.x + group.x;
  let width = params.hidden + 4u;
  let output = item / width;
  let j = item % width;
  let model = output / params.heads;
  var sum = 0.0;
  if (j <= params.hidden && output < params.models * params.heads) {
    for (var r = local; r < params.rows; r += 64u) {
      var value = 1.0;
      if (j < params.hidden) { value = a[(r * params.models + model) * params.hidden + j]; }
      sum = fma(residual[r * params.columns + output], value, sum);
    }
  }
  shared_sums[local] = sum;
  workgroupBarrier();
  for (var half = 32u; half > 0u; half /= 2u) {
    if (local < half) { shared_sums[local] += shared_sums[local + half]; }
    workgroupBarrier();
  }
  if (local == 0u && output < params.models * params.heads) { douter[item] = shared_sums[0]; }
}
