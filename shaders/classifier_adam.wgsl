// g = (sum of sums over the segments of feature f) + l2 weight    (no l2 for feature 0, the constant)
// first = 0.9 first + 0.1 g;  second = 0.999 second + 0.001 g^2;  weight -= rate first / (sqrt(second) + 1e-8)
//
// Bias correction is folded into `rate` and `bound` by the caller: rate = lr sqrt(1 - 0.999^t) / (1 - 0.9^t),
// bound = 1e-8 sqrt(1 - 0.999^t) in place of 1e-8. featureSegment [features + 1]; sums [segments, columns]; the rest
// [features, columns]; columns is a multiple of 4. One invocation per feature and four columns.
// Kingma and Ba, "Adam", arXiv 1412.6980.
import package::lib::grid::flatIndex;

struct Params {
  features: u32,
  columns: u32,
  segments: u32,
  l2: f32,
  rate: f32,
  bound: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> featureSegment: array<u32>;
@group(0) @binding(2) var<storage, read> sums: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> weight: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> first: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> second: array<vec4f>;

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
  if (feature > 0u) { gradient = fma(vec4f(params.l2), weight[item], gradient); }
  let m = 0.9 * first[item] + 0.1 * gradient;
  let v = 0.999 * second[item] + 0.001 * gradient * gradient;
  first[item] = m;
  second[item] = v;
  weight[item] -= params.rate * m / (sqrt(v) + params.bound);
}
