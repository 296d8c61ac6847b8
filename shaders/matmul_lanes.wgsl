// The three products of matmul.wgsl for adapters whose subgroups have exactly four lanes, such as SwiftShader's, where a
// load costs the same for one value as for four neighbouring ones. The four lanes of a workgroup share a tile of 16 rows
// and 32 columns of c: lane l owns columns l, l + 4, ..., l + 28, so that a row of b is read as neighbours, and values
// of a are read once as neighbours and handed round.
//
//   nt   c[m, n] = a[m, k] b[n, k]^T     four rows of b are read along k and turned in registers
//   nn   c[m, n] = a[m, k] b[k, n]
//   tn   c[m, n] = a[k, m]^T b[k, n]
//
// Sums run over k in order, in f32; with `accumulate` they are added to c. Chosen by measurement only, after its result
// has been compared with matmul.wgsl's: nothing else makes sure that subgroups have four lanes.
enable subgroups;

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

fn put(row: u32, column: u32, left: vec4f, right: vec4f) {
  let at = row * params.n + column;
  for (var j = 0u; j < 8u; j++) {
    if (column + 4u * j < params.n) {
      let value = select(right[j & 3u], left[j & 3u], j < 4u);
      c[at + 4u * j] = select(value, c[at + 4u * j] + value, params.accumulate != 0u);
    }
  }
}

/** Lane l holds row i at depth l in component i; gives lane l row l at depth i in component i. */
@if(nt)
fn turned(v: vec4f, lane: u32) -> vec4f {
  let odd = (lane & 1u) != 0u;
  let high = (lane & 2u) != 0u;
  let across = quadSwapX(v);
  let t = vec4f(
    select(v.x, across.y, odd), select(across.x, v.y, odd),
    select(v.z, across.w, odd), select(across.z, v.w, odd),
  );
  let far = quadSwapY(t);
  return vec4f(
    select(t.x, far.z, high), select(t.y, far.w, high),
    select(far.x, t.z, high), select(far.y, t.w, high),
  );
}

