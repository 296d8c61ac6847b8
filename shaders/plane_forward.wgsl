// f[i] = W3 . s,  s = tanh(W2 a + b2),  a = tanh(W1 y_i + b1): Plane's policy at points y_i = (x, y)
// and for hidden = 0: f[i] = p . (x, y, x^2, x y, y^2)
//
// points [points, 2]; parameters: W1 [hidden, 2], b1 [hidden], W2 [hidden, hidden], b2 [hidden], W3 [hidden], or 5
// weights; f [points]; first, second [points, hidden] keep a and s for the backward pass. One invocation per point.
import package::lib::grid::flatIndex;

struct Params {
  points: u32,
  hidden: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> points: array<f32>;
@group(0) @binding(2) var<storage, read> parameters: array<f32>;
@group(0) @binding(3) var<storage, read_write> f: array<f32>;
@group(0) @binding(4) var<storage, read_write> first: array<f32>;
@group(0) @binding(5) var<storage, read_write> second: array<f32>;

/** tanh, which may overflow inside far from 0, where it is 1 in float32 anyway. */
fn unit(z: f32) -> f32 {
  return tanh(clamp(z, -15.0, 15.0));
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) counts: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flatIndex(group, counts, local, 64u);
  if (i >= params.points) { return; }
  let width = params.hidden;
  let x = points[2u * i];
  let y = points[2u * i + 1u];
  if (width == 0u) {
    f[i] = parameters[0] * x + parameters[1] * y + parameters[2] * x * x + parameters[3] * x * y + parameters[4] * y * y;
    return;
  }
  let b1 = 2u * width;
  let w2 = 3u * width;
  let b2 = w2 + width * width;
  let w3 = b2 + width;
  let row = i * width;
  for (var k = 0u; k < width; k++) {
    first[row + k] = unit(parameters[2u * k] * x + parameters[2u * k + 1u] * y + parameters[b1 + k]);
  }
  var sum = 0.0;
  for (var j = 0u; j < width; j++) {
    var z = parameters[b2 + j];
    for (var k = 0u; k < width; k++) {
      z = fma(parameters[w2 + j * width + k], first[row + k], z);
    }
    let s = unit(z);
    second[row + j] = s;
    sum = fma(parameters[w3 + j], s, sum);
  }
  f[i] = sum;
}
