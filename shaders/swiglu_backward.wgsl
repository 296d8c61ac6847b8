// The gradient of swiglu_forward.wgsl: with s = 1 / (1 + exp(-gate)),
//
//   dgate = dy * up * s * (1 + gate (1 - s)),   dup = dy * gate * s
//
// gateUp, dgateUp [rows, 2 hidden]; dy [rows, hidden]. Condition vec4: four columns an invocation.
import package::lib::grid::flatIndex;

struct Params {
  rows: u32,
  hidden: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@if(vec4) @group(0) @binding(1) var<storage, read> gateUp: array<vec4f>;
@if(vec4) @group(0) @binding(2) var<storage, read> dy: array<vec4f>;
@if(vec4) @group(0) @binding(3) var<storage, read_write> dgateUp: array<vec4f>;
@if(!vec4) @group(0) @binding(1) var<storage, read> gateUp: array<f32>;
@if(!vec4) @group(0) @binding(2) var<storage, read> dy: array<f32>;
@if(!vec4) @group(0) @binding(3) var<storage, read_write> dgateUp: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) counts: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  @if(vec4) let hidden = params.hidden / 4u;
  @if(!vec4) let hidden = params.hidden;
  // exp(80) is finite; below, silu and its slope are zero to f32's precision.
  @if(vec4) let lowest = vec4f(-80.0);
  @if(!vec4) let lowest = -80.0;
  let item = flatIndex(group, counts, local, 64u);
  if (item >= params.rows * hidden) { return; }
  let row = item / hidden;
  let at = item + row * hidden;
  let gate = gateUp[at];
  let up = gateUp[at + hidden];
  let s = 1.0 / (1.0 + exp(-max(gate, lowest)));
  let incoming = dy[item];
  dgateUp[at] = incoming * up * s * (1.0 + gate * (1.0 - s));
  dgateUp[at + hidden] = incoming * gate * s;
}
