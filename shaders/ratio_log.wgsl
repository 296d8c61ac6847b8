// logH[r] = log of the estimated Q0/P of sample r, h[r] = that ratio clipped to [low, high]
//
// logW [rows, sources] = log w_i = log Q0/Q_i; logShares [sources + 1] = log of the mixture's shares, target first;
// category [rows]: 0 target, i synthetic source i (form 3 only). With n = sources + 1, b = shares, w_0 = 1:
//   form 0  mixture     -log(b_0 + sum_i b_i / w_i)                    exact
//   form 1  averaged    log (1/n) sum_i w_i / b_i                      biased upward, unbounded
//   form 2  stabilised  log (1/n) sum_i 1 / (1/n + b_i / w_i)          bounded by n
//   form 3  released    -log(1/n + b_k (1 - p)/p), k the sample's source, logit p = -log sum_i b_i / (1 - b_0) / w_i
// One invocation per sample; every sum is a running log-sum-exp. Zhu et al., arXiv 2504.05831.
import package::lib::grid::flatIndex;

struct Params {
  rows: u32,
  sources: u32,
  form: u32,
  low: f32,
  high: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> logW: array<f32>;
@group(0) @binding(2) var<storage, read> logShares: array<f32>;
@group(0) @binding(3) var<storage, read> category: array<u32>;
@group(0) @binding(4) var<storage, read_write> logH: array<f32>;
@group(0) @binding(5) var<storage, read_write> h: array<f32>;

// log(exp(a) + exp(b)); the series keeps log1p's accuracy where b hardly matters.
fn logAdd(a: f32, b: f32) -> f32 {
  let e = exp(-abs(a - b));
  let log1p = select(log(1.0 + e), e * (1.0 - e * (0.5 - e * (1.0 / 3.0 - 0.25 * e))), e < 1e-2);
  return max(a, b) + log1p;
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) counts: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let row = flatIndex(group, counts, local, 64u);
  if (row >= params.rows) { return; }
  let logN = log(f32(params.sources + 1u));
  var sum = logShares[0];
  if (params.form == 1u) { sum = -logShares[0]; }
  if (params.form == 2u) { sum = -logAdd(-logN, logShares[0]); }
  if (params.form == 3u) { sum = logShares[1] - logW[row * params.sources]; }
  for (var i = select(0u, 1u, params.form == 3u); i < params.sources; i++) {
    let inverse = logShares[i + 1u] - logW[row * params.sources + i];
    if (params.form == 1u) { sum = logAdd(sum, -inverse); }
    else if (params.form == 2u) { sum = logAdd(sum, -logAdd(-logN, inverse)); }
    else { sum = logAdd(sum, inverse); }
  }
  var value = sum - logN;
  if (params.form == 0u) { value = -sum; }
  if (params.form == 3u) {
    let logit = log(1.0 - exp(logShares[0])) - sum;
    value = -logAdd(-logN, logShares[category[row]] - logit);
  }
  logH[row] = value;
  h[row] = clamp(exp(value), params.low, params.high);
}
