// Log-probabilities of tokens, and their sum over each response, from the state the vocabulary tiles left:
//
//   lse[row] = most[row] + log sum[row];   rowLogp[row] = picked[row] - lse[row];   logps[offset + r] = sum_row rowLogp[row]
//
// over the rows responseRowStart[r] <= row < responseRowStart[r + 1]. most, sum, picked, lse, rowLogp [rows];
// responseRowStart [responses + 1]; logps [total]. One invocation per response; rows are added in runs of sixteen,
// then the runs, in order, so that long responses lose little to rounding and nothing depends on timing.
import package::lib::grid::flatIndex;

struct Params {
  rows: u32,
  responses: u32,
  offset: u32,
  total: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> most: array<f32>;
@group(0) @binding(2) var<storage, read> sum: array<f32>;
@group(0) @binding(3) var<storage, read> picked: array<f32>;
@group(0) @binding(4) var<storage, read> responseRowStart: array<u32>;
@group(0) @binding(5) var<storage, read_write> lse: array<f32>;
@group(0) @binding(6) var<storage, read_write> rowLogp: array<f32>;
@group(0) @binding(7) var<storage, read_write> logps: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) counts: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let response = flatIndex(group, counts, local, 64u);
  if (response >= params.responses) { return; }
  let end = min(responseRowStart[response + 1u], params.rows);
  var whole = 0.0;
  var row = responseRowStart[response];
  while (row < end) {
    let stop = min(row + 16u, end);
    var run = 0.0;
    for (; row < stop; row++) {
      // most + log sum can round the log away when most is large: subtract in two steps.
      let mass = log(sum[row]);
      let logp = (picked[row] - most[row]) - mass;
      lse[row] = most[row] + mass;
      rowLogp[row] = logp;
      run += logp;
    }
    whole += run;
  }
  if (params.offset + response < params.total) { logps[params.offset + response] = whole; }
}
