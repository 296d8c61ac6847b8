// The gradient of attention_forward.wgsl in the queries, and delta[t, h] = dout[t, h] . out[t, h], which the pass over the
// keys (attention_key_gradient.wgsl) needs too: with p[t, j] = exp(s[t, j] - lse[t]), recomputed here,
//
//   dq[t, h] = sum_j p[t, j] (dout[t, h] . v[j, g] - delta[t, h]) k[j, g] / sqrt(headDim)
//
// Written to the query part of dqkv [tokens, (heads + 2 kvHeads) headDim]; dout, out [tokens, heads headDim];
// lse, delta [tokens, heads]; spans, qkv as in the forward pass. One invocation takes four queries of one head and eight
// keys at a time. Dao et al., arXiv 2205.14135, algorithm 4. Condition vec4: headDim is a multiple of 4.
import constants::quads;
import package::lib::grid::flatIndex;
import package::lib::packed_attention::readable;
import package::lib::packed_attention::total;

struct Params {
  tokens: u32,
  heads: u32,
  kvHeads: u32,
  headDim: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> spans: array<vec4u>;
@if(vec4) @group(0) @binding(2) var<storage, read> qkv: array<vec4f>;
@if(vec4) @group(0) @binding(3) var<storage, read> out: array<vec4f>;
@if(vec4) @group(0) @binding(4) var<storage, read> dout: array<vec4f>;
@if(!vec4) @group(0) @binding(2) var<storage, read> qkv: array<f32>;
@if(!vec4) @group(0) @binding(3) var<storage, read> out: array<f32>;
@if(!vec4) @group(0) @binding(4) var<storage, read> dout: array<f32>;
@group(0) @binding(5) var<storage, read> lse: array<f32>;
@group(0) @binding(6) var<storage, read_write> delta: array<f32>;
@if(vec4) @group(0) @binding(7) var<storage, read_write> dqkv: array<vec4f>;
@if(!vec4) @group(0) @binding(7) var<storage, read_write> dqkv: array<f32>;

/** Elements 4 quad .. 4 quad + 3 of the head that starts at `start`; past its end, zeros. */
@if(vec4)
fn load(start: u32, quad: u32) -> vec4f {
  return qkv[start / 4u + quad];
}
@if(vec4)
fn loadGradient(start: u32, quad: u32) -> vec4f {
  return dout[start / 4u + quad];
}
@if(vec4)
fn loadOut(start: u32, quad: u32) -> vec4f {
  return out[start / 4u + quad];
}
@if(!vec4)
fn load(start: u32, quad: u32) -> vec4f {
  var value = vec4f();
  for (var i = 0u; i < 4u; i++) {
    if (4u * quad + i < params.headDim) { value[i] = qkv[start + 4u * quad + i]; }
  }
  return value;
}
@if(!vec4)
fn loadGradient(start: u32, quad: u32) -> vec4f {
  var value = vec4f();
  for (var i = 0u; i < 4u; i++) {
    if (4u * quad + i < params.headDim) { value[i] = dout[start + 4u * quad + i]; }
  }
  return value;
}
@if(!vec4)
fn loadOut(start: u32, quad: u32) -> vec4f {
  var value = vec4f();
  for (var i = 0u; i < 4u; i++) {
    if (4u * quad + i < params.headDim) { value[i] = out[start + 4u * quad + i]; }
  }
  return value;
}

@if(vec4)
fn save(start: u32, quad: u32, value: vec4f) {
  dqkv[start / 4u + quad] = value;
}
@if(!vec4)
fn save(start: u32, quad: u32, value: vec4f) {
  for (var i = 0u; i < 4u; i++) {
    if (4u * quad + i < params.headDim) { dqkv[start + 4u * quad + i] = value[i]; }
  }
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) counts: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let item = flatIndex(group, counts, local, 64u);
  let head = item % params.heads;
  let t0 = item / params.heads * 4u;
  if (t0 >= params.tokens) { return; }
  let last = params.tokens - 1u;
  let t1 = min(t0 + 1u, last);
  let t2 = min(t0 + 2u, last);
  let t3 = min(t0 + 3u, last);
  let span0 = spans[t0];
  let span1 = spans[t1];
  let span2 = spans[t2];
  let span3 = spans[t3];
  var prefixLow = last + 1u;
  var prefixHigh = 0u;
  if (span0.x < span0.y) { prefixLow = min(prefixLow, span0.x); prefixHigh = max(prefixHigh, span0.y); }
  if (span1.x < span1.y) { prefixLow = min(prefixLow, span1.x); prefixHigh = max(prefixHigh, span1.y); }
  if (span2.x < span2.y) { prefixLow = min(prefixLow, span2.x); prefixHigh = max(prefixHigh, span2.y); }
  if (span3.x < span3.y) { prefixLow = min(prefixLow, span3.x); prefixHigh = max(prefixHigh, span3.y); }
  let ownLow = max(min(min(span0.z, span1.z), min(span2.z, span3.z)), prefixHigh);

