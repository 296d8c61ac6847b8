/** A list whose items are made when they are asked for, and not kept. */

const isIndex = /^(?:0|[1-9]\d{0,9})$/;

/**
 * Reads as an array does (index, length, iteration, `map`, `slice`, …). What it hands out is made anew each time, so items are compared
 * by what they hold, never by identity; and it cannot be cloned or posted, only what is read from it can.
 */
export function lazyList<T>(length: number, at: (index: number) => T): readonly T[] {
  const own: T[] = [];
  own.length = length;
  const indexOf = (key: string | symbol): number => {
    if (typeof key !== "string" || !isIndex.test(key)) return -1;
    const index = Number(key);
    return index < length ? index : -1;
  };
  return new Proxy(own, {
    get(target, key, receiver) {
      const index = indexOf(key);
      return index >= 0 ? at(index) : Reflect.get(target, key, receiver);
    },
    has: (target, key) => indexOf(key) >= 0 || Reflect.has(target, key),
    ownKeys: (target) => [...Array.from({ length }, (_, i) => String(i)), ...Reflect.ownKeys(target)],
    getOwnPropertyDescriptor(target, key) {
      const index = indexOf(key);
      if (index < 0) return Reflect.getOwnPropertyDescriptor(target, key);
      return { value: at(index), enumerable: true, configurable: true, writable: false };
    },
    set: () => false,
    defineProperty: () => false,
    deleteProperty: () => false,
  });
}

/** `of` every item, as numbers: unlike a typed array's own `from`, without holding all items of a lazy list at once. */
export function numbersOf<T, A extends Float64Array | Int32Array | Uint32Array | Uint8Array>(
  list: readonly T[],
  into: A,
  of: (item: T, index: number) => number,
): A {
  for (let i = 0; i < list.length; i++) into[i] = of(list[i]!, i);
  return into;
}
