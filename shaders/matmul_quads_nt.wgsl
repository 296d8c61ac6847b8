// c[m, n] = a[m, k] b[n, k]^T (+ c), a layer's output, by quads; k must be a multiple of 4.
//
// The four invocations of a quad share a tile of `rows` rows and 16 `columns` columns of c. Each loads a quarter of the
// tile's values of a and hands them to the others with quadBroadcast, and owns `columns` vec4s of each row of c. Few loads
// per multiplication: best where a load costs the same whatever its address, as on CPUs that emulate a GPU. Right wherever
// there are subgroups, since a quad is four neighbouring invocations whatever the subgroup's size.
//
// Rows and columns past the edge are read again from the last one and not written. Sums run over k in order, in f32.

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
@group(0) @binding(3) var<storage, read_write> c: array<f32>;

@compute @workgroup_size(4)
fn main(@builtin(workgroup_id) tile: vec3u, @builtin(local_invocation_index) lane: u32) {
  let depths = params.k / 4u;
  let row = tile.y * rows;
  let lastRow = params.m - 1u;
  // Component y of c#i_#j is column 16 j + y from here.
  let column = tile.x * (16u * columns) + 4u * lane;
  let lastColumn = params.n - 1u;
  @repeat(i, rows) { let aAt#i = min(row + #i, lastRow) * params.k + lane; }
  @repeat(j, columns) {
    @repeat(y, 4) { let bAt#j_#y = min(column + 16 * #j + #y, lastColumn) * depths; }
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

  // The edge is handled in a loop over an array, not unrolled: unrolled, it was most of the code and of the time to compile.
  var done: array<vec4f, rows * columns>;
  @repeat(i, rows) {
    @repeat(j, columns) { done[#i * columns + #j] = c#i_#j; }
  }
  for (var i = 0u; i < min(rows, params.m - row); i++) {
    for (var j = 0u; j < columns; j++) {
      let value = done[i * columns + j];
      for (var y = 0u; y < 4u; y++) {
        let x = column + 16u * j + y;
        if (x < params.n) {
          let to = (row + i) * params.n + x;
          c[to] = value[y] + select(0.0, c[to], params.accumulate == 1u);
        }
      }
    }
  }
}
