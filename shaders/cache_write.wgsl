// Takes the keys and values of new tokens into the cache: for token t of sequence s at position p,
//
//   cache[s, p, :] = qkv[t, heads headDim ..]       keys, then values, 2 kvHeads headDim elements
//
// qkv [tokens, (heads + 2 kvHeads) headDim] with turned keys; sequences, positions [tokens];
// cache [batch, length, 2 kvHeads headDim]. One invocation per element.
import package::lib::grid::flatIndex;

struct Params {
  tokens: u32,
  width: u32,
  skip: u32,
  batch: u32,
  length: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> qkv: array<f32>;
@group(0) @binding(2) var<storage, read> sequences: array<u32>;
@group(0) @binding(3) var<storage, read> positions: array<u32>;
@group(0) @binding(4) var<storage, read_write> cache: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) counts: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let item = flatIndex(group, counts, local, 64u);
  let kept = params.width - params.skip;
  if (item >= params.tokens * kept) { return; }
  let token = item / kept;
  let element = item - token * kept;
  let sequence = sequences[token];
  let position = positions[token];
  if (sequence >= params.batch || position >= params.length) { return; }
  cache[(sequence * params.length + position) * kept + element] = qkv[token * params.width + params.skip + element];
}
