// values[i] = the i-th 16-bit value of packed (brain 1: bfloat16, 0: IEEE half)
//
// packed [ceil(count / 2)]; values [2 ceil(count / 2)]. Frozen weights lie packed; before a product they are expanded into
// scratch that all products share, so that every tiling and every sum stays as it is for f32. An invocation takes a word.
import package::lib::grid::flatIndex;
import package::lib::halves::halfValues;

struct Params {
  count: u32,
  brain: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> packed: array<u32>;
@group(0) @binding(2) var<storage, read_write> values: array<vec2f>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) counts: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let item = flatIndex(group, counts, local, 64u);
  if (item >= (params.count + 1u) / 2u) { return; }
  values[item] = halfValues(packed[item], params.brain);
}
