// h[r] = h[r] / mean(h);   summary = [mean h, sum h, sum h^2, max h] before dividing
//
// h [rows]. One workgroup: invocations stride over the rows, then add up in a fixed tree, twice the memory traffic of
// one pass but the same bits every time. A mean of 0 leaves h as it is.

struct Params {
  rows: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read_write> h: array<f32>;
@group(0) @binding(2) var<storage, read_write> summary: array<f32>;

var<workgroup> sums: array<vec3f, 256>;

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) local: u32) {
  var own = vec3f(0.0);
  for (var r = local; r < params.rows; r += 256u) {
    let value = h[r];
    own = vec3f(own.x + value, own.y + value * value, max(own.z, value));
  }
  sums[local] = own;
  workgroupBarrier();
  for (var half = 128u; half > 0u; half /= 2u) {
    if (local < half) {
      let a = sums[local];
      let b = sums[local + half];
      sums[local] = vec3f(a.xy + b.xy, max(a.z, b.z));
    }
    workgroupBarrier();
  }
  let total = sums[0];
  let mean = total.x / f32(params.rows);
  if (mean > 0.0) {
    for (var r = local; r < params.rows; r += 256u) { h[r] = h[r] / mean; }
  }
  if (local == 0u) {
    summary[0] = mean;
    summary[1] = total.x;
    summary[2] = total.y;
    summary[3] = total.z;
  }
}
