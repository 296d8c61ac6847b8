// baseline[0] = max(0, mean_j (kl_logps[j] - kl_ref_logps[j]))
//
// kl_logps, kl_ref_logps [examples]: log-probs of mismatched pairs, prompt j with the response of prompt j - 1. One
// invocation, in order: batches of judged responses are small. A constant: no gradient passes through it.
// Ethayarajh et al. 2024, arXiv 2402.01306.

struct Params {
  examples: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> kl_logps: array<f32>;
@group(0) @binding(2) var<storage, read> kl_ref_logps: array<f32>;
@group(0) @binding(3) var<storage, read_write> baseline: array<f32>;

@compute @workgroup_size(1)
fn main() {
  var sum = 0.0;
  for (var j = 0u; j < params.examples; j++) {
    sum += kl_logps[j] - kl_ref_logps[j];
  }
  baseline[0] = max(0.0, sum / f32(params.examples));
}
