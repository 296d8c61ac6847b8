// y[r, at + j] = sum of x[i, j] over i = start[r] ... start[r + 1] - 1; zeros for a range without rows
//
// start [pools + 1]; x [rows, dim]; y [pools, width], of which columns at ... at + dim - 1 are written. One workgroup per
// pool, an invocation adds its columns row by row, so the order of the sum is fixed. Called by src/model/hidden_states.ts.
import package::lib::grid::flatIndex;

struct Params {
  pools: u32,
  rows: u32,
  dim: u32,
  width: u32,
  at: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> start: array<u32>;
@group(0) @binding(2) var<storage, read> x: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) counts: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let pool = flatIndex(group, counts, 0u, 1u);
  if (pool >= params.pools) { return; }
  let first = start[pool];
  let end = min(start[pool + 1u], params.rows);
  for (var j = local; j < params.dim; j += 64u) {
    var sum = 0.0;
    for (var i = first; i < end; i++) { sum += x[i * params.dim + j]; }
    y[pool * params.width + params.at + j] = sum;
  }
}
