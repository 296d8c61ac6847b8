// The gradient of attention_forward.wgsl in the queries, and delta[t, h] = dout[t, h] . out[t, h], which the pass over the
// keys (attention_key_gradient.wgsl) needs too: with p[t, j] = exp(s[t, j] - lse[t]), recomputed here,
//
//   dq[t, h] = sum_j p[t, j] (dout[t, h] . v[j, g] - delta[t, h]) k[j, g] / sqrt(headDim)
//
// Written to the query part of dqkv [tokens, (heads + 2 kvHeads) headDim]; dout, out [tokens, heads headDim];
// lse, delta [tokens, heads]; the rest, and how invocations share the work, as in the forward pass.
// Dao et al., arXiv 2205.14135, algorithm 4.
import constants::quads;
import package::lib::grid::flatIndex;
import package::lib::packed_attention::BLOCK;
import package::lib::packed_attention::readable;

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
@if(vec4) @group(0) @binding(4) var<storage, read> out: array<vec4f>;
@if(!vec4) @group(0) @binding(4) var<storage, read> out: array<f32>;
@if(vec4) @group(0) @binding(5) var<storage, read> dout: array<vec4f>;
@if(!vec4) @group(0) @binding(5) var<storage, read> dout: array<f32>;
@group(0) @binding(6) var<storage, read> lse: array<f32>;
@group(0) @binding(7) var<storage, read_write> delta: array<f32>;
@if(vec4) @group(0) @binding(8) var<storage, read_write> dqkv: array<vec4f>;
@if(!vec4) @group(0) @binding(8) var<storage, read_write> dqkv: array<f32>;

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
@if(vec4)
fn loadOut(start: u32, quad: u32) -> vec4f {
  return out[start / 4u + quad];
}
@if(!vec4)
fn loadOut(start: u32, quad: u32) -> vec4f {
  let at = start + 4u * quad;
  let left = params.headDim - 4u * quad;
  return vec4f(
    out[at],
    select(0.0, out[at + 1u], left > 1u),
    select(0.0, out[at + 2u], left > 2u),
    select(0.0, out[at + 3u], left > 3u),
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
  let piece = (item >> 2u) / params.heads;
  let head = (item >> 2u) % params.heads;
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
  let span0 = spans[t0];
  let span1 = spans[t1];
  let span2 = spans[t2];
  let span3 = spans[t3];
  let range = ranges[piece];

  let d = params.headDim;
  let width = (params.heads + 2u * params.kvHeads) * d;
  let kvHead = head / (params.heads / params.kvHeads);
  let keyAt = (params.heads + kvHead) * d;
  let valueAt = keyAt + params.kvHeads * d;
  let quadCount = (d + 3u) / 4u;
  let scale = inverseSqrt(f32(d));

  var query: array<vec4f, 4 * quads>;
  var incoming: array<vec4f, 4 * quads>;
  var sums: array<vec4f, 4 * quads>;
  var logs = vec4f();
  var products = vec4f();
  for (var i = 0u; i < 4u; i++) {
    let t = min(t0 + i, last);
    logs[i] = lse[t * params.heads + head];
    var product = 0.0;
    for (var quad = 0u; quad < quadCount; quad++) {
      let gradient = loadGradient((t * params.heads + head) * d, quad);
      query[4u * quad + i] = load(t * width + head * d, quad) * scale;
      incoming[4u * quad + i] = gradient;
      sums[4u * quad + i] = vec4f();
      product += dot(gradient, loadOut((t * params.heads + head) * d, quad));
    }
    products[i] = product;
    if (i < mine) { delta[t * params.heads + head] = product; }
  }

  for (var part = 0u; part < 2u; part++) {
    let low = select(range.z, range.x, part == 0u);
    let high = select(min(piece * BLOCK + BLOCK, params.tokens), range.y, part == 0u);
    for (var j = low; j < high; j += 4u) {
      let j0 = j * width + keyAt;
      let j1 = min(j + 1u, high - 1u) * width + keyAt;
      let j2 = min(j + 2u, high - 1u) * width + keyAt;
      let j3 = min(j + 3u, high - 1u) * width + keyAt;
      let toValue = valueAt - keyAt;
      // s: scores; g: dout . v.
      var s0 = vec4f();
      var s1 = vec4f();
      var s2 = vec4f();
      var s3 = vec4f();
      var g0 = vec4f();
      var g1 = vec4f();
      var g2 = vec4f();
      var g3 = vec4f();
      for (var quad = 0u; quad < quadCount; quad++) {
        let k = mat4x4f(
          loadShared(j0, quad, lane),
          loadShared(j1, quad, lane),
          loadShared(j2, quad, lane),
          loadShared(j3, quad, lane),
        );
        s0 += query[4u * quad] * k;
        s1 += query[4u * quad + 1u] * k;
        s2 += query[4u * quad + 2u] * k;
        s3 += query[4u * quad + 3u] * k;
        let v = mat4x4f(
          loadShared(j0 + toValue, quad, lane),
          loadShared(j1 + toValue, quad, lane),
          loadShared(j2 + toValue, quad, lane),
          loadShared(j3 + toValue, quad, lane),
        );
        g0 += incoming[4u * quad] * v;
        g1 += incoming[4u * quad + 1u] * v;
        g2 += incoming[4u * quad + 2u] * v;
        g3 += incoming[4u * quad + 3u] * v;
      }
      // p is at most 1; a key that may not be read could be far above it.
      let keys = vec4u(j, j + 1u, j + 2u, j + 3u);
      let zero = vec4f();
      s0 = select(zero, exp(min(s0 - logs.x, zero)) * (g0 - products.x), readable(keys, span0, t0, high));
      s1 = select(zero, exp(min(s1 - logs.y, zero)) * (g1 - products.y), readable(keys, span1, t1, high));
      s2 = select(zero, exp(min(s2 - logs.z, zero)) * (g2 - products.z), readable(keys, span2, t2, high));
      s3 = select(zero, exp(min(s3 - logs.w, zero)) * (g3 - products.w), readable(keys, span3, t3, high));
      for (var quad = 0u; quad < quadCount; quad++) {
        let k = mat4x4f(
          loadShared(j0, quad, lane),
          loadShared(j1, quad, lane),
          loadShared(j2, quad, lane),
          loadShared(j3, quad, lane),
        );
        sums[4u * quad] += k * s0;
        sums[4u * quad + 1u] += k * s1;
        sums[4u * quad + 2u] += k * s2;
        sums[4u * quad + 3u] += k * s3;
      }
    }
  }

  for (var i = 0u; i < mine; i++) {
    for (var quad = 0u; quad < quadCount; quad++) {
      save((t0 + i) * width + head * d, quad, sums[4u * quad + i] * scale);
    }
  }
}
