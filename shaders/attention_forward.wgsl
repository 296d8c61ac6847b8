// Causal grouped-query attention on a packed batch, one pass over the keys (online softmax):
//
//   out[t, h] = sum_j softmax_j(q[t, h] . k[j, g] / sqrt(headDim)) v[j, g],   g = h / (heads / kvHeads)
//   lse[t, h] = log sum_j exp(q[t, h] . k[j, g] / sqrt(headDim))
//
// over the keys j that t may read (lib/packed_attention.wgsl). qkv [tokens, (heads + 2 kvHeads) headDim] holds the turned
// queries, the turned keys and the values of each row; out [tokens, heads headDim]; lse [tokens, heads] is kept for the
// backward passes. One invocation takes four neighbouring queries of one head and eight keys at a time, so that every
// value loaded is used four or eight times; scores never leave registers. Condition vec4: headDim is a multiple of 4.
// Milakov and Gimelshein, arXiv 1805.02867; Dao et al., arXiv 2205.14135.
import constants::quads;
import package::lib::grid::flatIndex;
import package::lib::packed_attention::readable;
import package::lib::packed_attention::largest;
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
@if(!vec4) @group(0) @binding(2) var<storage, read> qkv: array<f32>;
@if(vec4) @group(0) @binding(3) var<storage, read_write> out: array<vec4f>;
@if(!vec4) @group(0) @binding(3) var<storage, read_write> out: array<f32>;
@group(0) @binding(4) var<storage, read_write> lse: array<f32>;

const FAR: f32 = -1e30;

/** Elements 4 quad .. 4 quad + 3 of the head that starts at `start`; past its end, zeros. */
@if(vec4)
fn load(start: u32, quad: u32) -> vec4f {
  return qkv[start / 4u + quad];
}
@if(!vec4)
fn load(start: u32, quad: u32) -> vec4f {
  var value = vec4f();
  for (var i = 0u; i < 4u; i++) {
    if (4u * quad + i < params.headDim) { value[i] = qkv[start + 4u * quad + i]; }
  }
  return value;
}

@if(vec4)
fn save(start: u32, quad: u32, value: vec4f) {
  out[start / 4u + quad] = value;
}
@if(!vec4)
fn save(start: u32, quad: u32, value: vec4f) {
  for (var i = 0u; i < 4u; i++) {
    if (4u * quad + i < params.headDim) { out[start + 4u * quad + i] = value[i]; }
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

  // The four queries' keys lie in [prefixLow, prefixHigh) and [ownLow, t3]; disjoint, so no key is met twice.
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
  let quadCount = (d + 3u) / 4u;
  let scale = inverseSqrt(f32(d));

  var most = vec4f(FAR);
  var sum = vec4f();
  var sums: array<vec4f, 4 * quads>;
  for (var quad = 0u; quad < 4u * quadCount; quad++) { sums[quad] = vec4f(); }

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

      var s0a = vec4f(); var s0b = vec4f();
      var s1a = vec4f(); var s1b = vec4f();
      var s2a = vec4f(); var s2b = vec4f();
      var s3a = vec4f(); var s3b = vec4f();
      for (var quad = 0u; quad < quadCount; quad++) {
        // Row vector times a matrix of key columns: four dot products.
        let a = mat4x4f(load(j0 + keyAt, quad), load(j1 + keyAt, quad), load(j2 + keyAt, quad), load(j3 + keyAt, quad));
        let b = mat4x4f(load(j4 + keyAt, quad), load(j5 + keyAt, quad), load(j6 + keyAt, quad), load(j7 + keyAt, quad));
        let v0 = load(q0, quad); s0a += v0 * a; s0b += v0 * b;
        let v1 = load(q1, quad); s1a += v1 * a; s1b += v1 * b;
        let v2 = load(q2, quad); s2a += v2 * a; s2b += v2 * b;
        let v3 = load(q3, quad); s3a += v3 * a; s3b += v3 * b;
      }

      let keysA = vec4u(j, j + 1u, j + 2u, j + 3u);
      let keysB = keysA + 4u;
      let m0a = readable(keysA, span0, t0, high); let m0b = readable(keysB, span0, t0, high);
      let m1a = readable(keysA, span1, t1, high); let m1b = readable(keysB, span1, t1, high);
      let m2a = readable(keysA, span2, t2, high); let m2b = readable(keysB, span2, t2, high);
      let m3a = readable(keysA, span3, t3, high); let m3b = readable(keysB, span3, t3, high);
      let far = vec4f(FAR);
      s0a = select(far, s0a * scale, m0a); s0b = select(far, s0b * scale, m0b);
      s1a = select(far, s1a * scale, m1a); s1b = select(far, s1b * scale, m1b);
      s2a = select(far, s2a * scale, m2a); s2b = select(far, s2b * scale, m2b);
      s3a = select(far, s3a * scale, m3a); s3b = select(far, s3b * scale, m3b);
      let before = most;
      most = max(most, vec4f(largest(max(s0a, s0b)), largest(max(s1a, s1b)), largest(max(s2a, s2b)), largest(max(s3a, s3b))));
      let keep = exp(before - most);
      let zero = vec4f();
      s0a = select(zero, exp(s0a - most.x), m0a); s0b = select(zero, exp(s0b - most.x), m0b);
      s1a = select(zero, exp(s1a - most.y), m1a); s1b = select(zero, exp(s1b - most.y), m1b);
      s2a = select(zero, exp(s2a - most.z), m2a); s2b = select(zero, exp(s2b - most.z), m2b);
      s3a = select(zero, exp(s3a - most.w), m3a); s3b = select(zero, exp(s3b - most.w), m3b);
      sum = sum * keep + vec4f(total(s0a + s0b), total(s1a + s1b), total(s2a + s2b), total(s3a + s3b));

      for (var quad = 0u; quad < quadCount; quad++) {
        let a = mat4x4f(load(j0 + valueAt, quad), load(j1 + valueAt, quad), load(j2 + valueAt, quad), load(j3 + valueAt, quad));
        let b = mat4x4f(load(j4 + valueAt, quad), load(j5 + valueAt, quad), load(j6 + valueAt, quad), load(j7 + valueAt, quad));
        let at = 4u * quad;
        sums[at] = sums[at] * keep.x + a * s0a + b * s0b;
        sums[at + 1u] = sums[at + 1u] * keep.y + a * s1a + b * s1b;
        sums[at + 2u] = sums[at + 2u] * keep.z + a * s2a + b * s2b;
        sums[at + 3u] = sums[at + 3u] * keep.w + a * s3a + b * s3b;
      }
    }
  }

  // Every query reads at least its own key, so sum > 0. Queries past the batch repeat the last one and are not written.
  let logs = most + log(sum);
  let share = 1.0 / sum;
  lse[t0 * params.heads + head] = logs.x;
  if (t1 != t0) { lse[t1 * params.heads + head] = logs.y; }
  if (t2 != t1) { lse[t2 * params.heads + head] = logs.z; }
  if (t3 != t2) { lse[t3 * params.heads + head] = logs.w; }
  let outWidth = params.heads * d;
  for (var quad = 0u; quad < quadCount; quad++) {
    let at = 4u * quad;
    save(t0 * outWidth + head * d, quad, sums[at] * share.x);
    if (t1 != t0) { save(t1 * outWidth + head * d, quad, sums[at + 1u] * share.y); }
    if (t2 != t1) { save(t2 * outWidth + head * d, quad, sums[at + 2u] * share.z); }
    if (t3 != t2) { save(t3 * outWidth + head * d, quad, sums[at + 3u] * share.w); }
  }
}
