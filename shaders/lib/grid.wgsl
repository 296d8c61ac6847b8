// Index of this invocation's item when the grid was folded into y (see grid1d in src/backend/contract.ts).
// Items are numbered row by row; the caller must drop indices past the end.

fn flatIndex(group: vec3u, counts: vec3u, local: u32, perGroup: u32) -> u32 {
  return (group.y * counts.x + group.x) * perGroup + local;
}
