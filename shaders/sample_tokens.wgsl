// Draws the next token of every row of logits [rows, vocab]:
//
//   kept = tokens among the topK highest logits (0: all), then the fewest of them, highest first, whose probability at this
//          temperature reaches topP; ties at the edge are kept together
//   token = the first kept one, in order of ids, at which the cumulative probability exceeds u;  temperature 0: the highest
//
// u is draw `step` of the row's own stream: Philox at counter (step, row, 0, 0) under the key, the same in TypeScript.
// tokens [rows] takes the token, for the next pass to read. One workgroup a row; cuts are found by bisection over the
// logits' bits, so no sort is needed, and every sum has a fixed order. Holtzman et al., arXiv 1904.09751 (topP).
import package::lib::philox::philox4x32;

struct Params {
  rows: u32,
  vocab: u32,
  topK: u32,
  step: u32,
  seed: u32,
  purpose: u32,
  temperature: f32,
  topP: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> logits: array<f32>;
@group(0) @binding(2) var<storage, read_write> tokens: array<u32>;

const SIZE: u32 = 64u;
var<workgroup> partial: array<f32, SIZE>;
var<workgroup> bestPlace: array<u32, SIZE>;
var<workgroup> counted: array<u32, SIZE>;

/** A number that is ordered as the float is. */
fn ordered(value: f32) -> u32 {
  let bits = bitcast<u32>(value);
  return select(bits | 0x80000000u, ~bits, bits >= 0x80000000u);
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let row = group.x;
  let start = row * params.vocab;
  // Each invocation owns a run of neighbouring tokens, so that runs in order are tokens in order.
  let run = (params.vocab + SIZE - 1u) / SIZE;
  let low = min(local * run, params.vocab);
  let high = min(low + run, params.vocab);

  var best = -1e30;
  var bestAt = low;
  for (var v = low; v < high; v++) {
    let z = logits[start + v];
    if (z > best) { best = z; bestAt = v; }
  }
  partial[local] = best;
  bestPlace[local] = bestAt;
  workgroupBarrier();
  var most = partial[0];
  var mostAt = bestPlace[0];
  for (var i = 1u; i < SIZE; i++) {
    if (partial[i] > most) { most = partial[i]; mostAt = bestPlace[i]; }
  }
  if (params.temperature <= 0.0) {
    if (local == 0u) { tokens[row] = mostAt; }
    return;
  }

  // The lowest kept logit, by bisection: counts say when topK would be exceeded, probabilities when topP is reached.
  var cut = 0u;
  if (params.topK > 0u && params.topK < params.vocab) {
    for (var bit = 31; bit >= 0; bit--) {
      let trial = cut | (1u << u32(bit));
      var count = 0u;
      for (var v = low; v < high; v++) { count += select(0u, 1u, ordered(logits[start + v]) >= trial); }
      workgroupBarrier();
      counted[local] = count;
      workgroupBarrier();
      var all = 0u;
      for (var i = 0u; i < SIZE; i++) { all += counted[i]; }
      // As high a cut as still keeps topK tokens: the k-th highest logit itself.
      if (all >= params.topK) { cut = trial; }
    }
  }
  var mass = massFrom(start, low, high, local, cut, most);
  if (params.topP < 1.0) {
    let wanted = params.topP * mass;
    var nucleus = 0u;
    for (var bit = 31; bit >= 0; bit--) {
      let trial = nucleus | (1u << u32(bit));
      let above = massFrom(start, low, high, local, max(cut, trial), most);
      if (above >= wanted) { nucleus = trial; }
    }
    cut = max(cut, nucleus);
    mass = massFrom(start, low, high, local, cut, most);
  }

  let words = philox4x32(vec4u(params.step, row, 0u, 0u), vec2u(params.seed, params.purpose));
  let u = f32(words.x >> 8u) * (1.0 / 16777216.0);
  if (local == 0u) {
    let aim = u * mass;
    var before = 0.0;
    var chosen = mostAt;
    var i = 0u;
    for (; i < SIZE; i++) {
      if (before + partial[i] > aim) { break; }
      before += partial[i];
    }
    let end = min((i + 1u) * run, params.vocab);
    for (var v = i * run; v < end; v++) {
      let z = logits[start + v];
      if (ordered(z) >= cut) {
        chosen = v;
        before += exp((z - most) / params.temperature);
        if (before > aim) { break; }
      }
    }
    tokens[row] = chosen;
  }
}

/** Sum of exp((z - most) / temperature) over tokens at or above the cut; leaves each run's share in `partial`. */
fn massFrom(start: u32, low: u32, high: u32, local: u32, cut: u32, most: f32) -> f32 {
  var sum = 0.0;
  for (var v = low; v < high; v++) {
    let z = logits[start + v];
    if (ordered(z) >= cut) { sum += exp((z - most) / params.temperature); }
  }
  workgroupBarrier();
  partial[local] = sum;
  workgroupBarrier();
  var all = 0.0;
  for (var i = 0u; i < SIZE; i++) { all += partial[i]; }
  return all;
}
