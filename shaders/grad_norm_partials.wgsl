// partial[p] = sum over i = p, p + partials, p + 2 partials, ... of gradient[i]^2
//
// The first half of the global gradient norm: gradient [count]; partial [partials]. Each invocation adds its elements in
// order, neighbours read neighbours, and grad_norm_finish.wgsl adds the partial sums in order.
import package::lib::grid::flatIndex;

struct Params {
  count: u32,
  partials: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> gradient: array<f32>;
@group(0) @binding(2) var<storage, read_write> partial: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) counts: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let index = flatIndex(group, counts, local, 64u);
  if (index >= params.partials) { return; }
  var sum = 0.0;
  for (var i = index; i < params.count; i += params.partials) {
    let g = gradient[i];
    sum = fma(g, g, sum);
  }
  partial[index] = sum;
}
