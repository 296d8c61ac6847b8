// g = (sum of sums over the segments of feature f) + l2[c] ahead    (no l2 for feature 0, the constant)
// next = ahead - rate[c] g;   ahead = next + momentum (next - weight);   weight = next
//
// featureSegment [features + 1]; sums [segments, columns]; rate, l2 [columns]; ahead, weight [features, columns]; columns is
// a multiple of 4. The gradient was taken at `ahead`, Nesterov's look-ahead point. One invocation per feature and four
// columns; the sum of segments and the update are one pass because both touch every weight once.
import package::lib::grid::flatIndex;

struct Params {
  features: u32,
  columns: u32,
  segments: u32,
  momentum: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> featureSegment: array<u32>;
@group(0) @binding(2) var<storage, read> sums: array<vec4f>;
@group(0) @binding(3) var<storage, read> rate: array<vec4f>;
@group(0) @binding(4) var<storage, read> l2: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> ahead: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> weight: array<vec4f>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) counts: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let item = flatIndex(group, counts, local, 64u);
  let quads = params.columns / 4u;
  if (item >= params.features * quads) { return; }
  let feature = item / quads;
  let quad = item % quads;
  var gradient = vec4f(0.0);
  for (var s = featureSegment[feature]; s < featureSegment[feature + 1u]; s++) {
    gradient += sums[s * quads + quad];
  }
  let at = ahead[item];
  if (feature > 0u) { gradient = fma(l2[quad], at, gradient); }
  let next = at - rate[quad] * gradient;
  ahead[item] = next + params.momentum * (next - weight[item]);
  weight[item] = next;
}
