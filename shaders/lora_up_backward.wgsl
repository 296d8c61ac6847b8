// dup[c, k] += scale sum_r dy[r, offset + c] hidden[r, k]
//
// The gradient of lora_up_forward.wgsl in up. dy [rows, width]; hidden [rows, rank]; dup [columns, rank] accumulates, rows
// in order.
import package::lib::grid::flatIndex;

struct Params {
  rows: u32,
  rank: u32,
  columns: u32,
  width: u32,
  offset: u32,
  scale: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read> hidden: array<f32>;
@group(0) @binding(3) var<storage, read_write> dup: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) counts: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let item = flatIndex(group, counts, local, 64u);
  if (item >= params.columns * params.rank) { return; }
  let column = item / params.rank;
  let k = item - column * params.rank;
  var sum = 0.0;
  for (var row = 0u; row < params.rows; row++) {
    sum = fma(dy[row * params.width + params.offset + column], hidden[row * params.rank + k], sum);
  }
  dup[item] += params.scale * sum;
}
