// dweight[i] += sum_r dy[r, i] x[r, i] rstd[r]
//
// x, dy [rows, dim]; rstd [rows]; dweight [dim] accumulates. One invocation per column, rows in order: no atomics.
import package::lib::grid::flatIndex;

struct Params {
  rows: u32,
  dim: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> rstd: array<f32>;
@group(0) @binding(3) var<storage, read> dy: array<f32>;
@group(0) @binding(4) var<storage, read_write> dweight: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) counts: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let column = flatIndex(group, counts, local, 64u);
  if (column >= params.dim) { return; }
  var sum = 0.0;
  for (var row = 0u; row < params.rows; row++) {
    let at = row * params.dim + column;
    sum = fma(dy[at] * rstd[row], x[at], sum);
  }
  dweight[column] += sum;
}
