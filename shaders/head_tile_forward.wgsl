// One tile of the vocabulary in an online softmax. For every row, with z = logits[row, 0 .. columns), tokens `first` up:
//
//   most <- max(most, max z);   sum <- sum exp(most' - most) + sum_v exp(z[v] - most);   picked <- z[wanted] if it is here
//
// logits [rows, columns] (rows are `columns` apart); wanted [rows] is the token to score; most, sum, picked [rows] carry
// over from tile to tile, and start afresh in the tile with first = 0. One invocation per row, tokens in order.
// Milakov and Gimelshein, arXiv 1805.02867.
import package::lib::grid::flatIndex;

struct Params {
  rows: u32,
  columns: u32,
  first: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> logits: array<f32>;
@group(0) @binding(2) var<storage, read> wanted: array<u32>;
@group(0) @binding(3) var<storage, read_write> most: array<f32>;
@group(0) @binding(4) var<storage, read_write> sum: array<f32>;
@group(0) @binding(5) var<storage, read_write> picked: array<f32>;

const FAR: f32 = -1e30;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) counts: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let row = flatIndex(group, counts, local, 64u);
  if (row >= params.rows) { return; }
  let start = row * params.columns;
  var high = FAR;
  var mass = 0.0;
  if (params.first > 0u) {
    high = most[row];
    mass = sum[row];
  }
  for (var v = 0u; v < params.columns; v += 4u) {
    var z = vec4f(FAR);
    z.x = logits[start + v];
    if (v + 1u < params.columns) { z.y = logits[start + v + 1u]; }
    if (v + 2u < params.columns) { z.z = logits[start + v + 2u]; }
    if (v + 3u < params.columns) { z.w = logits[start + v + 3u]; }
    let higher = max(high, max(max(z.x, z.y), max(z.z, z.w)));
    let e = exp(z - higher);
    mass = mass * exp(high - higher) + ((e.x + e.y) + (e.z + e.w));
    high = higher;
  }
  most[row] = high;
  sum[row] = mass;
  let token = wanted[row];
  if (token >= params.first && token - params.first < params.columns) {
    picked[row] = logits[start + token - params.first];
  }
}
