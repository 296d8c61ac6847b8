// Rotary positions, in place on the first `heads` heads of every row of x (queries and keys; values stay):
//
//   (u, v) -> (u cos - v sin, u sin + v cos)        pair i of a head turns by position * theta^(-2 i / headDim)
//
// Pair i is (i, i + headDim / 2), or (2 i, 2 i + 1) when interleaved. `inverse` turns back, which is also the gradient:
// a rotation's transpose is its inverse. x [rows, width]; positions [rows]; table [tableRows, headDim / 2, 2] holds cos and
// sin, computed on the CPU in double precision because WGSL promises little about cos of large angles. A workgroup takes a row.
// Su et al., "RoFormer", arXiv 2104.09864.
import package::lib::grid::flatIndex;

struct Params {
  rows: u32,
  width: u32,
  heads: u32,
  headDim: u32,
  tableRows: u32,
  interleaved: u32,
  inverse: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> positions: array<u32>;
@group(0) @binding(2) var<storage, read> table: array<f32>;
@group(0) @binding(3) var<storage, read_write> x: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) counts: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let row = flatIndex(group, counts, 0u, 1u);
  if (row >= params.rows) { return; }
  let half = params.headDim / 2u;
  let position = min(positions[row], params.tableRows - 1u);
  for (var i = local; i < params.heads * half; i += 64u) {
    let head = i / half;
    let pair = i - head * half;
    let at = (position * half + pair) * 2u;
    let cosine = table[at];
    let sine = select(table[at + 1u], -table[at + 1u], params.inverse != 0u);
    let start = row * params.width + head * params.headDim;
    let first = start + select(pair, 2u * pair, params.interleaved != 0u);
    let second = select(first + half, first + 1u, params.interleaved != 0u);
    let u = x[first];
    let v = x[second];
    x[first] = fma(u, cosine, -v * sine);
    x[second] = fma(u, sine, v * cosine);
  }
}
