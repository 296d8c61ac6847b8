// c[m, n] = a[m, k] b[n, k]^T (+ c), a layer's output, by quads; n and k must be multiples of 4.
//
// The four invocations of a quad share a tile of `rows` rows and 16 `columns` columns of c. Each loads a quarter of the
// tile's values of a and hands them to the others with quadBroadcast, and owns `columns` vec4s of each row of c. Few loads
// per multiplication: best where a load costs the same whatever its address, as on CPUs that emulate a GPU. Right wherever
// there are subgroups, since a quad is four neighbouring invocations whatever the subgroup's size.
//
// Rows and columns past the edge are computed again from the last one. Sums run over k in order, in f32.

import constants::{rows, columns};

enable subgroups;

struct Params {
  m: u32,
  n: u32,
  k: u32,
  accumulate: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> c: array<vec4f>;

@compute @workgroup_size(4)
fn main(@builtin(workgroup_id) tile: vec3u, @builtin(local_invocation_index) lane: u32) {
  // vec4s: a row of b has `depths`, a row of c `width`, of which this invocation owns to0, to1, ...
  let depths = params.k / 4u;
  let width = params.n / 4u;
  let row = tile.y * rows;
  let lastRow = params.m - 1u;
  @repeat(i, rows) { let aAt#i = min(row + #i, lastRow) * params.k + lane; }
  @repeat(j, columns) {
    let to#j = min(tile.x * (4u * columns) + lane + 4 * #j, width - 1u);
    @repeat(y, 4) { let bAt#j_#y = (4u * to#j + #y) * depths; }
  }
  @repeat(i, rows) {
    @repeat(j, columns) { var c#i_#j = vec4f(); }
  }

  for (var depth = 0u; depth < depths; depth++) {
    @repeat(i, rows) { let a#i = a[aAt#i + 4u * depth]; }
    @repeat(j, columns) {
      @repeat(y, 4) { let b#j_#y = b[bAt#j_#y + depth]; }
    }
    @repeat(x, 4) {
      @repeat(j, columns) { let v#x_#j = vec4f(b#j_0[#x], b#j_1[#x], b#j_2[#x], b#j_3[#x]); }
      @repeat(i, rows) {
        let s#x_#i = vec4f(quadBroadcast(a#i, #x));
        @repeat(j, columns) { c#i_#j = fma(s#x_#i, v#x_#j, c#i_#j); }
      }
    }
  }

  // One loop over the rows, not `rows` copies of it: unrolled, loads and stores take the compiler longer than all the rest.
  // Columns past the edge are copies of the last one: storing them again stores the same values, and costs no branch.
  // Adding to c must then come before any invocation stores; in a loop that runs once or never, because adapters that
  // flatten branches would pay for an `if` each time.
  var sums: array<vec4f, rows * columns>;
  @repeat(i, rows) {
    @repeat(j, columns) { sums[#i * columns + #j] = c#i_#j; }
  }
  for (var i = 0u; i < min(rows, params.m - row); i++) {
    let cAt = (row + i) * width;
    @repeat(j, columns) { var sum#j = sums[i * columns + #j]; }
    for (var once = 0u; once < min(params.accumulate, 1u); once++) {
      @repeat(j, columns) { sum#j += c[cAt + to#j]; }
      storageBarrier();
    }
    @repeat(j, columns) { c[cAt + to#j] = sum#j; }
  }
}
