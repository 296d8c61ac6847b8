// The gradient of attention_forward.wgsl in the keys and values, after attention_query_gradient.wgsl has left delta:
// over the queries i that may read key j and the heads h that share its key head,
//
//   dv[j] = sum_(i,h) p[i, j] dout[i, h]
//   dk[j] = sum_(i,h) p[i, j] (dout[i, h] . v[j] - delta[i, h]) q[i, h] / sqrt(headDim)
//
// Written to the key and value parts of dqkv. One invocation takes four keys of one key head and four queries at a time,
// in order: no atomics. Four neighbouring invocations walk the same queries. Shapes as in attention_query_gradient.wgsl.
import constants::quads;
import package::lib::grid::flatIndex;
import package::lib::packed_attention::BLOCK;
import package::lib::packed_attention::readers;

@if(lanes) enable subgroups;
@if(lanes) diagnostic(off, subgroup_uniformity);

struct Params {
  tokens: u32,
  heads: u32,
  kvHeads: u32,
  headDim: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> spans: array<vec4u>;
@group(0) @binding(2) var<storage, read> ranges: array<vec4u>;
@if(vec4) @group(0) @binding(3) var<storage, read> qkv: array<vec4f>;
@if(!vec4) @group(0) @binding(3) var<storage, read> qkv: array<f32>;
@if(vec4) @group(0) @binding(4) var<storage, read> dout: array<vec4f>;
@if(!vec4) @group(0) @binding(4) var<storage, read> dout: array<f32>;
@group(0) @binding(5) var<storage, read> lse: array<f32>;
@group(0) @binding(6) var<storage, read> delta: array<f32>;
@if(vec4) @group(0) @binding(7) var<storage, read_write> dqkv: array<vec4f>;
@if(!vec4) @group(0) @binding(7) var<storage, read_write> dqkv: array<f32>;

/** Elements 4 quad .. 4 quad + 3 of the head that starts at `start`; past its end, zeros. */
@if(vec4)
fn load(start: u32, quad: u32) -> vec4f {
  return qkv[start / 4u + quad];
}
@if(!vec4)
fn load(start: u32, quad: u32) -> vec4f {
  let at = start + 4u * quad;
  let left = params.headDim - 4u * quad;
  return vec4f(
    qkv[at],
    select(0.0, qkv[at + 1u], left > 1u),
    select(0.0, qkv[at + 2u], left > 2u),
    select(0.0, qkv[at + 3u], left > 3u),
  );
}
@if(vec4)
fn loadGradient(start: u32, quad: u32) -> vec4f {
  return dout[start / 4u + quad];
}
@if(!vec4)
fn loadGradient(start: u32, quad: u32) -> vec4f {
  let at = start + 4u * quad;
  let left = params.headDim - 4u * quad;
  return vec4f(
    dout[at],
    select(0.0, dout[at + 1u], left > 1u),
    select(0.0, dout[at + 2u], left > 2u),
    select(0.0, dout[at + 3u], left > 3u),
  );
}

/** The same for a head that the four lanes of a quad load together: one value each, handed round. */
@if(lanes)
fn loadShared(start: u32, quad: u32, lane: u32) -> vec4f {
  let own = qkv[start + 4u * quad + lane];
  return vec4f(quadBroadcast(own, 0u), quadBroadcast(own, 1u), quadBroadcast(own, 2u), quadBroadcast(own, 3u));
}
@if(!lanes)
fn loadShared(start: u32, quad: u32, lane: u32) -> vec4f {
  return load(start, quad);
}

/** The same for a head that the four lanes of a quad load together: one value each, handed round. */
@if(lanes)
fn loadGradientShared(start: u32, quad: u32, lane: u32) -> vec4f {
  let own = dout[start + 4u * quad + lane];
  return vec4f(quadBroadcast(own, 0u), quadBroadcast(own, 1u), quadBroadcast(own, 2u), quadBroadcast(own, 3u));
}
@if(!lanes)
fn loadGradientShared(start: u32, quad: u32, lane: u32) -> vec4f {
  return loadGradient(start, quad);
}

@if(vec4)
fn save(start: u32, quad: u32, value: vec4f) {
  dqkv[start / 4u + quad] = value;
}
@if(!vec4)
fn save(start: u32, quad: u32, value: vec4f) {
  for (var i = 0u; i < min(4u, params.headDim - 4u * quad); i++) { dqkv[start + 4u * quad + i] = value[i]; }
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) counts: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let item = flatIndex(group, counts, local, 64u);
  let piece = (item >> 2u) / params.kvHeads;
  let kvHead = (item >> 2u) % params.kvHeads;
  let lane = item & 3u;
  if (BLOCK * piece >= params.tokens) { return; }
  // Past the batch, the last token is read again and nothing is written: lanes of a quad stay together.
  let last = params.tokens - 1u;
  let start0 = BLOCK * piece + 4u * lane;
  let mine = min(4u, max(start0, params.tokens) - start0);
  let t0 = min(start0, last);
  let t1 = min(t0 + 1u, last);
  let t2 = min(t0 + 2u, last);
  let t3 = min(t0 + 3u, last);
  let end0 = spans[t0].w;
  let end1 = spans[t1].w;
  let end2 = spans[t2].w;
  let end3 = spans[t3].w;
  let high = ranges[piece].w;

