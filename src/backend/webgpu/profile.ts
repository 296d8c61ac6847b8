/** A clock around each compute pass, by timestamp queries. */

export interface PassClock {
  /** Descriptor of the pass that runs dispatch `index`. */
  timed(label: string, index: number): GPUComputePassDescriptor;
  /** Submits, and reads the times: milliseconds per dispatch. Browsers round each stamp, often to 0.1 ms. */
  finish(encoder: GPUCommandEncoder): Promise<number[]>;
}

const BYTES_A_STAMP = 8;
/** The most queries one set may have. */
const MOST_QUERIES = 4096;

/** Undefined where the device has no timestamp queries, or the passes are too many for one query set. */
export function createPassClock(device: GPUDevice, passes: number): PassClock | undefined {
  const stamps = 2 * passes;
  if (!device.features.has("timestamp-query") || stamps > MOST_QUERIES || passes === 0) return undefined;
  const querySet = device.createQuerySet({ label: "profile", type: "timestamp", count: stamps });
  const size = stamps * BYTES_A_STAMP;
  const resolved = device.createBuffer({
    label: "profile stamps",
    size,
    usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC,
  });
  const staging = device.createBuffer({
    label: "profile read",
    size,
    usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
  });
  return {
    timed: (label, index) => ({
      label,
      timestampWrites: {
        querySet,
        beginningOfPassWriteIndex: 2 * index,
        endOfPassWriteIndex: 2 * index + 1,
      },
    }),
    async finish(encoder) {
      encoder.resolveQuerySet(querySet, 0, stamps, resolved, 0);
      encoder.copyBufferToBuffer(resolved, 0, staging, 0, size);
      device.queue.submit([encoder.finish()]);
      await staging.mapAsync(GPUMapMode.READ);
      const nanoseconds = new BigUint64Array(staging.getMappedRange().slice(0));
      for (const buffer of [staging, resolved]) buffer.destroy();
      querySet.destroy();
      return Array.from({ length: passes }, (_, i) => {
        // Stamps of different passes need not be ordered on every adapter.
        const took = Number(nanoseconds[2 * i + 1]! - nanoseconds[2 * i]!);
        return Math.max(0, took) / 1e6;
      });
    },
  };
}
