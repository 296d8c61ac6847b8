// c[m, n] = a[k, m]^T b[k, n] (+ c), the gradient of a layer's weight, by quads; m and n must be multiples of 4.
//
// Tiles and quads as in matmul_quads_nt.wgsl, but values of a are loaded as vec4s of rows: `quarter` of them make the
// tile's rows. Rows and columns past the edge are computed again from the last one; depths past the end count as zero. Sums
// run over k in order, in f32.

import constants::{quarter, columns};

enable subgroups;

struct Params {
  m: u32,
  n: u32,
  k: u32,
  accumulate: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> c: array<vec4f>;

@compute @workgroup_size(4)
fn main(@builtin(workgroup_id) tile: vec3u, @builtin(local_invocation_index) lane: u32) {
  // A row of b and c is `width` vec4s, a row of a `height`.
  let width = params.n / 4u;
  let height = params.m / 4u;
  let column = tile.x * (4u * columns) + lane;
  let row = tile.y * quarter;
  let lastDepth = params.k - 1u;
  @repeat(i, quarter) { let aAt#i = min(row + #i, height - 1u); }
  @repeat(j, columns) { let bAt#j = min(column + 4 * #j, width - 1u); }
  @repeat(i, quarter) {
    @repeat(y, 4) {
      @repeat(j, columns) { var c#i_#y_#j = vec4f(); }
    }
  }

  for (var depth = 0u; depth < params.k; depth += 4u) {
    let inside = depth + lane < params.k;
    let own = min(depth + lane, lastDepth) * height;
    @repeat(i, quarter) { let a#i = select(vec4f(), a[own + aAt#i], inside); }
    @repeat(x, 4) {
      let line#x = min(depth + #x, lastDepth) * width;
      @repeat(j, columns) { let v#x_#j = b[line#x + bAt#j]; }
      @repeat(i, quarter) {
        let s#x_#i = quadBroadcast(a#i, #x);
        @repeat(y, 4) {
          @repeat(j, columns) { c#i_#y_#j = fma(vec4f(s#x_#i[#y]), v#x_#j, c#i_#y_#j); }
        }
      }
    }
  }

  // The edge: see matmul_quads_nt.wgsl.
  var sums: array<vec4f, 4 * quarter * columns>;
  @repeat(i, quarter) {
    @repeat(y, 4) {
      @repeat(j, columns) { sums[(4 * #i + #y) * columns + #j] = c#i_#y_#j; }
    }
  }
  for (var i = 0u; i < min(4u * quarter, params.m - 4u * row); i++) {
    let cAt = (4u * row + i) * width;
    @repeat(j, columns) { var sum#j = sums[i * columns + #j]; }
    for (var once = 0u; once < min(params.accumulate, 1u); once++) {
      @repeat(j, columns) { sum#j += c[cAt + bAt#j]; }
      storageBarrier();
    }
    @repeat(j, columns) { c[cAt + bAt#j] = sum#j; }
  }
}
