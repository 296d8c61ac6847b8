// y[i, j] = x[index[i], j] + branch[index[i], j]
//
// The last residual addition, only for the hidden states that reach the head. index [rows]; x, branch [tokens, dim];
// y [rows, dim]. Its gradient is scatter_rows.wgsl, the same for both summands.
import package::lib::grid::flatIndex;

struct Params {
  rows: u32,
  dim: u32,
  tokens: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> index: array<u32>;
@group(0) @binding(2) var<storage, read> x: array<f32>;
@group(0) @binding(3) var<storage, read> branch: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) counts: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let row = flatIndex(group, counts, 0u, 1u);
  if (row >= params.rows) { return; }
  let start = min(index[row], params.tokens - 1u) * params.dim;
  for (var i = local; i < params.dim; i += 64u) { y[row * params.dim + i] = x[start + i] + branch[start + i]; }
}
