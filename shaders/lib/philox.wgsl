// Philox4x32-10, the counter-based generator of src/base/random.ts, bit for bit: same counter and key, same four words.
// Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
//
// A stream (seed, purpose) is the key (low word of seed, purposeKey(purpose)); its word i is word i % 4 of the block
// at counter (i / 4, high word of i / 4, high word of seed, 0).

// High word of the 64-bit product: WGSL multiplies modulo 2^32, so the halves are multiplied one by one.
fn mulHigh(a: u32, b: u32) -> u32 {
  let aLow = a & 0xffffu;
  let aHigh = a >> 16u;
  let bLow = b & 0xffffu;
  let bHigh = b >> 16u;
  let middle = aHigh * bLow + ((aLow * bLow) >> 16u);
  let carry = aLow * bHigh + (middle & 0xffffu);
  return aHigh * bHigh + (middle >> 16u) + (carry >> 16u);
}

fn philoxRound(counter: vec4u, key: vec2u) -> vec4u {
  let m0 = 0xd2511f53u;
  let m1 = 0xcd9e8d57u;
  return vec4u(
    mulHigh(m1, counter.z) ^ counter.y ^ key.x,
    m1 * counter.z,
    mulHigh(m0, counter.x) ^ counter.w ^ key.y,
    m0 * counter.x
  );
}

fn philox4x32(counter: vec4u, key: vec2u) -> vec4u {
  var words = counter;
  var k = key;
  for (var i = 0u; i < 10u; i++) {
    words = philoxRound(words, k);
    k += vec2u(0x9e3779b9u, 0xbb67ae85u);
  }
  return words;
}
