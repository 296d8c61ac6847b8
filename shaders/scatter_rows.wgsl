// dtable[ids[l], j] (+)= sum over i = order[start[l]] ... order[start[l + 1] - 1] of dy[i, j]
//
// The gradient of gather_rows.wgsl without atomics: the rows of dy that belong to one table row are listed together, in
// ascending order, so the sum has a fixed order. dy [rows, dim]; order [rows]; ids [lists]; start [lists + 1];
// dtable [tableRows, dim]. One workgroup per list. The lists are sorted once per batch on the CPU.
import package::lib::grid::flatIndex;

struct Params {
  rows: u32,
  dim: u32,
  tableRows: u32,
  lists: u32,
  accumulate: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read> order: array<u32>;
@group(0) @binding(3) var<storage, read> ids: array<u32>;
@group(0) @binding(4) var<storage, read> start: array<u32>;
@group(0) @binding(5) var<storage, read_write> dtable: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) counts: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let list = flatIndex(group, counts, 0u, 1u);
  if (list >= params.lists || ids[list] >= params.tableRows) { return; }
  for (var column = local; column < params.dim; column += 64u) {
    var sum = 0.0;
    for (var i = start[list]; i < start[list + 1u]; i++) { sum += dy[order[i] * params.dim + column]; }
    let at = ids[list] * params.dim + column;
    dtable[at] = select(sum, dtable[at] + sum, params.accumulate != 0u);
  }
}