  let d = params.headDim;
  let width = (params.heads + 2u * params.kvHeads) * d;
  let kvHead = head / (params.heads / params.kvHeads);
  let keyAt = (params.heads + kvHead) * d;
  let valueAt = keyAt + params.kvHeads * d;
  let q0 = t0 * width + head * d;
  let q1 = t1 * width + head * d;
  let q2 = t2 * width + head * d;
  let q3 = t3 * width + head * d;
  let outWidth = params.heads * d;
  let o0 = t0 * outWidth + head * d;
  let o1 = t1 * outWidth + head * d;
  let o2 = t2 * outWidth + head * d;
  let o3 = t3 * outWidth + head * d;
  let quadCount = (d + 3u) / 4u;
  let scale = inverseSqrt(f32(d));
  let logs = vec4f(
    lse[t0 * params.heads + head],
    lse[t1 * params.heads + head],
    lse[t2 * params.heads + head],
    lse[t3 * params.heads + head],
  );

  var sums: array<vec4f, 4 * quads>;
  for (var quad = 0u; quad < 4u * quadCount; quad++) { sums[quad] = vec4f(); }
  var products = vec4f();
  for (var quad = 0u; quad < quadCount; quad++) {
    products += vec4f(
      dot(loadGradient(o0, quad), loadOut(o0, quad)),
      dot(loadGradient(o1, quad), loadOut(o1, quad)),
      dot(loadGradient(o2, quad), loadOut(o2, quad)),
      dot(loadGradient(o3, quad), loadOut(o3, quad)),
    );
  }
  delta[t0 * params.heads + head] = products.x;
  if (t1 != t0) { delta[t1 * params.heads + head] = products.y; }
  if (t2 != t1) { delta[t2 * params.heads + head] = products.z; }
  if (t3 != t2) { delta[t3 * params.heads + head] = products.w; }