  let d = params.headDim;
  let width = (params.heads + 2u * params.kvHeads) * d;
  let perGroup = params.heads / params.kvHeads;
  let keyAt = (params.heads + kvHead) * d;
  let toValue = params.kvHeads * d;
  let quadCount = (d + 3u) / 4u;
  let scale = inverseSqrt(f32(d));

  var keys: array<vec4f, 4 * quads>;
  var values: array<vec4f, 4 * quads>;
  var keySums: array<vec4f, 4 * quads>;
  var valueSums: array<vec4f, 4 * quads>;
  for (var i = 0u; i < 4u; i++) {
    let start = min(t0 + i, last) * width + keyAt;
    for (var quad = 0u; quad < quadCount; quad++) {
      keys[4u * quad + i] = load(start, quad) * scale;
      values[4u * quad + i] = load(start + toValue, quad);
      keySums[4u * quad + i] = vec4f();
      valueSums[4u * quad + i] = vec4f();
    }
  }

  for (var head = kvHead * perGroup; head < (kvHead + 1u) * perGroup; head++) {
    for (var i = piece * BLOCK; i < high; i += 4u) {
      let queries = vec4u(i, i + 1u, i + 2u, i + 3u);
      let rows = min(queries, vec4u(high - 1u));
      let q = rows * width + head * d;
      let o = (rows * params.heads + head) * d;
      let l = rows * params.heads + head;
      let logs = vec4f(lse[l.x], lse[l.y], lse[l.z], lse[l.w]);
      let products = vec4f(delta[l.x], delta[l.y], delta[l.z], delta[l.w]);
      // s: scores of four keys with four queries; g: dout . v.
      var s0 = vec4f();
      var s1 = vec4f();
      var s2 = vec4f();
      var s3 = vec4f();
      var g0 = vec4f();
      var g1 = vec4f();
      var g2 = vec4f();
      var g3 = vec4f();
      for (var quad = 0u; quad < quadCount; quad++) {
        let a = mat4x4f(
          loadShared(q.x, quad, lane),
          loadShared(q.y, quad, lane),
          loadShared(q.z, quad, lane),
          loadShared(q.w, quad, lane),
        );
        s0 += keys[4u * quad] * a;
        s1 += keys[4u * quad + 1u] * a;
        s2 += keys[4u * quad + 2u] * a;
        s3 += keys[4u * quad + 3u] * a;
        let b = mat4x4f(
          loadGradientShared(o.x, quad, lane),
          loadGradientShared(o.y, quad, lane),
          loadGradientShared(o.z, quad, lane),
          loadGradientShared(o.w, quad, lane),
        );
        g0 += values[4u * quad] * b;
        g1 += values[4u * quad + 1u] * b;
        g2 += values[4u * quad + 2u] * b;
        g3 += values[4u * quad + 3u] * b;
      }
      // p is at most 1; for a query that may not read the key it could be far above it.
      let zero = vec4f();
      s0 = select(zero, exp(min(s0 - logs, zero)), readers(queries, t0, end0));
      s1 = select(zero, exp(min(s1 - logs, zero)), readers(queries, t1, end1));
      s2 = select(zero, exp(min(s2 - logs, zero)), readers(queries, t2, end2));
      s3 = select(zero, exp(min(s3 - logs, zero)), readers(queries, t3, end3));
      g0 = s0 * (g0 - products);
      g1 = s1 * (g1 - products);
      g2 = s2 * (g2 - products);
      g3 = s3 * (g3 - products);
      for (var quad = 0u; quad < quadCount; quad++) {
        let b = mat4x4f(
          loadGradientShared(o.x, quad, lane),
          loadGradientShared(o.y, quad, lane),
          loadGradientShared(o.z, quad, lane),
          loadGradientShared(o.w, quad, lane),
        );
        valueSums[4u * quad] += b * s0;
        valueSums[4u * quad + 1u] += b * s1;
        valueSums[4u * quad + 2u] += b * s2;
        valueSums[4u * quad + 3u] += b * s3;
        let a = mat4x4f(
          loadShared(q.x, quad, lane),
          loadShared(q.y, quad, lane),
          loadShared(q.z, quad, lane),
          loadShared(q.w, quad, lane),
        );
        keySums[4u * quad] += a * g0;
        keySums[4u * quad + 1u] += a * g1;
        keySums[4u * quad + 2u] += a * g2;
        keySums[4u * quad + 3u] += a * g3;
      }
    }
  }

  for (var i = 0u; i < mine; i++) {
    let start = (t0 + i) * width + keyAt;
    for (var quad = 0u; quad < quadCount; quad++) {
      save(start, quad, keySums[4u * quad + i] * scale);
      save(start + toValue, quad, valueSums[4u * quad + i]);
    }
  }
}
