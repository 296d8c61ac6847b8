// y[i, j] = table[index[i], j], the table packed as 16-bit values (brain 1: bfloat16, 0: IEEE half)
//
// index [rows]; table [ceil(tableRows dim / 2)]; y [rows, dim]. gather_rows.wgsl for frozen embeddings: an index past the
// table reads its last row. A workgroup takes a row.
import package::lib::grid::flatIndex;
import package::lib::halves::halfValue;

struct Params {
  rows: u32,
  dim: u32,
  tableRows: u32,
  brain: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> index: array<u32>;
@group(0) @binding(2) var<storage, read> table: array<u32>;
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
  for (var i = local; i < params.dim; i += 64u) {
    let at = start + i;
    y[row * params.dim + i] = halfValue((table[at / 2u] >> (16u * (at % 2u))) & 0xffffu, params.brain);
  }
}
