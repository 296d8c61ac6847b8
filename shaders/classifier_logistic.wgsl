// residual[r, c] = weight[r, c] (sigmoid(logits[r, c]) - label[r, c mod heads])
//
// logits, weight, residual [rows, columns]; label [rows, heads]. Column c belongs to head c mod heads of one fold; its
// weight is 0 for samples held out of that fold and for samples of another head. The residual is the gradient of
// sum weight * logloss in the logits. One invocation per entry.
import package::lib::grid::flatIndex;

struct Params {
  rows: u32,
  columns: u32,
  heads: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> logits: array<f32>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> label: array<f32>;
@group(0) @binding(4) var<storage, read_write> residual: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) counts: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let item = flatIndex(group, counts, local, 64u);
  if (item >= params.rows * params.columns) { return; }
  let row = item / params.columns;
  let head = (item % params.columns) % params.heads;
  let z = logits[item];
  let e = exp(-abs(z));
  let p = select(e, 1.0, z >= 0.0) / (1.0 + e);
  residual[item] = weight[item] * (p - label[row * params.heads + head]);
}
