// Which keys a query of a packed batch may read. spans [tokens, 4] = (prefixStart, prefixEnd, selfStart, queryEnd):
// query t reads keys prefixStart <= j < prefixEnd (its prompt) and selfStart <= j <= t (its own response so far);
// key t is read by the queries t <= i < queryEnd, which is one range: until the end of the group for a prompt's token,
// until the end of the response for a response's.
//
// ranges [ceil(tokens / 16), 4] = (prefixLow, prefixHigh, ownLow, queryHigh) covers sixteen tokens: together they read
// keys in [prefixLow, prefixHigh) and [ownLow, last of them], two disjoint ranges, and are read by queries below queryHigh.

/** Tokens that share an entry of ranges; four neighbouring invocations take four each. */
const BLOCK: u32 = 16u;

/** The keys at j, j+1, j+2, j+3 that this span and query may read, none at or past `end`. */
fn readable(keys: vec4u, span: vec4u, query: u32, end: u32) -> vec4<bool> {
  let prefix = (keys >= vec4u(span.x)) & (keys < vec4u(span.y));
  let own = (keys >= vec4u(span.z)) & (keys <= vec4u(query));
  return (prefix | own) & (keys < vec4u(end));
}

/** The queries at i .. i+3 that may read key j, whose queryEnd is given. */
fn readers(queries: vec4u, key: u32, queryEnd: u32) -> vec4<bool> {
  return (queries >= vec4u(key)) & (queries < vec4u(queryEnd));
}

fn largest(v: vec4f) -> f32 {
  return max(max(v.x, v.y), max(v.z, v.w));
}

fn total(v: vec4f) -> f32 {
  return (v.x + v.y) + (v.z + v.w);
}
