/** A fault of a stream that is said only after the end: what stood before it is then read like any file that ends there. */
import { FileFault } from "./fault.ts";
import type { RawRecord } from "./record.ts";

export interface LateFault {
  readonly chunks: AsyncGenerator<Uint8Array, void, void>;
  /** The records that are made of the chunks, without one that the fault cut off; and then the fault, if there was one. */
  before(made: AsyncGenerator<RawRecord[], void, void>): AsyncGenerator<RawRecord[], void, void>;
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
      // What comes once the chunks have ended is the last of it.
      for await (const batch of made)
        yield fault !== null && !fault.behind && batch.at(-1)?.fault ? batch.slice(0, -1) : batch;
      if (fault !== null) throw fault;
    },
  };
}
