// y[i, j] = table[index[i], j]
//
// index [rows]; table [tableRows, dim]; y [rows, dim]. The embedding's forward pass (index = token ids), and the choice of
// the hidden states that reach the head (index = positions). Its gradient is scatter_rows.wgsl. An index past the table
// reads its last row: importers check ids, a shader must still not leave its buffer. A workgroup takes a row.
import package::lib::grid::flatIndex;

struct Params {
  rows: u32,
  dim: u32,
  tableRows: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> index: array<u32>;
@group(0) @binding(2) var<storage, read> table: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) counts: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let row = flatIndex(group, counts, 0u, 1u);
  if (row >= params.rows) { return; }
  let start = min(index[row], params.tableRows - 1u) * params.dim;
  for (var i = local; i < params.dim; i += 64u) { y[row * params.dim + i] = table[start + i]; }
}
