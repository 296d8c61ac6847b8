// y[r, offset + c] += scale sum_k hidden[r, k] up[c, k]
//
// The second half of a low-rank adapter (the first, hidden = x down^T, is a matrix product), added to `columns` columns of
// y [rows, width] from `offset` on. hidden [rows, rank]; up [columns, rank]; scale = alpha / rank. Hu et al., arXiv 2106.09685.
import package::lib::grid::flatIndex;

struct Params {
  rows: u32,
  rank: u32,
  columns: u32,
  width: u32,
  offset: u32,
  scale: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> hidden: array<f32>;
@group(0) @binding(2) var<storage, read> up: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) counts: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let item = flatIndex(group, counts, local, 64u);
  if (item >= params.rows * params.columns) { return; }
  let row = item / params.columns;
  let column = item - row * params.columns;
  var sum = 0.0;
  for (var k = 0u; k < params.rank; k++) {
    sum = fma(hidden[row * params.rank + k], up[column * params.rank + k], sum);
  }
  y[row * params.width + params.offset + column] += params.scale * sum;
}
