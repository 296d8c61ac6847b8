// The three products of matmul.wgsl for adapters with fast workgroup memory: 256 invocations bring 64 x 16 pieces of a and
// b into workgroup memory and compute a 64 x 64 tile of c, 4 x 4 each, reading every value from memory once per tile.
//
//   nt   c[m, n] = a[m, k] b[n, k]^T
//   nn   c[m, n] = a[m, k] b[k, n]
//   tn   c[m, n] = a[k, m]^T b[k, n]
//
// Sums run over k in order, in f32; with `accumulate` they are added to c. With `half`, the pieces are held as f16: half the
// traffic of workgroup memory, and operands rounded to 11 bits.

@if(half) enable f16;

@if(half) alias Held = f16;
@else alias Held = f32;

struct Params {
  m: u32,
  n: u32,
  k: u32,
  accumulate: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;

// Pieces as [depth][row] and [depth][column], with four values of padding a depth.
const PITCH: u32 = 68u;
var<workgroup> left: array<Held, 16 * PITCH>;
var<workgroup> right: array<Held, 16 * PITCH>;

@compute @workgroup_size(16, 16)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) index: u32,
) {
  let row = group.y * 64u;
  let column = group.x * 64u;
  var c0 = vec4f();
  var c1 = vec4f();
  var c2 = vec4f();
  var c3 = vec4f();
  for (var k = 0u; k < params.k; k += 16u) {
    for (var i = 0u; i < 4u; i++) {
      // Neighbouring invocations read neighbouring values: along k where rows are, along rows where k is.
      let item = index + 256u * i;
      @if(!tn) let r = item / 16u;
      @if(!tn) let depthA = item % 16u;
      @if(tn) let r = item % 64u;
      @if(tn) let depthA = item / 64u;
      var value = 0.0;
      if (row + r < params.m && k + depthA < params.k) {
        @if(!tn) { value = a[(row + r) * params.k + k + depthA]; }
        @if(tn) { value = a[(k + depthA) * params.m + row + r]; }
      }
      left[depthA * PITCH + r] = Held(value);
      @if(nt) let j = item / 16u;
      @if(nt) let depthB = item % 16u;
      @if(!nt) let j = item % 64u;
      @if(!nt) let depthB = item / 64u;
      var other = 0.0;
      if (column + j < params.n && k + depthB < params.k) {
        @if(nt) { other = b[(column + j) * params.k + k + depthB]; }
        @if(!nt) { other = b[(k + depthB) * params.n + column + j]; }
      }
      right[depthB * PITCH + j] = Held(other);
    }
    workgroupBarrier();
    for (var d = 0u; d < 16u; d++) {
      let at = d * PITCH + local.y * 4u;
      let toB = d * PITCH + local.x * 4u;
      let values = vec4f(vec4(right[toB], right[toB + 1u], right[toB + 2u], right[toB + 3u]));
      c0 = fma(vec4f(f32(left[at])), values, c0);
      c1 = fma(vec4f(f32(left[at + 1u])), values, c1);
      c2 = fma(vec4f(f32(left[at + 2u])), values, c2);
      c3 = fma(vec4f(f32(left[at + 3u])), values, c3);
    }
    workgroupBarrier();
  }
  let tile = array<vec4f, 4>(c0, c1, c2, c3);
  for (var i = 0u; i < 4u; i++) {
    let r = row + local.y * 4u + i;
    if (r >= params.m) { break; }
    for (var j = 0u; j < 4u; j++) {
      let at = column + local.x * 4u + j;
      if (at >= params.n) { break; }
      let value = tile[i][j];
      c[r * params.n + at] = select(value, c[r * params.n + at] + value, params.accumulate != 0u);
    }
  }
}
