// losses[g] = l(list g),  dloss[r] = dl/da_r for every response r of the list
//
// logps, ref_logps, lengths, scores, dloss, scratch [responses]; group_start [groups + 1]; losses [groups]. Group g owns
// responses group_start[g] .. group_start[g + 1] - 1. One invocation per group: lists are short. The loss comes from
// shaders/loss/listwise/<id>.wgsl through the slot and reads the buffers of lib/list_buffers.wgsl; it writes dloss and may use
// its own part of scratch. p0..p5 are its settings in the registry's order.
import package::lib::grid::flatIndex;
import package::lib::list_buffers::{ params, logps, ref_logps, lengths, scores, group_start, losses, dloss, scratch };
import package::slot::loss::listLoss;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) counts: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let g = flatIndex(group, counts, local, 64u);
  if (g >= params.groups) { return; }
  // Named here so that every loss keeps the same bindings, whichever it reads.
  _ = &logps;
  _ = &ref_logps;
  _ = &lengths;
  _ = &scores;
  _ = &dloss;
  _ = &scratch;
  let settings = array<f32, 6>(params.p0, params.p1, params.p2, params.p3, params.p4, params.p5);
  losses[g] = listLoss(group_start[g], group_start[g + 1u], settings);
}
