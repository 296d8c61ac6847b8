// Attention of new tokens over everything their sequence has in the cache, up to their own position p:
//
//   out[t, h] = sum_{j <= p} softmax_j(q[t, h] . k[j, g] / sqrt(headDim)) v[j, g],   g = h / (heads / kvHeads)
//
// qkv [tokens, (heads + 2 kvHeads) headDim] gives the turned queries; cache [batch, length, 2 kvHeads headDim] from
// cache_write.wgsl the keys and values; sequences, positions [tokens]; out [tokens, heads headDim]. One invocation per
// token and head, online softmax. For generation only: training uses attention_forward.wgsl.
import package::lib::grid::flatIndex;

struct Params {
  tokens: u32,
  heads: u32,
  kvHeads: u32,
  headDim: u32,
  batch: u32,
  length: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> qkv: array<f32>;
@group(0) @binding(2) var<storage, read> cache: array<f32>;
@group(0) @binding(3) var<storage, read> sequences: array<u32>;
@group(0) @binding(4) var<storage, read> positions: array<u32>;
@group(0) @binding(5) var<storage, read_write> out: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) counts: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let item = flatIndex(group, counts, local, 64u);
  if (item >= params.tokens * params.heads) { return; }
  let token = item / params.heads;
  let head = item - token * params.heads;
  let d = params.headDim;
  let query = (token * (params.heads + 2u * params.kvHeads) + head) * d;
  let step = 2u * params.kvHeads * d;
  let first = min(sequences[token], params.batch - 1u) * params.length * step + head / (params.heads / params.kvHeads) * d;
  let toValue = params.kvHeads * d;
  let result = item * d;
  let scale = inverseSqrt(f32(d));
  for (var i = 0u; i < d; i++) { out[result + i] = 0.0; }
  var most = -1e30;
  var sum = 0.0;
  for (var j = 0u; j <= min(positions[token], params.length - 1u); j++) {
    let key = first + j * step;
    var score = 0.0;
    for (var i = 0u; i < d; i++) { score = fma(qkv[query + i], cache[key + i], score); }
    score *= scale;
    let higher = max(most, score);
    let keep = exp(most - higher);
    let weight = exp(score - higher);
    most = higher;
    sum = sum * keep + weight;
    for (var i = 0u; i < d; i++) { out[result + i] = fma(weight, cache[key + toValue + i], out[result + i] * keep); }
  }
  for (var i = 0u; i < d; i++) { out[result + i] = out[result + i] / sum; }
}
