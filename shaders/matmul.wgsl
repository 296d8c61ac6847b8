// Products of row-major matrices, in three forms (condition nt, nn or tn), each optionally added to c:
//
//   nt   c[m, n] = a[m, k] b[n, k]^T      a layer's output: x W^T
//   nn   c[m, n] = a[m, k] b[k, n]        the gradient of its input: dy W
//   tn   c[m, n] = a[k, m]^T b[k, n]      the gradient of its weight: dy^T x
//
// One invocation computes an 8 x 8 tile in registers and reads its operands directly: best on adapters without fast
// workgroup memory, correct everywhere. Rows and columns past the edge are read again from the last one and not
// written. Sums run over k in order, in f32.

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

fn put(row: u32, column: u32, value: vec4f) {
  let at = row * params.n + column;
  for (var j = 0u; j < 4u; j++) {
    if (column + j < params.n) { c[at + j] = select(value[j], c[at + j] + value[j], params.accumulate != 0u); }
  }
}

@compute @workgroup_size(4, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let row = id.y * 8u;
  let column = id.x * 8u;
  if (row >= params.m || column >= params.n) { return; }

  // Element (row r, depth k) of a lies at r * aRow + k * aStep; element (depth k, column j) of b at j * bColumn + k * bStep.
  @if(tn) let aRow = 1u;
  @if(tn) let aStep = params.m;
  @if(!tn) let aRow = params.k;
  @if(!tn) let aStep = 1u;
  @if(nt) let bColumn = params.k;
  @if(nt) let bStep = 1u;
  @if(!nt) let bColumn = 1u;
  @if(!nt) let bStep = params.n;

  let lastRow = params.m - 1u;
  let lastColumn = params.n - 1u;
  var a0 = row * aRow;
  var a1 = min(row + 1u, lastRow) * aRow;
  var a2 = min(row + 2u, lastRow) * aRow;
  var a3 = min(row + 3u, lastRow) * aRow;
  var a4 = min(row + 4u, lastRow) * aRow;
  var a5 = min(row + 5u, lastRow) * aRow;
  var a6 = min(row + 6u, lastRow) * aRow;
  var a7 = min(row + 7u, lastRow) * aRow;
  var b0 = column * bColumn;
  var b1 = min(column + 1u, lastColumn) * bColumn;
  var b2 = min(column + 2u, lastColumn) * bColumn;
  var b3 = min(column + 3u, lastColumn) * bColumn;
  var b4 = min(column + 4u, lastColumn) * bColumn;
  var b5 = min(column + 5u, lastColumn) * bColumn;
  var b6 = min(column + 6u, lastColumn) * bColumn;
  var b7 = min(column + 7u, lastColumn) * bColumn;

  var c00 = vec4f(); var c01 = vec4f();
  var c10 = vec4f(); var c11 = vec4f();
  var c20 = vec4f(); var c21 = vec4f();
  var c30 = vec4f(); var c31 = vec4f();
  var c40 = vec4f(); var c41 = vec4f();
  var c50 = vec4f(); var c51 = vec4f();
  var c60 = vec4f(); var c61 = vec4f();
  var c70 = vec4f(); var c71 = vec4f();

  for (var k = 0u; k < params.k; k++) {
    let left = vec4f(b[b0], b[b1], b[b2], b[b3]);
    let right = vec4f(b[b4], b[b5], b[b6], b[b7]);
    b0 += bStep; b1 += bStep; b2 += bStep; b3 += bStep; b4 += bStep; b5 += bStep; b6 += bStep; b7 += bStep;
    let v0 = vec4f(a[a0]); c00 = fma(v0, left, c00); c01 = fma(v0, right, c01);
    let v1 = vec4f(a[a1]); c10 = fma(v1, left, c10); c11 = fma(v1, right, c11);
    let v2 = vec4f(a[a2]); c20 = fma(v2, left, c20); c21 = fma(v2, right, c21);
    let v3 = vec4f(a[a3]); c30 = fma(v3, left, c30); c31 = fma(v3, right, c31);
    let v4 = vec4f(a[a4]); c40 = fma(v4, left, c40); c41 = fma(v4, right, c41);
    let v5 = vec4f(a[a5]); c50 = fma(v5, left, c50); c51 = fma(v5, right, c51);
    let v6 = vec4f(a[a6]); c60 = fma(v6, left, c60); c61 = fma(v6, right, c61);
    let v7 = vec4f(a[a7]); c70 = fma(v7, left, c70); c71 = fma(v7, right, c71);
    a0 += aStep; a1 += aStep; a2 += aStep; a3 += aStep; a4 += aStep; a5 += aStep; a6 += aStep; a7 += aStep;
  }

  // One loop instead of eight copies of it: the compiler's time counts too.
  var tile: array<vec4f, 16>;
  tile[0] = c00; tile[1] = c01;
  tile[2] = c10; tile[3] = c11;
  tile[4] = c20; tile[5] = c21;
  tile[6] = c30; tile[7] = c31;
  tile[8] = c40; tile[9] = c41;
  tile[10] = c50; tile[11] = c51;
  tile[12] = c60; tile[13] = c61;
  tile[14] = c70; tile[15] = c71;
  for (var i = 0u; i < min(8u, params.m - row); i++) {
    put(row + i, column, tile[2u * i]);
    put(row + i, column + 4u, tile[2u * i + 1u]);
  }
}
