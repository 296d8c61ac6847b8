/** A fault of a stream that is said only after the end: what stood before it is then read like any file that ends there. */
import { FileFault } from "./fault.ts";

export interface LateFault {
  readonly chunks: AsyncGenerator<Uint8Array, void, void>;
  /** What is made of the chunks, and then the fault, if there was one. */
  before<T>(made: AsyncGenerator<T, void, void>): AsyncGenerator<T, void, void>;
}

/** @param any whether also a stream that breaks off counts as one that ends; otherwise only one that something follows */
export function lateFault(chunks: AsyncGenerator<Uint8Array, void, void>, any: boolean): LateFault {
  let fault: FileFault | null = null;
  async function* ending(): AsyncGenerator<Uint8Array, void, void> {
    try {
      yield* chunks;
    } catch (thrown) {
      if (!(thrown instanceof FileFault) || !(any || thrown.behind)) throw thrown;
      fault = thrown;
    }
  }
  return {
    chunks: ending(),
    async *before(made) {
      yield* made;
      if (fault !== null) throw fault;
    },
  };
}
