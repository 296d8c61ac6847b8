// Causal grouped-query attention on a packed batch, one pass over the keys (online softmax):
//
//   out[t, h] = sum_j softmax_j(q[t, h] . k[j, g] / sqrt(headDim)) v[j, g],   g = h / (heads / kvHeads)
//   lse[t, h] = log sum_j exp(q[t, h] . k[j, g] / sqrt(headDim))
//
// over the keys j that t may read (lib/packed_attention.wgsl). qkv [tokens, (heads + 2 kvHeads) headDim] holds the turned
// queries, the turned keys and the values of each row; out [tokens, heads headDim]; lse [tokens, heads] is kept for the
// backward passes. One invocation takes four queries of one head and four keys at a time, so that what is loaded is used
// four times and scores stay in registers. Four neighbouring invocations walk the same keys at the same time: their loads
// coincide, and no lane waits masked out. Conditions: vec4, headDim is a multiple of 4; lanes, that too and subgroups have
// four lanes. Constant quads: room for 4 quads elements.
// Milakov and Gimelshein, arXiv 1805.02867; Dao et al., arXiv 2205.14135.
import constants::quads;
import package::lib::grid::flatIndex;
import package::lib::packed_attention::BLOCK;
import package::lib::packed_attention::readable;
import package::lib::packed_attention::largest;
import package::lib::packed_attention::total;

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
@if(vec4) @group(0) @binding(4) var<storage, read_write> out: array<vec4f>;
@if(!vec4) @group(0) @binding(4) var<storage, read_write> out: array<f32>;
@group(0) @binding(5) var<storage, read_write> lse: array<f32>;

const FAR: f32 = -1e30;

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
  out[start / 4u + quad] = value;
}
@if(!vec4)
fn save(start: u32, quad: u32, value: vec4f) {
  for (var i = 0u; i < min(4u, params.headDim - 4u * quad); i++) { out[start + 4u * quad + i] = value[i]; }
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
  var sums: array<vec4f, 4 * quads>;
  for (var quad = 0u; quad < quadCount; quad++) {
    query[4u * quad] = load(t0 * width + head * d, quad) * scale;
    query[4u * quad + 1u] = load(t1 * width + head * d, quad) * scale;
    query[4u * quad + 2u] = load(t2 * width + head * d, quad) * scale;
    query[4u * quad + 3u] = load(t3 * width + head * d, quad) * scale;
  }
  for (var i = 0u; i < 4u * quadCount; i++) { sums[i] = vec4f(); }
  var most = vec4f(FAR);
  var sum = vec4f();

  for (var part = 0u; part < 2u; part++) {
    let low = select(range.z, range.x, part == 0u);
    let high = select(min(piece * BLOCK + BLOCK, params.tokens), range.y, part == 0u);
    for (var j = low; j < high; j += 4u) {
      let j0 = j * width;
      let j1 = min(j + 1u, high - 1u) * width;
      let j2 = min(j + 2u, high - 1u) * width;
      let j3 = min(j + 3u, high - 1u) * width;
      var s0 = vec4f();
      var s1 = vec4f();
      var s2 = vec4f();
      var s3 = vec4f();
      for (var quad = 0u; quad < quadCount; quad++) {
        // A row vector times a matrix of key columns: four dot products.
        let k = mat4x4f(
          loadShared(j0 + keyAt, quad, lane),
          loadShared(j1 + keyAt, quad, lane),
          loadShared(j2 + keyAt, quad, lane),
          loadShared(j3 + keyAt, quad, lane),
        );
        s0 += query[4u * quad] * k;
        s1 += query[4u * quad + 1u] * k;
        s2 += query[4u * quad + 2u] * k;
        s3 += query[4u * quad + 3u] * k;
      }

      let keys = vec4u(j, j + 1u, j + 2u, j + 3u);
      let see0 = readable(keys, span0, t0, high);
      let see1 = readable(keys, span1, t1, high);
      let see2 = readable(keys, span2, t2, high);
      let see3 = readable(keys, span3, t3, high);
      s0 = select(vec4f(FAR), s0, see0);
      s1 = select(vec4f(FAR), s1, see1);
      s2 = select(vec4f(FAR), s2, see2);
      s3 = select(vec4f(FAR), s3, see3);
      let before = most;
      most = max(most, vec4f(largest(s0), largest(s1), largest(s2), largest(s3)));
      let keep = exp(before - most);
      s0 = select(vec4f(), exp(s0 - most.x), see0);
      s1 = select(vec4f(), exp(s1 - most.y), see1);
      s2 = select(vec4f(), exp(s2 - most.z), see2);
      s3 = select(vec4f(), exp(s3 - most.w), see3);
      sum = sum * keep + vec4f(total(s0), total(s1), total(s2), total(s3));
      for (var quad = 0u; quad < quadCount; quad++) {
        let v = mat4x4f(
          loadShared(j0 + valueAt, quad, lane),
          loadShared(j1 + valueAt, quad, lane),
          loadShared(j2 + valueAt, quad, lane),
          loadShared(j3 + valueAt, quad, lane),
        );
        sums[4u * quad] = sums[4u * quad] * keep.x + v * s0;
        sums[4u * quad + 1u] = sums[4u * quad + 1u] * keep.y + v * s1;
        sums[4u * quad + 2u] = sums[4u * quad + 2u] * keep.z + v * s2;
        sums[4u * quad + 3u] = sums[4u * quad + 3u] * keep.w + v * s3;
      }
    }
  }

  // Every query reads at least its own key, so sum > 0.
  let logs = most + log(sum);
  for (var i = 0u; i < mine; i++) {
    lse[(t0 + i) * params.heads + head] = logs[i];
    for (var quad = 0u; quad < quadCount; quad++) {
      save(((t0 + i) * params.heads + head) * d, quad, sums[4u * quad + i] / sum[i]);
    }
  }
}
