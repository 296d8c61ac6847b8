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
  let item = flatIndex(group, counts, local, 64u);
  if (item >= params.rows * params.dim) { return; }
  let row = item / params.dim;
  let at = min(index[row], params.tokens - 1u) * params.dim + (item - row * params.dim);
  y[item] = x[at] + branch[at];
}
