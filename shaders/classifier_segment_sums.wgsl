// sums[s, c] = sum of value[e] * dense[index[e], c] over the entries e of segment s
//
// segmentStart [segments + 1]; index, value [entries]; dense [denseRows, columns]; sums [segments, columns]; columns
// is a multiple of 4. One invocation per segment and four columns. Rows of a sparse matrix are cut into segments of
// bounded length, so no invocation walks a common n-gram's whole column; four entries a turn, since on some adapters a turn
// costs more than what is done in it. Called forward (rows of texts times the
// weights of all folds) and backward (rows of the transpose times the residuals).
import package::lib::grid::flatIndex;

struct Params {
  segments: u32,
  columns: u32,
  entries: u32,
  denseRows: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> segmentStart: array<u32>;
@group(0) @binding(2) var<storage, read> index: array<u32>;
@group(0) @binding(3) var<storage, read> value: array<f32>;
@group(0) @binding(4) var<storage, read> dense: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> sums: array<vec4f>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) counts: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let item = flatIndex(group, counts, local, 64u);
  let quads = params.columns / 4u;
  if (item >= params.segments * quads) { return; }
  let segment = item / quads;
  let quad = item % quads;
  let end = segmentStart[segment + 1u];
  var sum = vec4f(0.0);
  var e = segmentStart[segment];
  for (; e + 4u <= end; e += 4u) {
    @repeat(k, 4) { let row#k = dense[index[e + #k] * quads + quad]; }
    @repeat(k, 4) { sum = fma(vec4f(value[e + #k]), row#k, sum); }
  }
  for (; e < end; e++) { sum = fma(vec4f(value[e]), dense[index[e] * quads + quad], sum); }
  sums[item] = sum;
}
