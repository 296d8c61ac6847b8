// total = x + branch;  y = total * rstd * weight;  rstd[r] = 1 / sqrt(mean_i total[r, i]^2 + eps)
//
// The residual addition and the norm that follows it, in one pass over memory: x, branch, total, y [rows, dim];
// weight [dim]; rstd [rows]. Its gradient is rmsnorm_backward.wgsl on `total`; both summands share the result.
import package::lib::grid::flatIndex;

struct Params {
  rows: u32,
  dim: u32,
  eps: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> branch: array<f32>;
@group(0) @binding(3) var<storage, read> weight: array<f32>;
@group(0) @binding(4) var<storage, read_write> total: array<f32>;
@group(0) @binding(5) var<storage, read_write> y: array<f32>;
@group(0) @binding(6) var<storage, read_write> rstd: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) counts: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let row = flatIndex(group, counts, local, 64u);
  if (row >= params.rows) { return; }
  let start = row * params.dim;
  var squares = 0.0;
  for (var i = 0u; i < params.dim; i++) {
    let value = x[start + i] + branch[start + i];
    total[start + i] = value;
    squares = fma(value, value, squares);
  }
  let scale = inverseSqrt(squares / f32(params.dim) + params.eps);
  rstd[row] = scale;
  for (var i = 0u; i < params.dim; i++) {
    y[start + i] = total[start + i] * scale * weight[i];
  }
}
