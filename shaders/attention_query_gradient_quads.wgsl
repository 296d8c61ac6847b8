// attention_query_gradient.wgsl by quads, for heads of exactly 4 `quads` elements; see attention_forward_quads.wgsl. Each
// invocation takes `each` queries: with fewer, more is loaded and the compiler has less to keep track of.
import constants::{quads, each};
import package::lib::grid::flatIndex;
import package::lib::packed_attention::BLOCK;
import package::lib::packed_attention::readable;
import package::lib::packed_attention::total;

// The four invocations of a quad share their piece and head, and with them every loop.
diagnostic(off, subgroup_uniformity);
enable subgroups;

struct Params {
  tokens: u32,
  heads: u32,
  kvHeads: u32,
  headDim: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> spans: array<vec4u>;
@group(0) @binding(2) var<storage, read> ranges: array<vec4u>;
@group(0) @binding(3) var<storage, read> qkv: array<vec4f>;
@group(0) @binding(4) var<storage, read> out: array<vec4f>;
@group(0) @binding(5) var<storage, read> dout: array<vec4f>;
@group(0) @binding(6) var<storage, read> lse: array<f32>;
@group(0) @binding(7) var<storage, read_write> delta: array<f32>;
@group(0) @binding(8) var<storage, read_write> dqkv: array<vec4f>;

@compute @workgroup_size(4)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) counts: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let item = flatIndex(group, counts, 0u, 1u);
  let piece = item / params.heads;
  let head = item % params.heads;
  let first = piece * 4u * each;
  if (first >= params.tokens) { return; }
  // Queries past the batch repeat the last one, and store its values again.
  @repeat(i, each) {
    let t#i = min(first + each * lane + #i, params.tokens - 1u);
    let row#i = t#i * params.heads + head;
    let span#i = spans[t#i];
    let log#i = lse[row#i];
  }
  let range = ranges[first / BLOCK];

  // In vec4s from here on.
  let width = (params.heads + 2u * params.kvHeads) * quads;
  let keyAt = (params.heads + head / (params.heads / params.kvHeads)) * quads;
  let toValue = params.kvHeads * quads;
  let scale = inverseSqrt(f32(params.headDim));
  // What happens once is left in loops: unrolled, loads and stores take the compiler longer than all the rest.
  var queries: array<vec4f, each * quads>;
  var gradients: array<vec4f, each * quads>;
  @repeat(i, each) { var product#i = vec4f(); }
  for (var d = 0u; d < quads; d++) {
    @repeat(i, each) {
      queries[#i * quads + d] = qkv[t#i * width + head * quads + d] * scale;
      let gradient#i = dout[row#i * quads + d];
      gradients[#i * quads + d] = gradient#i;
      product#i = fma(gradient#i, out[row#i * quads + d], product#i);
    }
  }
  @repeat(i, each) {
    @repeat(d, quads) {
      let q#i_#d = queries[#i * quads + #d];
      let g#i_#d = gradients[#i * quads + #d];
      var dq#i_#d = vec4f();
    }
    let delta#i = total(product#i);
    delta[row#i] = delta#i;
  }

  for (var part = 0u; part < 2u; part++) {
    let low = select(range.z, range.x, part == 0u);
    let high = select(min(first + 4u * each, params.tokens), range.y, part == 0u);
    for (var j = low; j < high; j += 4u) {
      let own = min(j + lane, high - 1u) * width + keyAt;
      @repeat(d, quads) {
        let k#d = qkv[own + #d];
        let v#d = qkv[own + toValue + #d];
      }
      // s: scores; e: dout . v.
      @repeat(x, 4) {
        @repeat(i, each) {
          var s#i_#x = vec4f();
          var e#i_#x = vec4f();
        }
        @repeat(d, quads) {
          let k#x_#d = quadBroadcast(k#d, #x);
          let v#x_#d = quadBroadcast(v#d, #x);
          @repeat(i, each) {
            s#i_#x = fma(q#i_#d, k#x_#d, s#i_#x);
            e#i_#x = fma(g#i_#d, v#x_#d, e#i_#x);
          }
        }
      }
      let keys = vec4u(j, j + 1u, j + 2u, j + 3u);
      @repeat(i, each) {
        let s#i = vec4f(total(s#i_0), total(s#i_1), total(s#i_2), total(s#i_3));
        let e#i = vec4f(total(e#i_0), total(e#i_1), total(e#i_2), total(e#i_3));
        // p is at most 1; a key that may not be read could be far above it.
        let p#i = exp(min(s#i - log#i, vec4f())) * (e#i - delta#i);
        let ds#i = select(vec4f(), p#i, readable(keys, span#i, t#i, high));
      }
      @repeat(d, quads) {
        @repeat(x, 4) {
          @repeat(i, each) { dq#i_#d = fma(vec4f(ds#i[#x]), k#x_#d, dq#i_#d); }
        }
      }
    }
  }

  @repeat(i, each) {
    @repeat(d, quads) { queries[#i * quads + #d] = dq#i_#d * scale; }
  }
  for (var d = 0u; d < quads; d++) {
    @repeat(i, each) { dqkv[t#i * width + head * quads + d] = queries[#i * quads + d]; }
  }
}
