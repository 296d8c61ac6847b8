// c[m, n] = a[m, k] b[k, n] (+ c), the gradient of a layer's input, by quads; n must be a multiple of 4.
//
// Tiles and quads as in matmul_quads_nt.wgsl. Rows and columns past the edge are computed again from the last one;
// depths past the end count as zero. Sums run over k in order, in f32.

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
  // A row of b and c is `width` vec4s; this invocation owns `column`, `column` + 4, ...
  let width = params.n / 4u;
  let column = tile.x * (4u * columns) + lane;
  let row = tile.y * rows;
  let lastRow = params.m - 1u;
  let lastDepth = params.k - 1u;
  @repeat(i, rows) { let aAt#i = min(row + #i, lastRow) * params.k; }
  @repeat(j, columns) { let bAt#j = min(column + 4 * #j, width - 1u); }
  @repeat(i, rows) {
    @repeat(j, columns) { var c#i_#j = vec4f(); }
  }

  for (var depth = 0u; depth < params.k; depth += 4u) {
    let inside = depth + lane < params.k;
    let own = min(depth + lane, lastDepth);
    @repeat(i, rows) { let a#i = select(0.0, a[aAt#i + own], inside); }
    @repeat(x, 4) {
      let line#x = min(depth + #x, lastDepth) * width;
      @repeat(j, columns) { let v#x_#j = b[line#x + bAt#j]; }
      @repeat(i, rows) {
        let s#x_#i = vec4f(quadBroadcast(a#i, #x));
        @repeat(j, columns) { c#i_#j = fma(s#x_#i, v#x_#j, c#i_#j); }
      }
    }
  }

  // The edge: see matmul_quads_nt.wgsl.
  var sums: array<vec4f, rows * columns>;
  @repeat(i, rows) {
    @repeat(j, columns) { sums[#i * columns + #j] = c#i_#j; }
  }
  for (var i = 0u; i < min(rows, params.m - row); i++) {
    let cAt = (row + i) * width;
    @repeat(j, columns) { var sum#j = sums[i * columns + #j]; }
    for (var once = 0u; once < min(params.accumulate, 1u); once++) {
      @repeat(j, columns) { sum#j += c[cAt + bAt#j]; }
      storageBarrier();
    }
    @repeat(j, columns) { c[cAt + bAt#j] = sum#j; }
  }
}
