// y[r, c] -= y[rows, c]
//
// y [rows + 1, columns]; the extra last row is the product with the features' mean, so this is the product with centred
// features without ever storing them. columns is a multiple of 4. One invocation per row and four columns.
import package::lib::grid::flatIndex;

struct Params {
  rows: u32,
  columns: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read_write> y: array<vec4f>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) counts: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let item = flatIndex(group, counts, local, 64u);
  let quads = params.columns / 4u;
  if (item >= params.rows * quads) { return; }
  y[item] -= y[params.rows * quads + item % quads];
}
