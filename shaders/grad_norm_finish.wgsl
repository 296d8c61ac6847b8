// clip = (norm, factor):   norm = sqrt(sum_p partial[p]),   factor = min(1, maxNorm / (norm + 1e-6)), or 1 when maxNorm = 0
//
// partial [partials] from grad_norm_partials.wgsl; clip [2]. One invocation: there are at most a few thousand partial
// sums, and four interleaved accumulators keep their rounding small. The factor is PyTorch's clip_grad_norm_.

struct Params {
  partials: u32,
  maxNorm: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> partial: array<f32>;
@group(0) @binding(2) var<storage, read_write> clip: array<f32>;

@compute @workgroup_size(1)
fn main() {
  var sums = vec4f();
  var i = 0u;
  for (; i + 4u <= params.partials; i += 4u) {
    sums += vec4f(partial[i], partial[i + 1u], partial[i + 2u], partial[i + 3u]);
  }
  for (; i < params.partials; i++) { sums.x += partial[i]; }
  let norm = sqrt((sums.x + sums.y) + (sums.z + sums.w));
  clip[0] = norm;
  clip[1] = select(1.0, min(1.0, params.maxNorm / (norm + 1e-6)), params.maxNorm > 0.0);
}
