// dx[r, i] += rstd[r] * (dy[r, i] weight[i] - x[r, i] rstd[r]^2 mean_j(dy[r, j] weight[j] x[r, j]))
//
// x, dy, dx [rows, dim]; weight [dim]; rstd [rows]. dx accumulates: the residual stream already carries a gradient.
// One invocation per row, as in the forward pass. The weight's gradient is rmsnorm_weight_backward.wgsl.
import package::lib::grid::flatIndex;

struct Params {
  rows: u32,
  dim: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> rstd: array<f32>;
@group(0) @binding(4) var<storage, read> dy: array<f32>;
@group(0) @binding(5) var<storage, read_write> dx: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) counts: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let row = flatIndex(group, counts, local, 64u);
  if (row >= params.rows) { return; }
  let start = row * params.dim;
  let scale = rstd[row];
  var projection = 0.0;
  for (var i = 0u; i < params.dim; i++) {
    projection = fma(dy[start + i] * weight[i], x[start + i], projection);
  }
  let shared_part = projection * scale * scale / f32(params.dim);
  for (var i = 0u; i < params.dim; i++) {
    dx[start + i] += scale * (dy[start + i] * weight[i] - x[start + i] * shared_part);
  }
}