@compute @workgroup_size(4)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = group.y * 16u;
  let column = group.x * 32u + lane;
  let lastRow = params.m - 1u;
  let lastColumn = params.n - 1u;
  @if(!tn) let a0 = row * params.k;
  @if(!tn) let a1 = min(row + 1u, lastRow) * params.k;
  @if(!tn) let a2 = min(row + 2u, lastRow) * params.k;
  @if(!tn) let a3 = min(row + 3u, lastRow) * params.k;
  @if(!tn) let a4 = min(row + 4u, lastRow) * params.k;
  @if(!tn) let a5 = min(row + 5u, lastRow) * params.k;
  @if(!tn) let a6 = min(row + 6u, lastRow) * params.k;
  @if(!tn) let a7 = min(row + 7u, lastRow) * params.k;
  @if(!tn) let a8 = min(row + 8u, lastRow) * params.k;
  @if(!tn) let a9 = min(row + 9u, lastRow) * params.k;
  @if(!tn) let a10 = min(row + 10u, lastRow) * params.k;
  @if(!tn) let a11 = min(row + 11u, lastRow) * params.k;
  @if(!tn) let a12 = min(row + 12u, lastRow) * params.k;
  @if(!tn) let a13 = min(row + 13u, lastRow) * params.k;
  @if(!tn) let a14 = min(row + 14u, lastRow) * params.k;
  @if(!tn) let a15 = min(row + 15u, lastRow) * params.k;
  // Columns of b, or for nt its rows: row 4 g of the tile is read by lane 0, 4 g + 1 by lane 1, ...
  @if(!nt) let b0 = min(column + 0u, lastColumn);
  @if(!nt) let b1 = min(column + 4u, lastColumn);
  @if(!nt) let b2 = min(column + 8u, lastColumn);
  @if(!nt) let b3 = min(column + 12u, lastColumn);
  @if(!nt) let b4 = min(column + 16u, lastColumn);
  @if(!nt) let b5 = min(column + 20u, lastColumn);
  @if(!nt) let b6 = min(column + 24u, lastColumn);
  @if(!nt) let b7 = min(column + 28u, lastColumn);
  @if(nt) let first = group.x * 32u;
  // Depths past the end are read from the last one and multiplied by zero.
  let lastDepth = params.k - 1u;
  var l0 = vec4f(); var r0 = vec4f();
  var l1 = vec4f(); var r1 = vec4f();
  var l2 = vec4f(); var r2 = vec4f();
  var l3 = vec4f(); var r3 = vec4f();
  var l4 = vec4f(); var r4 = vec4f();
  var l5 = vec4f(); var r5 = vec4f();
  var l6 = vec4f(); var r6 = vec4f();
  var l7 = vec4f(); var r7 = vec4f();
  var l8 = vec4f(); var r8 = vec4f();
  var l9 = vec4f(); var r9 = vec4f();
  var l10 = vec4f(); var r10 = vec4f();
  var l11 = vec4f(); var r11 = vec4f();
  var l12 = vec4f(); var r12 = vec4f();
  var l13 = vec4f(); var r13 = vec4f();
  var l14 = vec4f(); var r14 = vec4f();
  var l15 = vec4f(); var r15 = vec4f();

  @if(nn)
  for (var k = 0u; k < params.k; k += 4u) {
    let depth = min(k + lane, lastDepth);
    let live = select(0.0, 1.0, k + lane < params.k);
    let v0 = a[a0 + depth] * live;
    let v1 = a[a1 + depth] * live;
    let v2 = a[a2 + depth] * live;
    let v3 = a[a3 + depth] * live;
    let v4 = a[a4 + depth] * live;
    let v5 = a[a5 + depth] * live;
    let v6 = a[a6 + depth] * live;
    let v7 = a[a7 + depth] * live;
    let v8 = a[a8 + depth] * live;
    let v9 = a[a9 + depth] * live;
    let v10 = a[a10 + depth] * live;
    let v11 = a[a11 + depth] * live;
    let v12 = a[a12 + depth] * live;
    let v13 = a[a13 + depth] * live;
    let v14 = a[a14 + depth] * live;
    let v15 = a[a15 + depth] * live;
    {
      let at = min(k + 0u, lastDepth) * params.n;
      let left = vec4f(b[at + b0], b[at + b1], b[at + b2], b[at + b3]);
      let right = vec4f(b[at + b4], b[at + b5], b[at + b6], b[at + b7]);
      let s0 = vec4f(subgroupBroadcast(v0, 0u)); l0 = fma(s0, left, l0); r0 = fma(s0, right, r0);
      let s1 = vec4f(subgroupBroadcast(v1, 0u)); l1 = fma(s1, left, l1); r1 = fma(s1, right, r1);
      let s2 = vec4f(subgroupBroadcast(v2, 0u)); l2 = fma(s2, left, l2); r2 = fma(s2, right, r2);
      let s3 = vec4f(subgroupBroadcast(v3, 0u)); l3 = fma(s3, left, l3); r3 = fma(s3, right, r3);
      let s4 = vec4f(subgroupBroadcast(v4, 0u)); l4 = fma(s4, left, l4); r4 = fma(s4, right, r4);
      let s5 = vec4f(subgroupBroadcast(v5, 0u)); l5 = fma(s5, left, l5); r5 = fma(s5, right, r5);
      let s6 = vec4f(subgroupBroadcast(v6, 0u)); l6 = fma(s6, left, l6); r6 = fma(s6, right, r6);
      let s7 = vec4f(subgroupBroadcast(v7, 0u)); l7 = fma(s7, left, l7); r7 = fma(s7, right, r7);
      let s8 = vec4f(subgroupBroadcast(v8, 0u)); l8 = fma(s8, left, l8); r8 = fma(s8, right, r8);
      let s9 = vec4f(subgroupBroadcast(v9, 0u)); l9 = fma(s9, left, l9); r9 = fma(s9, right, r9);
      let s10 = vec4f(subgroupBroadcast(v10, 0u)); l10 = fma(s10, left, l10); r10 = fma(s10, right, r10);
      let s11 = vec4f(subgroupBroadcast(v11, 0u)); l11 = fma(s11, left, l11); r11 = fma(s11, right, r11);
      let s12 = vec4f(subgroupBroadcast(v12, 0u)); l12 = fma(s12, left, l12); r12 = fma(s12, right, r12);
      let s13 = vec4f(subgroupBroadcast(v13, 0u)); l13 = fma(s13, left, l13); r13 = fma(s13, right, r13);
      let s14 = vec4f(subgroupBroadcast(v14, 0u)); l14 = fma(s14, left, l14); r14 = fma(s14, right, r14);
      let s15 = vec4f(subgroupBroadcast(v15, 0u)); l15 = fma(s15, left, l15); r15 = fma(s15, right, r15);
    }
    {
      let at = min(k + 1u, lastDepth) * params.n;
      let left = vec4f(b[at + b0], b[at + b1], b[at + b2], b[at + b3]);
      let right = vec4f(b[at + b4], b[at + b5], b[at + b6], b[at + b7]);
      let s0 = vec4f(subgroupBroadcast(v0, 1u)); l0 = fma(s0, left, l0); r0 = fma(s0, right, r0);
      let s1 = vec4f(subgroupBroadcast(v1, 1u)); l1 = fma(s1, left, l1); r1 = fma(s1, right, r1);
      let s2 = vec4f(subgroupBroadcast(v2, 1u)); l2 = fma(s2, left, l2); r2 = fma(s2, right, r2);
      let s3 = vec4f(subgroupBroadcast(v3, 1u)); l3 = fma(s3, left, l3); r3 = fma(s3, right, r3);
      let s4 = vec4f(subgroupBroadcast(v4, 1u)); l4 = fma(s4, left, l4); r4 = fma(s4, right, r4);
      let s5 = vec4f(subgroupBroadcast(v5, 1u)); l5 = fma(s5, left, l5); r5 = fma(s5, right, r5);
      let s6 = vec4f(subgroupBroadcast(v6, 1u)); l6 = fma(s6, left, l6); r6 = fma(s6, right, r6);
      let s7 = vec4f(subgroupBroadcast(v7, 1u)); l7 = fma(s7, left, l7); r7 = fma(s7, right, r7);
      let s8 = vec4f(subgroupBroadcast(v8, 1u)); l8 = fma(s8, left, l8); r8 = fma(s8, right, r8);
      let s9 = vec4f(subgroupBroadcast(v9, 1u)); l9 = fma(s9, left, l9); r9 = fma(s9, right, r9);
      let s10 = vec4f(subgroupBroadcast(v10, 1u)); l10 = fma(s10, left, l10); r10 = fma(s10, right, r10);
      let s11 = vec4f(subgroupBroadcast(v11, 1u)); l11 = fma(s11, left, l11); r11 = fma(s11, right, r11);
      let s12 = vec4f(subgroupBroadcast(v12, 1u)); l12 = fma(s12, left, l12); r12 = fma(s12, right, r12);
      let s13 = vec4f(subgroupBroadcast(v13, 1u)); l13 = fma(s13, left, l13); r13 = fma(s13, right, r13);
      let s14 = vec4f(subgroupBroadcast(v14, 1u)); l14 = fma(s14, left, l14); r14 = fma(s14, right, r14);
      let s15 = vec4f(subgroupBroadcast(v15, 1u)); l15 = fma(s15, left, l15); r15 = fma(s15, right, r15);
    }
    {
      let at = min(k + 2u, lastDepth) * params.n;
      let left = vec4f(b[at + b0], b[at + b1], b[at + b2], b[at + b3]);
      let right = vec4f(b[at + b4], b[at + b5], b[at + b6], b[at + b7]);
      let s0 = vec4f(subgroupBroadcast(v0, 2u)); l0 = fma(s0, left, l0); r0 = fma(s0, right, r0);
      let s1 = vec4f(subgroupBroadcast(v1, 2u)); l1 = fma(s1, left, l1); r1 = fma(s1, right, r1);
      let s2 = vec4f(subgroupBroadcast(v2, 2u)); l2 = fma(s2, left, l2); r2 = fma(s2, right, r2);
      let s3 = vec4f(subgroupBroadcast(v3, 2u)); l3 = fma(s3, left, l3); r3 = fma(s3, right, r3);
      let s4 = vec4f(subgroupBroadcast(v4, 2u)); l4 = fma(s4, left, l4); r4 = fma(s4, right, r4);
      let s5 = vec4f(subgroupBroadcast(v5, 2u)); l5 = fma(s5, left, l5); r5 = fma(s5, right, r5);
      let s6 = vec4f(subgroupBroadcast(v6, 2u)); l6 = fma(s6, left, l6); r6 = fma(s6, right, r6);
      let s7 = vec4f(subgroupBroadcast(v7, 2u)); l7 = fma(s7, left, l7); r7 = fma(s7, right, r7);
      let s8 = vec4f(subgroupBroadcast(v8, 2u)); l8 = fma(s8, left, l8); r8 = fma(s8, right, r8);
      let s9 = vec4f(subgroupBroadcast(v9, 2u)); l9 = fma(s9, left, l9); r9 = fma(s9, right, r9);
      let s10 = vec4f(subgroupBroadcast(v10, 2u)); l10 = fma(s10, left, l10); r10 = fma(s10, right, r10);
      let s11 = vec4f(subgroupBroadcast(v11, 2u)); l11 = fma(s11, left, l11); r11 = fma(s11, right, r11);
      let s12 = vec4f(subgroupBroadcast(v12, 2u)); l12 = fma(s12, left, l12); r12 = fma(s12, right, r12);
      let s13 = vec4f(subgroupBroadcast(v13, 2u)); l13 = fma(s13, left, l13); r13 = fma(s13, right, r13);
      let s14 = vec4f(subgroupBroadcast(v14, 2u)); l14 = fma(s14, left, l14); r14 = fma(s14, right, r14);
      let s15 = vec4f(subgroupBroadcast(v15, 2u)); l15 = fma(s15, left, l15); r15 = fma(s15, right, r15);
    }
    {
      let at = min(k + 3u, lastDepth) * params.n;
      let left = vec4f(b[at + b0], b[at + b1], b[at + b2], b[at + b3]);
      let right = vec4f(b[at + b4], b[at + b5], b[at + b6], b[at + b7]);
      let s0 = vec4f(subgroupBroadcast(v0, 3u)); l0 = fma(s0, left, l0); r0 = fma(s0, right, r0);
      let s1 = vec4f(subgroupBroadcast(v1, 3u)); l1 = fma(s1, left, l1); r1 = fma(s1, right, r1);
      let s2 = vec4f(subgroupBroadcast(v2, 3u)); l2 = fma(s2, left, l2); r2 = fma(s2, right, r2);
      let s3 = vec4f(subgroupBroadcast(v3, 3u)); l3 = fma(s3, left, l3); r3 = fma(s3, right, r3);
      let s4 = vec4f(subgroupBroadcast(v4, 3u)); l4 = fma(s4, left, l4); r4 = fma(s4, right, r4);
      let s5 = vec4f(subgroupBroadcast(v5, 3u)); l5 = fma(s5, left, l5); r5 = fma(s5, right, r5);
      let s6 = vec4f(subgroupBroadcast(v6, 3u)); l6 = fma(s6, left, l6); r6 = fma(s6, right, r6);
      let s7 = vec4f(subgroupBroadcast(v7, 3u)); l7 = fma(s7, left, l7); r7 = fma(s7, right, r7);
      let s8 = vec4f(subgroupBroadcast(v8, 3u)); l8 = fma(s8, left, l8); r8 = fma(s8, right, r8);
      let s9 = vec4f(subgroupBroadcast(v9, 3u)); l9 = fma(s9, left, l9); r9 = fma(s9, right, r9);
      let s10 = vec4f(subgroupBroadcast(v10, 3u)); l10 = fma(s10, left, l10); r10 = fma(s10, right, r10);
      let s11 = vec4f(subgroupBroadcast(v11, 3u)); l11 = fma(s11, left, l11); r11 = fma(s11, right, r11);
      let s12 = vec4f(subgroupBroadcast(v12, 3u)); l12 = fma(s12, left, l12); r12 = fma(s12, right, r12);
      let s13 = vec4f(subgroupBroadcast(v13, 3u)); l13 = fma(s13, left, l13); r13 = fma(s13, right, r13);
      let s14 = vec4f(subgroupBroadcast(v14, 3u)); l14 = fma(s14, left, l14); r14 = fma(s14, right, r14);
      let s15 = vec4f(subgroupBroadcast(v15, 3u)); l15 = fma(s15, left, l15); r15 = fma(s15, right, r15);
    }
  }

  @if(nt)
  for (var k = 0u; k < params.k; k += 4u) {
    let depth = min(k + lane, lastDepth);
    let live = select(0.0, 1.0, k + lane < params.k);
    let v0 = a[a0 + depth] * live;
    let v1 = a[a1 + depth] * live;
    let v2 = a[a2 + depth] * live;
    let v3 = a[a3 + depth] * live;
    let v4 = a[a4 + depth] * live;
    let v5 = a[a5 + depth] * live;
    let v6 = a[a6 + depth] * live;
    let v7 = a[a7 + depth] * live;
    let v8 = a[a8 + depth] * live;
    let v9 = a[a9 + depth] * live;
    let v10 = a[a10 + depth] * live;
    let v11 = a[a11 + depth] * live;
    let v12 = a[a12 + depth] * live;
    let v13 = a[a13 + depth] * live;
    let v14 = a[a14 + depth] * live;
    let v15 = a[a15 + depth] * live;
    let w0 = turned(vec4f(b[min(first + 0u, lastColumn) * params.k + depth], b[min(first + 1u, lastColumn) * params.k + depth], b[min(first + 2u, lastColumn) * params.k + depth], b[min(first + 3u, lastColumn) * params.k + depth]), lane);
    let w1 = turned(vec4f(b[min(first + 4u, lastColumn) * params.k + depth], b[min(first + 5u, lastColumn) * params.k + depth], b[min(first + 6u, lastColumn) * params.k + depth], b[min(first + 7u, lastColumn) * params.k + depth]), lane);
    let w2 = turned(vec4f(b[min(first + 8u, lastColumn) * params.k + depth], b[min(first + 9u, lastColumn) * params.k + depth], b[min(first + 10u, lastColumn) * params.k + depth], b[min(first + 11u, lastColumn) * params.k + depth]), lane);
    let w3 = turned(vec4f(b[min(first + 12u, lastColumn) * params.k + depth], b[min(first + 13u, lastColumn) * params.k + depth], b[min(first + 14u, lastColumn) * params.k + depth], b[min(first + 15u, lastColumn) * params.k + depth]), lane);
    let w4 = turned(vec4f(b[min(first + 16u, lastColumn) * params.k + depth], b[min(first + 17u, lastColumn) * params.k + depth], b[min(first + 18u, lastColumn) * params.k + depth], b[min(first + 19u, lastColumn) * params.k + depth]), lane);
    let w5 = turned(vec4f(b[min(first + 20u, lastColumn) * params.k + depth], b[min(first + 21u, lastColumn) * params.k + depth], b[min(first + 22u, lastColumn) * params.k + depth], b[min(first + 23u, lastColumn) * params.k + depth]), lane);
    let w6 = turned(vec4f(b[min(first + 24u, lastColumn) * params.k + depth], b[min(first + 25u, lastColumn) * params.k + depth], b[min(first + 26u, lastColumn) * params.k + depth], b[min(first + 27u, lastColumn) * params.k + depth]), lane);
    let w7 = turned(vec4f(b[min(first + 28u, lastColumn) * params.k + depth], b[min(first + 29u, lastColumn) * params.k + depth], b[min(first + 30u, lastColumn) * params.k + depth], b[min(first + 31u, lastColumn) * params.k + depth]), lane);
    {
      let left = vec4f(w0.x, w1.x, w2.x, w3.x);
      let right = vec4f(w4.x, w5.x, w6.x, w7.x);
      let s0 = vec4f(subgroupBroadcast(v0, 0u)); l0 = fma(s0, left, l0); r0 = fma(s0, right, r0);
      let s1 = vec4f(subgroupBroadcast(v1, 0u)); l1 = fma(s1, left, l1); r1 = fma(s1, right, r1);
      let s2 = vec4f(subgroupBroadcast(v2, 0u)); l2 = fma(s2, left, l2); r2 = fma(s2, right, r2);
      let s3 = vec4f(subgroupBroadcast(v3, 0u)); l3 = fma(s3, left, l3); r3 = fma(s3, right, r3);
      let s4 = vec4f(subgroupBroadcast(v4, 0u)); l4 = fma(s4, left, l4); r4 = fma(s4, right, r4);
      let s5 = vec4f(subgroupBroadcast(v5, 0u)); l5 = fma(s5, left, l5); r5 = fma(s5, right, r5);
      let s6 = vec4f(subgroupBroadcast(v6, 0u)); l6 = fma(s6, left, l6); r6 = fma(s6, right, r6);
      let s7 = vec4f(subgroupBroadcast(v7, 0u)); l7 = fma(s7, left, l7); r7 = fma(s7, right, r7);
      let s8 = vec4f(subgroupBroadcast(v8, 0u)); l8 = fma(s8, left, l8); r8 = fma(s8, right, r8);
      let s9 = vec4f(subgroupBroadcast(v9, 0u)); l9 = fma(s9, left, l9); r9 = fma(s9, right, r9);
      let s10 = vec4f(subgroupBroadcast(v10, 0u)); l10 = fma(s10, left, l10); r10 = fma(s10, right, r10);
      let s11 = vec4f(subgroupBroadcast(v11, 0u)); l11 = fma(s11, left, l11); r11 = fma(s11, right, r11);
      let s12 = vec4f(subgroupBroadcast(v12, 0u)); l12 = fma(s12, left, l12); r12 = fma(s12, right, r12);
      let s13 = vec4f(subgroupBroadcast(v13, 0u)); l13 = fma(s13, left, l13); r13 = fma(s13, right, r13);
      let s14 = vec4f(subgroupBroadcast(v14, 0u)); l14 = fma(s14, left, l14); r14 = fma(s14, right, r14);
      let s15 = vec4f(subgroupBroadcast(v15, 0u)); l15 = fma(s15, left, l15); r15 = fma(s15, right, r15);
    }
    {
      let left = vec4f(w0.y, w1.y, w2.y, w3.y);
      let right = vec4f(w4.y, w5.y, w6.y, w7.y);
      let s0 = vec4f(subgroupBroadcast(v0, 1u)); l0 = fma(s0, left, l0); r0 = fma(s0, right, r0);
      let s1 = vec4f(subgroupBroadcast(v1, 1u)); l1 = fma(s1, left, l1); r1 = fma(s1, right, r1);
      let s2 = vec4f(subgroupBroadcast(v2, 1u)); l2 = fma(s2, left, l2); r2 = fma(s2, right, r2);
      let s3 = vec4f(subgroupBroadcast(v3, 1u)); l3 = fma(s3, left, l3); r3 = fma(s3, right, r3);
      let s4 = vec4f(subgroupBroadcast(v4, 1u)); l4 = fma(s4, left, l4); r4 = fma(s4, right, r4);
      let s5 = vec4f(subgroupBroadcast(v5, 1u)); l5 = fma(s5, left, l5); r5 = fma(s5, right, r5);
      let s6 = vec4f(subgroupBroadcast(v6, 1u)); l6 = fma(s6, left, l6); r6 = fma(s6, right, r6);
      let s7 = vec4f(subgroupBroadcast(v7, 1u)); l7 = fma(s7, left, l7); r7 = fma(s7, right, r7);
      let s8 = vec4f(subgroupBroadcast(v8, 1u)); l8 = fma(s8, left, l8); r8 = fma(s8, right, r8);
      let s9 = vec4f(subgroupBroadcast(v9, 1u)); l9 = fma(s9, left, l9); r9 = fma(s9, right, r9);
      let s10 = vec4f(subgroupBroadcast(v10, 1u)); l10 = fma(s10, left, l10); r10 = fma(s10, right, r10);
      let s11 = vec4f(subgroupBroadcast(v11, 1u)); l11 = fma(s11, left, l11); r11 = fma(s11, right, r11);
      let s12 = vec4f(subgroupBroadcast(v12, 1u)); l12 = fma(s12, left, l12); r12 = fma(s12, right, r12);
      let s13 = vec4f(subgroupBroadcast(v13, 1u)); l13 = fma(s13, left, l13); r13 = fma(s13, right, r13);
      let s14 = vec4f(subgroupBroadcast(v14, 1u)); l14 = fma(s14, left, l14); r14 = fma(s14, right, r14);
      let s15 = vec4f(subgroupBroadcast(v15, 1u)); l15 = fma(s15, left, l15); r15 = fma(s15, right, r15);
    }
    {
      let left = vec4f(w0.z, w1.z, w2.z, w3.z);
      let right = vec4f(w4.z, w5.z, w6.z, w7.z);
      let s0 = vec4f(subgroupBroadcast(v0, 2u)); l0 = fma(s0, left, l0); r0 = fma(s0, right, r0);
      let s1 = vec4f(subgroupBroadcast(v1, 2u)); l1 = fma(s1, left, l1); r1 = fma(s1, right, r1);
      let s2 = vec4f(subgroupBroadcast(v2, 2u)); l2 = fma(s2, left, l2); r2 = fma(s2, right, r2);
      let s3 = vec4f(subgroupBroadcast(v3, 2u)); l3 = fma(s3, left, l3); r3 = fma(s3, right, r3);
      let s4 = vec4f(subgroupBroadcast(v4, 2u)); l4 = fma(s4, left, l4); r4 = fma(s4, right, r4);
      let s5 = vec4f(subgroupBroadcast(v5, 2u)); l5 = fma(s5, left, l5); r5 = fma(s5, right, r5);
      let s6 = vec4f(subgroupBroadcast(v6, 2u)); l6 = fma(s6, left, l6); r6 = fma(s6, right, r6);
      let s7 = vec4f(subgroupBroadcast(v7, 2u)); l7 = fma(s7, left, l7); r7 = fma(s7, right, r7);
      let s8 = vec4f(subgroupBroadcast(v8, 2u)); l8 = fma(s8, left, l8); r8 = fma(s8, right, r8);
      let s9 = vec4f(subgroupBroadcast(v9, 2u)); l9 = fma(s9, left, l9); r9 = fma(s9, right, r9);
      let s10 = vec4f(subgroupBroadcast(v10, 2u)); l10 = fma(s10, left, l10); r10 = fma(s10, right, r10);
      let s11 = vec4f(subgroupBroadcast(v11, 2u)); l11 = fma(s11, left, l11); r11 = fma(s11, right, r11);
      let s12 = vec4f(subgroupBroadcast(v12, 2u)); l12 = fma(s12, left, l12); r12 = fma(s12, right, r12);
      let s13 = vec4f(subgroupBroadcast(v13, 2u)); l13 = fma(s13, left, l13); r13 = fma(s13, right, r13);
      let s14 = vec4f(subgroupBroadcast(v14, 2u)); l14 = fma(s14, left, l14); r14 = fma(s14, right, r14);
      let s15 = vec4f(subgroupBroadcast(v15, 2u)); l15 = fma(s15, left, l15); r15 = fma(s15, right, r15);
    }
    {
      let left = vec4f(w0.w, w1.w, w2.w, w3.w);
      let right = vec4f(w4.w, w5.w, w6.w, w7.w);
      let s0 = vec4f(subgroupBroadcast(v0, 3u)); l0 = fma(s0, left, l0); r0 = fma(s0, right, r0);
      let s1 = vec4f(subgroupBroadcast(v1, 3u)); l1 = fma(s1, left, l1); r1 = fma(s1, right, r1);
      let s2 = vec4f(subgroupBroadcast(v2, 3u)); l2 = fma(s2, left, l2); r2 = fma(s2, right, r2);
      let s3 = vec4f(subgroupBroadcast(v3, 3u)); l3 = fma(s3, left, l3); r3 = fma(s3, right, r3);
      let s4 = vec4f(subgroupBroadcast(v4, 3u)); l4 = fma(s4, left, l4); r4 = fma(s4, right, r4);
      let s5 = vec4f(subgroupBroadcast(v5, 3u)); l5 = fma(s5, left, l5); r5 = fma(s5, right, r5);
      let s6 = vec4f(subgroupBroadcast(v6, 3u)); l6 = fma(s6, left, l6); r6 = fma(s6, right, r6);
      let s7 = vec4f(subgroupBroadcast(v7, 3u)); l7 = fma(s7, left, l7); r7 = fma(s7, right, r7);
      let s8 = vec4f(subgroupBroadcast(v8, 3u)); l8 = fma(s8, left, l8); r8 = fma(s8, right, r8);
      let s9 = vec4f(subgroupBroadcast(v9, 3u)); l9 = fma(s9, left, l9); r9 = fma(s9, right, r9);
      let s10 = vec4f(subgroupBroadcast(v10, 3u)); l10 = fma(s10, left, l10); r10 = fma(s10, right, r10);
      let s11 = vec4f(subgroupBroadcast(v11, 3u)); l11 = fma(s11, left, l11); r11 = fma(s11, right, r11);
      let s12 = vec4f(subgroupBroadcast(v12, 3u)); l12 = fma(s12, left, l12); r12 = fma(s12, right, r12);
      let s13 = vec4f(subgroupBroadcast(v13, 3u)); l13 = fma(s13, left, l13); r13 = fma(s13, right, r13);
      let s14 = vec4f(subgroupBroadcast(v14, 3u)); l14 = fma(s14, left, l14); r14 = fma(s14, right, r14);
      let s15 = vec4f(subgroupBroadcast(v15, 3u)); l15 = fma(s15, left, l15); r15 = fma(s15, right, r15);
    }
  }

  @if(tn)
  for (var k = 0u; k < params.k; k++) {
    let start = k * params.m;
    let at = k * params.n;
    let left = vec4f(b[at + b0], b[at + b1], b[at + b2], b[at + b3]);
    let right = vec4f(b[at + b4], b[at + b5], b[at + b6], b[at + b7]);
    let v0 = a[start + min(row + 0u + lane, lastRow)];
    let v1 = a[start + min(row + 4u + lane, lastRow)];
    let v2 = a[start + min(row + 8u + lane, lastRow)];
    let v3 = a[start + min(row + 12u + lane, lastRow)];
    let s0 = vec4f(subgroupBroadcast(v0, 0u)); l0 = fma(s0, left, l0); r0 = fma(s0, right, r0);
    let s1 = vec4f(subgroupBroadcast(v0, 1u)); l1 = fma(s1, left, l1); r1 = fma(s1, right, r1);
    let s2 = vec4f(subgroupBroadcast(v0, 2u)); l2 = fma(s2, left, l2); r2 = fma(s2, right, r2);
    let s3 = vec4f(subgroupBroadcast(v0, 3u)); l3 = fma(s3, left, l3); r3 = fma(s3, right, r3);
    let s4 = vec4f(subgroupBroadcast(v1, 0u)); l4 = fma(s4, left, l4); r4 = fma(s4, right, r4);
    let s5 = vec4f(subgroupBroadcast(v1, 1u)); l5 = fma(s5, left, l5); r5 = fma(s5, right, r5);
    let s6 = vec4f(subgroupBroadcast(v1, 2u)); l6 = fma(s6, left, l6); r6 = fma(s6, right, r6);
    let s7 = vec4f(subgroupBroadcast(v1, 3u)); l7 = fma(s7, left, l7); r7 = fma(s7, right, r7);
    let s8 = vec4f(subgroupBroadcast(v2, 0u)); l8 = fma(s8, left, l8); r8 = fma(s8, right, r8);
    let s9 = vec4f(subgroupBroadcast(v2, 1u)); l9 = fma(s9, left, l9); r9 = fma(s9, right, r9);
    let s10 = vec4f(subgroupBroadcast(v2, 2u)); l10 = fma(s10, left, l10); r10 = fma(s10, right, r10);
    let s11 = vec4f(subgroupBroadcast(v2, 3u)); l11 = fma(s11, left, l11); r11 = fma(s11, right, r11);
    let s12 = vec4f(subgroupBroadcast(v3, 0u)); l12 = fma(s12, left, l12); r12 = fma(s12, right, r12);
    let s13 = vec4f(subgroupBroadcast(v3, 1u)); l13 = fma(s13, left, l13); r13 = fma(s13, right, r13);
    let s14 = vec4f(subgroupBroadcast(v3, 2u)); l14 = fma(s14, left, l14); r14 = fma(s14, right, r14);
    let s15 = vec4f(subgroupBroadcast(v3, 3u)); l15 = fma(s15, left, l15); r15 = fma(s15, right, r15);
  }

  // One loop instead of sixteen copies of it: compiling costs more than this.
  var tile: array<vec4f, 32>;
  tile[0] = l0; tile[1] = r0;
  tile[2] = l1; tile[3] = r1;
  tile[4] = l2; tile[5] = r2;
  tile[6] = l3; tile[7] = r3;
  tile[8] = l4; tile[9] = r4;
  tile[10] = l5; tile[11] = r5;
  tile[12] = l6; tile[13] = r6;
  tile[14] = l7; tile[15] = r7;
  tile[16] = l8; tile[17] = r8;
  tile[18] = l9; tile[19] = r9;
  tile[20] = l10; tile[21] = r10;
  tile[22] = l11; tile[23] = r11;
  tile[24] = l12; tile[25] = r12;
  tile[26] = l13; tile[27] = r13;
  tile[28] = l14; tile[29] = r14;
  tile[30] = l15; tile[31] = r15;
  for (var i = 0u; i < min(16u, params.m - row); i++) { put(row + i, column, tile[2u * i], tile[2u * i + 1u]); }
}
