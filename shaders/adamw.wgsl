// AdamW with the gradient scaled for clipping, over one flat pool of parameters:
//
//   g = gradient clip[1];   p <- p (1 - lr weightDecay) for the first `decayed` elements
//   m <- beta1 m + (1 - beta1) g;   v <- beta2 v + (1 - beta2) g^2
//   p <- p - lr (m correction1) / (sqrt(v correction2) + eps),   correction_i = 1 / (1 - beta_i^t)
//
// gradient, parameter, m, v [count]; clip [2] = (norm, factor) from grad_norm_finish.wgsl. The pool keeps what decays in
// front and norms behind. Condition vec4: count and decayed are multiples of 4. Loshchilov and Hutter, arXiv 1711.05101,
// as in PyTorch.
import package::lib::grid::flatIndex;

struct Params {
  count: u32,
  decayed: u32,
  lr: f32,
  beta1: f32,
  beta2: f32,
  eps: f32,
  weightDecay: f32,
  correction1: f32,
  correction2: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@if(vec4) @group(0) @binding(1) var<storage, read> gradient: array<vec4f>;
@if(!vec4) @group(0) @binding(1) var<storage, read> gradient: array<f32>;
@group(0) @binding(2) var<storage, read> clip: array<f32>;
@if(vec4) @group(0) @binding(3) var<storage, read_write> parameter: array<vec4f>;
@if(!vec4) @group(0) @binding(3) var<storage, read_write> parameter: array<f32>;
@if(vec4) @group(0) @binding(4) var<storage, read_write> m: array<vec4f>;
@if(!vec4) @group(0) @binding(4) var<storage, read_write> m: array<f32>;
@if(vec4) @group(0) @binding(5) var<storage, read_write> v: array<vec4f>;
@if(!vec4) @group(0) @binding(5) var<storage, read_write> v: array<f32>;

/** Elements taken at once. */
@if(vec4) const WIDTH: u32 = 4u;
@if(!vec4) const WIDTH: u32 = 1u;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) counts: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  // Eight times WIDTH elements an invocation, 64 apart, so that neighbours still read neighbours.
  let start = 8u * 64u * flatIndex(group, counts, 0u, 1u) + local;
  let factor = clip[1];
  let decay = 1.0 - params.lr * params.weightDecay;
  for (var step = 0u; step < 8u; step++) {
    let i = start + 64u * step;
    if (i >= params.count / WIDTH) { return; }
    let g = gradient[i] * factor;
    let first = params.beta1 * m[i] + (1.0 - params.beta1) * g;
    let second = params.beta2 * v[i] + (1.0 - params.beta2) * g * g;
    m[i] = first;
    v[i] = second;
    let kept = parameter[i] * select(1.0, decay, i < params.decayed / WIDTH);
    parameter[i] = kept - params.lr * (first * params.correction1) / (sqrt(second * params.correction2) + params.eps);
  }
}
