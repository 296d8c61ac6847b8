/**
 * Remembers one value, the newest, since each may hold megabytes: `make` runs only for another key than the last one's.
 * A `make` that throws leaves what was remembered.
 */
export function remember<T>(): (key: string, make: () => Promise<T>) => Promise<T> {
  let held: { readonly key: string; readonly value: T } | undefined;
  return async (key, make) => {
    if (held?.key !== key) held = { key, value: await make() };
    return held.value;
  };
}
