// attention_forward.wgsl by quads, for heads of exactly 4 `quads` elements: same values, shapes and order of work. Each of
// the four invocations of a quad takes `each` queries, loads one of four keys, and hands it to the others with quadBroadcast,
// so that a key is loaded once for all of the quad's queries; everything else stays in registers, unrolled. Best where loads
// are dear, as on CPUs that emulate a GPU.
import constants::{quads, each};
import package::lib::grid::flatIndex;
import package::lib::packed_attention::BLOCK;
import package::lib::packed_attention::readable;
import package::lib::packed_attention::largest;
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
@group(0) @binding(4) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> lse: array<f32>;

const FAR: f32 = -1e30;

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
    let span#i = spans[t#i];
  }
  let range = ranges[first / BLOCK];

  // In vec4s from here on.
  let width = (params.heads + 2u * params.kvHeads) * quads;
  let keyAt = (params.heads + head / (params.heads / params.kvHeads)) * quads;
  let toValue = params.kvHeads * quads;
  let scale = inverseSqrt(f32(params.headDim));
  // What happens once is left in loops: unrolled, loads and stores take the compiler longer than all the rest.
  var queries: array<vec4f, each * quads>;
  for (var d = 0u; d < quads; d++) {
    @repeat(i, each) { queries[#i * quads + d] = qkv[t#i * width + head * quads + d] * scale; }
  }
  @repeat(i, each) {
    @repeat(d, quads) {
      let q#i_#d = queries[#i * quads + #d];
      var o#i_#d = vec4f();
    }
  }
  @repeat(i, each) {
    var most#i = FAR;
    var sum#i = 0.0;
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
      @repeat(x, 4) {
        @repeat(i, each) { var s#i_#x = vec4f(); }
        @repeat(d, quads) {
          let k#x_#d = quadBroadcast(k#d, #x);
          @repeat(i, each) { s#i_#x = fma(q#i_#d, k#x_#d, s#i_#x); }
        }
      }
      let keys = vec4u(j, j + 1u, j + 2u, j + 3u);
      @repeat(i, each) {
        let see#i = readable(keys, span#i, t#i, high);
        let s#i = select(vec4f(FAR), vec4f(total(s#i_0), total(s#i_1), total(s#i_2), total(s#i_3)), see#i);
      }
      @repeat(i, each) {
        let before#i = most#i;
        most#i = max(most#i, largest(s#i));
        let keep#i = exp(before#i - most#i);
        let p#i = select(vec4f(), exp(s#i - most#i), see#i);
        sum#i = sum#i * keep#i + total(p#i);
      }
      @repeat(d, quads) {
        @repeat(i, each) { o#i_#d *= keep#i; }
        @repeat(x, 4) {
          let v#x_#d = quadBroadcast(v#d, #x);
          @repeat(i, each) { o#i_#d = fma(vec4f(p#i[#x]), v#x_#d, o#i_#d); }
        }
      }
    }
  }

  // Every query reads at least its own key, so sum > 0.
  var outs: array<vec4f, each * quads>;
  @repeat(i, each) {
    lse[t#i * params.heads + head] = most#i + log(sum#i);
    @repeat(d, quads) { outs[#i * quads + #d] = o#i_#d / sum#i; }
  }
  for (var d = 0u; d < quads; d++) {
    @repeat(i, each) { out[(t#i * params.heads + head) * quads + d] = outs[#i * quads + d]; }
  }
}
