// The gradient of attention_forward.wgsl in the keys and values, after attention_query_gradient.wgsl has left delta:
// over the queries i that may read key j and the heads h that share its key head,
//
//   dv[j] = sum_(i,h) p[i, j] dout[i, h]
//   dk[j] = sum_(i,h) p[i, j] (dout[i, h] . v[j] - delta[i, h]) q[i, h] / sqrt(headDim)
//
// Written to the key and value parts of dqkv. One invocation takes four neighbouring keys of one key head and eight
// queries at a time, in order: no atomics. Shapes as in attention_query_gradient.wgsl.
import constants::quads;
import package::lib::grid::flatIndex;
import package::lib::packed_attention::readers;

struct Params {
  tokens: u32,
  heads: u32,
  kvHeads: u32,
  headDim: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> spans: array<vec4u>;
@if(vec4) @group(0) @binding(2) var<storage, read> qkv: array<vec4f>;
@if(vec4) @group(0) @binding(3) var<storage, read> dout: array<vec4f>;
@if(!vec4) @group(0) @binding(2) var<storage, read> qkv: array<f32>;
@if(!vec4) @group(0) @binding(3) var<storage, read> dout: array<f32>;
@group(0) @binding(4) var<storage, read> lse: array<f32>;
@group(0) @binding(5) var<storage, read> delta: array<f32>;
@if(vec4) @group(0) @binding(6) var<storage, read_write> dqkv: array<vec4f>;
@if(!vec4) @group(0) @binding(6) var<storage, read_write> dqkv: array<f32>;

/** Elements 4 quad .. 4 quad + 3 of the head that starts at `start`; past its end, zeros. */
@if(vec4)
fn load(start: u32, quad: u32) -> vec4f {
  return qkv[start / 4u + quad];
}
@if(vec4)
fn loadGradient(start: u32, quad: u32) -> vec4f {
  return dout[start / 4u + quad];
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
  let kvHead = item % params.kvHeads;
  let t0 = item / params.kvHeads * 4u;
  if (t0 >= params.tokens) { return; }
  let last = params.tokens - 1u;
  let t1 = min(t0 + 1u, last);
  let t2 = min(t0 + 2u, last);
  let t3 = min(t0 + 3u, last);
  let end0 = spans[t0].w;
  let end1 = spans[t1].w;
  let end2 = spans[t2].w;
  let end3 = spans[t3].w;
  let high = max(max(end0, end1), max(end2, end3));

  let d = params.headDim;
  let width = (params.heads + 2u * params.kvHeads) * d;
  let outWidth = params.heads * d;
  let perGroup = params.heads / params.kvHeads;
  let keyAt = (params.heads + kvHead) * d;
  let toValue = params.kvHeads * d;
  let k0 = t0 * width + keyAt;
  let k1 = t1 * width + keyAt;
  let k2 = t2 * width + keyAt;
  let k3 = t3 * width + keyAt;
  let quadCount = (d + 3u) / 4u;
  let scale = inverseSqrt(f32(d));

  var keySums: array<vec4f, 4 * quads>;
  var valueSums: array<vec4f, 4 * quads>;
  for (var quad = 0u; quad < 4u * quadCount; quad++) {
    keySums[quad] = vec4f();
    valueSums[quad] = vec4f();
  }

  for (var head = kvHead * perGroup; head < (kvHead + 1u) * perGroup; head++) {
    for (var i = t0; i < high; i += 8u) {
      let queriesA = vec4u(i, i + 1u, i + 2u, i + 3u);
      let queriesB = queriesA + 4u;
      let rowsA = min(queriesA, vec4u(high - 1u));
      let rowsB = min(queriesB, vec4u(high - 1u));
      let qA = rowsA * width + head * d;
      let qB = rowsB * width + head * d;
      let oA = rowsA * outWidth + head * d;
      let oB = rowsB * outWidth + head * d;
      let lA = rowsA * params.heads + head;
      let lB = rowsB * params.heads + head;
      let logsA = vec4f(lse[lA.x], lse[lA.y], lse[lA.z], lse[lA.w]);
      let logsB = vec4f(lse[lB.x], lse[lB.y], lse[lB.z], lse[lB.w]);
      let deltaA = vec4f(delta[lA.x], delta[lA.y], delta[lA.z], delta[lA.w]);
      let deltaB = vec4f(delta[lB.x], delta[lB.y], delta[lB.z], delta[lB.w]);

      // s: scores of four keys with eight queries; g: dout . v.
      var s0a = vec4f(); var s0b = vec4f(); var g0a = vec4f(); var g0b = vec4f();
      var s1a = vec4f(); var s1b = vec4f(); var g1a = vec4f(); var g1b = vec4f();
      var s2a = vec4f(); var s2b = vec4f(); var g2a = vec4f(); var g2b = vec4f();
      var s3a = vec4f(); var s3b = vec4f(); var g3a = vec4f(); var g3b = vec4f();
      for (var quad = 0u; quad < quadCount; quad++) {
        let a = mat4x4f(load(qA.x, quad), load(qA.y, quad), load(qA.z, quad), load(qA.w, quad));
        let b = mat4x4f(load(qB.x, quad), load(qB.y, quad), load(qB.z, quad), load(qB.w, quad));
        let v0 = load(k0, quad); s0a += v0 * a; s0b += v0 * b;
        let v1 = load(k1, quad); s1a += v1 * a; s1b += v1 * b;
        let v2 = load(k2, quad); s2a += v2 * a; s2b += v2 * b;
        let v3 = load(k3, quad); s3a += v3 * a; s3b += v3 * b;
      }
      for (var quad = 0u; quad < quadCount; quad++) {
        let a = mat4x4f(loadGradient(oA.x, quad), loadGradient(oA.y, quad), loadGradient(oA.z, quad), loadGradient(oA.w, quad));
        let b = mat4x4f(loadGradient(oB.x, quad), loadGradient(oB.y, quad), loadGradient(oB.z, quad), loadGradient(oB.w, quad));
        let v0 = load(k0 + toValue, quad); g0a += v0 * a; g0b += v0 * b;
        let v1 = load(k1 + toValue, quad); g1a += v1 * a; g1b += v1 * b;
        let v2 = load(k2 + toValue, quad); g2a += v2 * a; g2b += v2 * b;
        let v3 = load(k3 + toValue, quad); g3a += v3 * a; g3b += v3 * b;
      }

      // p is at most 1; for a query that may not read the key it could be far above it.
      let zero = vec4f();
      s0a = select(zero, exp(min(s0a * scale - logsA, zero)), readers(queriesA, t0, end0));
      s0b = select(zero, exp(min(s0b * scale - logsB, zero)), readers(queriesB, t0, end0));
      s1a = select(zero, exp(min(s1a * scale - logsA, zero)), readers(queriesA, t1, end1));
      s1b = select(zero, exp(min(s1b * scale - logsB, zero)), readers(queriesB, t1, end1));
      s2a = select(zero, exp(min(s2a * scale - logsA, zero)), readers(queriesA, t2, end2));
      s2b = select(zero, exp(min(s2b * scale - logsB, zero)), readers(queriesB, t2, end2));
      s3a = select(zero, exp(min(s3a * scale - logsA, zero)), readers(queriesA, t3, end3));
      s3b = select(zero, exp(min(s3b * scale - logsB, zero)), readers(queriesB, t3, end3));
      g0a = s0a * (g0a - deltaA) * scale; g0b = s0b * (g0b - deltaB) * scale;
      g1a = s1a * (g1a - deltaA) * scale; g1b = s1b * (g1b - deltaB) * scale;
      g2a = s2a * (g2a - deltaA) * scale; g2b = s2b * (g2b - deltaB) * scale;
      g3a = s3a * (g3a - deltaA) * scale; g3b = s3b * (g3b - deltaB) * scale;

      for (var quad = 0u; quad < quadCount; quad++) {
        let at = 4u * quad;
        let a = mat4x4f(loadGradient(oA.x, quad), loadGradient(oA.y, quad), loadGradient(oA.z, quad), loadGradient(oA.w, quad));
        let b = mat4x4f(loadGradient(oB.x, quad), loadGradient(oB.y, quad), loadGradient(oB.z, quad), loadGradient(oB.w, quad));
        valueSums[at] += a * s0a + b * s0b;
        valueSums[at + 1u] += a * s1a + b * s1b;
        valueSums[at + 2u] += a * s2a + b * s2b;
        valueSums[at + 3u] += a * s3a + b * s3b;
      }
      for (var quad = 0u; quad < quadCount; quad++) {
        let at = 4u * quad;
        let a = mat4x4f(load(qA.x, quad), load(qA.y, quad), load(qA.z, quad), load(qA.w, quad));
        let b = mat4x4f(load(qB.x, quad), load(qB.y, quad), load(qB.z, quad), load(qB.w, quad));
        keySums[at] += a * g0a + b * g0b;
        keySums[at + 1u] += a * g1a + b * g1b;
        keySums[at + 2u] += a * g2a + b * g2b;
        keySums[at + 3u] += a * g3a + b * g3b;
      }
    }
  }

  for (var quad = 0u; quad < quadCount; quad++) {
    let at = 4u * quad;
    save(k0, quad, keySums[at]);
    save(k0 + toValue, quad, valueSums[at]);
    if (t1 != t0) { save(k1, quad, keySums[at + 1u]); save(k1 + toValue, quad, valueSums[at + 1u]); }
    if (t2 != t1) { save(k2, quad, keySums[at + 2u]); save(k2 + toValue, quad, valueSums[at + 2u]); }
    if (t3 != t2) { save(k3, quad, keySums[at + 3u]); save(k3 + toValue, quad, valueSums[at + 3u]); }
  }
}
