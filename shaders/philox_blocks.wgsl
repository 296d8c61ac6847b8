// words[4 i .. 4 i + 3] = philox4x32(counter + i, key), counter + i a 64-bit sum in (counter0, counter1)
//
// words [4 * blocks] u32. Random words for initial weights and sampling, the same on every backend.
import package::lib::grid::flatIndex;
import package::lib::philox::philox4x32;

struct Params {
  blocks: u32,
  counter0: u32,
  counter1: u32,
  counter2: u32,
  counter3: u32,
  key0: u32,
  key1: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read_write> words: array<u32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) counts: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let item = flatIndex(group, counts, local, 64u);
  if (item >= params.blocks) { return; }
  let low = params.counter0 + item;
  let high = params.counter1 + select(0u, 1u, item > low);
  let drawn = philox4x32(vec4u(low, high, params.counter2, params.counter3), vec2u(params.key0, params.key1));
  words[4u * item] = drawn.x;
  words[4u * item + 1u] = drawn.y;
  words[4u * item + 2u] = drawn.z;
  words[4u * item + 3u] = drawn.w;
}
