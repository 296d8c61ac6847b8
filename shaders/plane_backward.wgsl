// dparameters += sum_i coef[i] df[i]/dparameters, of plane_forward.wgsl
//
// points [points, 2]; parameters, dparameters: as there; first, second [points, hidden] from the forward pass; coef
// [points]. One invocation per parameter, which adds over the points in order. Its kind follows from its place: with
// g_j = coef W3[j] (1 - s_j^2) and d_k = (1 - a_k^2) sum_j g_j W2[j, k], the gradients of W3[j], b2[j], W2[j, k], b1[k]
// and W1[k, c] are coef s_j, g_j, g_j a_k, d_k and d_k y_c.
import package::lib::grid::flatIndex;

struct Params {
  points: u32,
  hidden: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> points: array<f32>;
@group(0) @binding(2) var<storage, read> parameters: array<f32>;
@group(0) @binding(3) var<storage, read> first: array<f32>;
@group(0) @binding(4) var<storage, read> second: array<f32>;
@group(0) @binding(5) var<storage, read> coef: array<f32>;
@group(0) @binding(6) var<storage, read_write> dparameters: array<f32>;

/** Derivative of f[i] in the pre-activation of unit j of the second layer. */
fn outer(i: u32, j: u32, w3: u32) -> f32 {
  let s = second[i * params.hidden + j];
  return parameters[w3 + j] * (1.0 - s * s);
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) counts: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let p = flatIndex(group, counts, local, 64u);
  let width = params.hidden;
  let b1 = 2u * width;
  let w2 = 3u * width;
  let b2 = w2 + width * width;
  let w3 = b2 + width;
  if (p >= select(w3 + width, 5u, width == 0u)) { return; }
  var sum = 0.0;
  for (var i = 0u; i < params.points; i++) {
    let x = points[2u * i];
    let y = points[2u * i + 1u];
    let row = i * width;
    var slope = 0.0;
    if (width == 0u) {
      switch p {
        case 0u: { slope = x; }
        case 1u: { slope = y; }
        case 2u: { slope = x * x; }
        case 3u: { slope = x * y; }
        default: { slope = y * y; }
      }
    } else if (p >= w3) {
      slope = second[row + p - w3];
    } else if (p >= b2) {
      slope = outer(i, p - b2, w3);
    } else if (p >= w2) {
      let at = p - w2;
      slope = outer(i, at / width, w3) * first[row + at % width];
    } else {
      let k = select(p / 2u, p - b1, p >= b1);
      var down = 0.0;
      for (var j = 0u; j < width; j++) {
        down = fma(outer(i, j, w3), parameters[w2 + j * width + k], down);
      }
      let a = first[row + k];
      let input = select(select(x, y, p % 2u == 1u), 1.0, p >= b1);
      slope = down * (1.0 - a * a) * input;
    }
    sum = fma(coef[i], slope, sum);
  }
  dparameters[p] += sum;
}
