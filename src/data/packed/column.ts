/** A column of numbers that grows. */

type Numbers = Float64Array | Uint32Array | Int32Array | Uint8Array;

export interface Column<A extends Numbers> {
  readonly length: number;
  push(value: number): void;
  get(index: number): number;
  set(index: number, value: number): void;
  /** The numbers so far, without the room to grow. */
  done(): A;
}

/** An empty column. @param make an array of that many zeros */
export function column<A extends Numbers>(make: (length: number) => A): Column<A> {
  let values = make(256);
  let length = 0;
  return {
    get length() {
      return length;
    },
    push(value) {
      if (length === values.length) {
        const more = make(Math.ceil(values.length * 1.5));
        more.set(values);
        values = more;
      }
      values[length++] = value;
    },
    get: (index) => values[index]!,
    set(index, value) {
      values[index] = value;
    },
    done() {
      const all = make(length);
      all.set(values.subarray(0, length));
      return all;
    },
  };
}
