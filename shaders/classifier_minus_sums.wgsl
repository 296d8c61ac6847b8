// dy[rows, c] = -sum over r < rows of dy[r, c]
//
// dy [rows + 1, columns]: the gradient that classifier_centre's subtracted row receives. columns is a multiple of 4. One
// workgroup per four columns: its invocations stride over the rows, then add up in a fixed tree.

struct Params {
  rows: u32,
  columns: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read_write> dy: array<vec4f>;

var<workgroup> shared_sums: array<vec4f, 64>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let quads = params.columns / 4u;
  let quad = group.x;
  var sum = vec4f(0.0);
  for (var r = local; r < params.rows; r += 64u) { sum += dy[r * quads + quad]; }
  shared_sums[local] = sum;
  workgroupBarrier();
  for (var half = 32u; half > 0u; half /= 2u) {
    if (local < half) { shared_sums[local] += shared_sums[local + half]; }
    workgroupBarrier();
  }
  if (local == 0u) { dy[params.rows * quads + quad] = -shared_sums[0]; }
}
