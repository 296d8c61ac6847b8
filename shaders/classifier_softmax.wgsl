// residual[r, g heads + k] = weight[r, g heads] (softmax_k(logits[r, g heads ...]) - [k = category[r]])
//
// logits, weight, residual [rows, columns]; category [rows]. A group g is one fold's model: `heads` neighbouring columns,
// one per source. Columns past groups * heads are padding and are left alone. One invocation per row and group.
import package::lib::grid::flatIndex;

struct Params {
  rows: u32,
  columns: u32,
  heads: u32,
  groups: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> logits: array<f32>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> category: array<u32>;
@group(0) @binding(4) var<storage, read_write> residual: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) counts: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let item = flatIndex(group, counts, local, 64u);
  if (item >= params.rows * params.groups) { return; }
  let row = item / params.groups;
  let start = row * params.columns + (item % params.groups) * params.heads;
  var highest = logits[start];
  for (var k = 1u; k < params.heads; k++) { highest = max(highest, logits[start + k]); }
  var total = 0.0;
  for (var k = 0u; k < params.heads; k++) { total += exp(logits[start + k] - highest); }
  for (var k = 0u; k < params.heads; k++) {
    let p = exp(logits[start + k] - highest) / total;
    residual[start + k] = weight[start] * (p - select(0.0, 1.0, k == category[row]));
  }
}
