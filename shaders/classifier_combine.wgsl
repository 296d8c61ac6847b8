// y[r, c] = sum of sums[s, c] over the segments s of row r; 0 for a row without segments
//
// rowSegment [rows + 1]; sums [segments, columns]; y [rows, columns]; columns is a multiple of 4. One invocation
// per row and four columns, segments in order. Called after classifier_segment_sums.
import package::lib::grid::flatIndex;

struct Params {
  rows: u32,
  columns: u32,
  segments: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> rowSegment: array<u32>;
@group(0) @binding(2) var<storage, read> sums: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) counts: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let item = flatIndex(group, counts, local, 64u);
  let quads = params.columns / 4u;
  if (item >= params.rows * quads) { return; }
  let row = item / quads;
  let quad = item % quads;
  var sum = vec4f(0.0);
  for (var s = rowSegment[row]; s < rowSegment[row + 1u]; s++) {
    sum += sums[s * quads + quad];
  }
  y[item] = sum;
}
