// attention_key_gradient.wgsl by quads, for heads of exactly 4 `quads` elements: each invocation takes `each` keys of a key
// head, loads one of four queries, and hands it to the others; see attention_forward_quads.wgsl.
import constants::{quads, each};
import package::lib::grid::flatIndex;
import package::lib::packed_attention::BLOCK;
import package::lib::packed_attention::readers;
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
@group(0) @binding(4) var<storage, read> dout: array<vec4f>;
@group(0) @binding(5) var<storage, read> lse: array<f32>;
@group(0) @binding(6) var<storage, read> delta: array<f32>;
@group(0) @binding(7) var<storage, read_write> dqkv: array<vec4f>;

@compute @workgroup_size(4)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) counts: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let item = flatIndex(group, counts, 0u, 1u);
  let piece = item / params.kvHeads;
  let kvHead = item % params.kvHeads;
  let first = piece * 4u * each;
  if (first >= params.tokens) { return; }
  // In vec4s.
  let width = (params.heads + 2u * params.kvHeads) * quads;
  let toValue = params.kvHeads * quads;
  let scale = inverseSqrt(f32(params.headDim));
  // Keys past the batch repeat the last one, and store its values again.
  @repeat(i, each) {
    let t#i = min(first + each * lane + #i, params.tokens - 1u);
    let end#i = spans[t#i].w;
    let at#i = t#i * width + (params.heads + kvHead) * quads;
  }
  // What happens once is left in loops: unrolled, loads and stores take the compiler longer than all the rest.
  var keys: array<vec4f, each * quads>;
  var values: array<vec4f, each * quads>;
  for (var d = 0u; d < quads; d++) {
    @repeat(i, each) {
      keys[#i * quads + d] = qkv[at#i + d] * scale;
      values[#i * quads + d] = qkv[at#i + toValue + d];
    }
  }
  @repeat(i, each) {
    @repeat(d, quads) {
      let k#i_#d = keys[#i * quads + #d];
      let v#i_#d = values[#i * quads + #d];
      var dk#i_#d = vec4f();
      var dv#i_#d = vec4f();
    }
  }
  let high = ranges[first / BLOCK].w;
  let perGroup = params.heads / params.kvHeads;

  for (var head = kvHead * perGroup; head < (kvHead + 1u) * perGroup; head++) {
    for (var i = first; i < high; i += 4u) {
      let own = min(i + lane, high - 1u);
      let row = own * params.heads + head;
      @repeat(d, quads) {
        let q#d = qkv[own * width + head * quads + #d];
        let g#d = dout[row * quads + #d];
      }
      let ownLog = lse[row];
      let ownDelta = delta[row];
      let logs = vec4f(
        quadBroadcast(ownLog, 0), quadBroadcast(ownLog, 1), quadBroadcast(ownLog, 2), quadBroadcast(ownLog, 3),
      );
      let deltas = vec4f(
        quadBroadcast(ownDelta, 0), quadBroadcast(ownDelta, 1), quadBroadcast(ownDelta, 2), quadBroadcast(ownDelta, 3),
      );
      // s: scores of four keys with four queries; e: dout . v.
      @repeat(x, 4) {
        @repeat(i, each) {
          var s#i_#x = vec4f();
          var e#i_#x = vec4f();
        }
        @repeat(d, quads) {
          let q#x_#d = quadBroadcast(q#d, #x);
          let g#x_#d = quadBroadcast(g#d, #x);
          @repeat(i, each) {
            s#i_#x = fma(k#i_#d, q#x_#d, s#i_#x);
            e#i_#x = fma(v#i_#d, g#x_#d, e#i_#x);
          }
        }
      }
      let queries = vec4u(i, i + 1u, i + 2u, i + 3u);
      @repeat(i, each) {
        let s#i = vec4f(total(s#i_0), total(s#i_1), total(s#i_2), total(s#i_3));
        let e#i = vec4f(total(e#i_0), total(e#i_1), total(e#i_2), total(e#i_3));
        // p is at most 1; for a query that may not read the key it could be far above it.
        let reads#i = readers(queries, t#i, end#i) & (queries < vec4u(high));
        let p#i = select(vec4f(), exp(min(s#i - logs, vec4f())), reads#i);
        let ds#i = p#i * (e#i - deltas);
      }
      @repeat(d, quads) {
        @repeat(x, 4) {
          @repeat(i, each) {
            dv#i_#d = fma(vec4f(p#i[#x]), g#x_#d, dv#i_#d);
            dk#i_#d = fma(vec4f(ds#i[#x]), q#x_#d, dk#i_#d);
          }
        }
      }
    }
  }

  @repeat(i, each) {
    @repeat(d, quads) {
      keys[#i * quads + #d] = dk#i_#d * scale;
      values[#i * quads + #d] = dv#i_#d;
    }
  }
  for (var d = 0u; d < quads; d++) {
    @repeat(i, each) {
      dqkv[at#i + d] = keys[#i * quads + d];
      dqkv[at#i + toValue + d] = values[#i * quads + d];
    }
  }
}
