// Values of 16 bits, two to a word, the first in the lower half: bfloat16 (`brain` 1) or IEEE 754 halves (0). By integer
// arithmetic, since unpack2x16float may take a subnormal half for zero on one adapter and not on another: every finite
// value is read exactly. There are no infinities and no NaNs to read.

fn halfValue(bits: u32, brain: u32) -> f32 {
  let sign = (bits & 0x8000u) << 16u;
  let size = bits & 0x7fffu;
  // In its new place the exponent lacks 127 - 15; a subnormal's fraction counts in steps of 2^-24.
  let normal = (size << 13u) + 0x38000000u;
  let half = select(normal, bitcast<u32>(f32(size) * 0x1p-24), size < 0x400u);
  return bitcast<f32>(select(half | sign, bits << 16u, brain != 0u));
}

// Both values of a word.
fn halfValues(word: u32, brain: u32) -> vec2f {
  return vec2f(halfValue(word & 0xffffu, brain), halfValue(word >> 16u, brain));
}
