// dhidden[r, k] = scale sum_c dy[r, offset + c] up[c, k]
//
// The gradient of lora_up_forward.wgsl in hidden. dy [rows, width]; up [columns, rank]; dhidden [rows, rank] is set.
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
@group(0) @binding(2) var<storage, read> up: array<f32>;
@group(0) @binding(3) var<storage, read_write> dhidden: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) counts: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let item = flatIndex(group, counts, local, 64u);
  if (item >= params.rows * params.rank) { return; }
  let row = item / params.rank;
  let k = item - row * params.rank;
  let start = row * params.width + params.offset;
  var sum = 0.0;
  for (var c = 0u; c < params.columns; c++) {
    sum = fma(dy[start + c], up[c * params.rank + k], sum);
  }
  dhidden[item] = params.scale * sum;
}
