// The gradient in the logits of one vocabulary tile, written over the logits it was computed from:
//
//   dlogits[row, v] = coef[offset + rowResponse[row]] (1[first + v = wanted[row]] - exp(logits[row, v] - most[row]) / sum[row])
//
// where coef is the derivative of the objective in the response's summed log-probability. logits [rows, columns];
// wanted, rowResponse, most, sum [rows]; coef [total]. A workgroup takes a row.
import package::lib::grid::flatIndex;

struct Params {
  rows: u32,
  columns: u32,
  first: u32,
  offset: u32,
  total: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> wanted: array<u32>;
@group(0) @binding(2) var<storage, read> rowResponse: array<u32>;
@group(0) @binding(3) var<storage, read> most: array<f32>;
@group(0) @binding(4) var<storage, read> sum: array<f32>;
@group(0) @binding(5) var<storage, read> coef: array<f32>;
@group(0) @binding(6) var<storage, read_write> logits: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) counts: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let row = flatIndex(group, counts, 0u, 1u);
  if (row >= params.rows) { return; }
  let factor = coef[min(params.offset + rowResponse[row], params.total - 1u)];
  let high = most[row];
  let share = factor / sum[row];
  // Wraps round, past any column, when the token lies in an earlier tile.
  let hit = wanted[row] - params.first;
  for (var v = local; v < params.columns; v += 64u) {
    let at = row * params.columns + v;
    logits[at] = select(0.0, factor, v == hit) - share * exp(min(logits[at] - high, 0.0));
  }
}