  for (var part = 0u; part < 2u; part++) {
    let low = select(ownLow, prefixLow, part == 0u);
    let high = select(t3 + 1u, prefixHigh, part == 0u);
    for (var j = low; j < high; j += 8u) {
      let end = high - 1u;
      let j0 = j * width;
      let j1 = min(j + 1u, end) * width;
      let j2 = min(j + 2u, end) * width;
      let j3 = min(j + 3u, end) * width;
      let j4 = min(j + 4u, end) * width;
      let j5 = min(j + 5u, end) * width;
      let j6 = min(j + 6u, end) * width;
      let j7 = min(j + 7u, end) * width;

      // s: scores; g: dout . v.
      var s0a = vec4f(); var s0b = vec4f(); var g0a = vec4f(); var g0b = vec4f();
      var s1a = vec4f(); var s1b = vec4f(); var g1a = vec4f(); var g1b = vec4f();
      var s2a = vec4f(); var s2b = vec4f(); var g2a = vec4f(); var g2b = vec4f();
      var s3a = vec4f(); var s3b = vec4f(); var g3a = vec4f(); var g3b = vec4f();
      for (var quad = 0u; quad < quadCount; quad++) {
        let a = mat4x4f(load(j0 + keyAt, quad), load(j1 + keyAt, quad), load(j2 + keyAt, quad), load(j3 + keyAt, quad));
        let b = mat4x4f(load(j4 + keyAt, quad), load(j5 + keyAt, quad), load(j6 + keyAt, quad), load(j7 + keyAt, quad));
        let v0 = load(q0, quad); s0a += v0 * a; s0b += v0 * b;
        let v1 = load(q1, quad); s1a += v1 * a; s1b += v1 * b;
        let v2 = load(q2, quad); s2a += v2 * a; s2b += v2 * b;
        let v3 = load(q3, quad); s3a += v3 * a; s3b += v3 * b;
      }
      for (var quad = 0u; quad < quadCount; quad++) {
        let a = mat4x4f(load(j0 + valueAt, quad), load(j1 + valueAt, quad), load(j2 + valueAt, quad), load(j3 + valueAt, quad));
        let b = mat4x4f(load(j4 + valueAt, quad), load(j5 + valueAt, quad), load(j6 + valueAt, quad), load(j7 + valueAt, quad));
        let v0 = loadGradient(o0, quad); g0a += v0 * a; g0b += v0 * b;
        let v1 = loadGradient(o1, quad); g1a += v1 * a; g1b += v1 * b;
        let v2 = loadGradient(o2, quad); g2a += v2 * a; g2b += v2 * b;
        let v3 = loadGradient(o3, quad); g3a += v3 * a; g3b += v3 * b;
      }

      let keysA = vec4u(j, j + 1u, j + 2u, j + 3u);
      let keysB = keysA + 4u;
      // p is at most 1; a key that may not be read could be far above it.
      let zero = vec4f();
      s0a = select(zero, exp(min(s0a * scale - logs.x, zero)) * (g0a - products.x) * scale, readable(keysA, span0, t0, high));
      s0b = select(zero, exp(min(s0b * scale - logs.x, zero)) * (g0b - products.x) * scale, readable(keysB, span0, t0, high));
      s1a = select(zero, exp(min(s1a * scale - logs.y, zero)) * (g1a - products.y) * scale, readable(keysA, span1, t1, high));
      s1b = select(zero, exp(min(s1b * scale - logs.y, zero)) * (g1b - products.y) * scale, readable(keysB, span1, t1, high));
      s2a = select(zero, exp(min(s2a * scale - logs.z, zero)) * (g2a - products.z) * scale, readable(keysA, span2, t2, high));
      s2b = select(zero, exp(min(s2b * scale - logs.z, zero)) * (g2b - products.z) * scale, readable(keysB, span2, t2, high));
      s3a = select(zero, exp(min(s3a * scale - logs.w, zero)) * (g3a - products.w) * scale, readable(keysA, span3, t3, high));
      s3b = select(zero, exp(min(s3b * scale - logs.w, zero)) * (g3b - products.w) * scale, readable(keysB, span3, t3, high));

      for (var quad = 0u; quad < quadCount; quad++) {
        let a = mat4x4f(load(j0 + keyAt, quad), load(j1 + keyAt, quad), load(j2 + keyAt, quad), load(j3 + keyAt, quad));
        let b = mat4x4f(load(j4 + keyAt, quad), load(j5 + keyAt, quad), load(j6 + keyAt, quad), load(j7 + keyAt, quad));
        let at = 4u * quad;
        sums[at] += a * s0a + b * s0b;
        sums[at + 1u] += a * s1a + b * s1b;
        sums[at + 2u] += a * s2a + b * s2b;
        sums[at + 3u] += a * s3a + b * s3b;
      }
    }
  }

  for (var quad = 0u; quad < quadCount; quad++) {
    let at = 4u * quad;
    save(q0, quad, sums[at]);
    if (t1 != t0) { save(q1, quad, sums[at + 1u]); }
    if (t2 != t1) { save(q2, quad, sums[at + 2u]); }
    if (t3 != t2) { save(q3, quad, sums[at + 3u]); }
  }
}
