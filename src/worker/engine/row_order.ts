/** Rows in the order asked for. Rows without the value that is sorted by come last, either way round. */

/**
 * @param rows indices of groups, ascending; not changed
 * @param keys by group; NaN where there is none
 */
export function inOrder(rows: Uint32Array, keys: Float64Array, descending: boolean): Uint32Array {
  const known = rows.filter((g) => !Number.isNaN(keys[g]));
  const rest = rows.filter((g) => Number.isNaN(keys[g]));
  const sign = descending ? -1 : 1;
  // Equal keys keep the order of the file.
  known.sort((a, b) => sign * (keys[a]! - keys[b]!) || a - b);
  const all = new Uint32Array(rows.length);
  all.set(known);
  all.set(rest, known.length);
  return all;
}
