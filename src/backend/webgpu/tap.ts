/** A ring of staging buffers: metrics are copied at the end of a run and mapped later, so the queue never stalls. */
import { TiltError } from "../../base/errors.ts";
import type { Tap, TensorData } from "../backend.ts";
import type { ElementType } from "../contract.ts";
import { asTensorData } from "./words.ts";

export interface GpuTap extends Tap {
  /** Adds the copy to the run being encoded. */
  encode(encoder: GPUCommandEncoder): void;
  /** Starts mapping what `encode` copied; call after the submit. */
  map(): void;
}

export function gpuTap(
  device: GPUDevice,
  label: string,
  type: ElementType,
  source: GPUBuffer,
  offset: number,
  length: number,
  depth: number,
  failIfBroken: () => void,
  orLost: <T>(answer: Promise<T>) => Promise<T>,
): GpuTap {
  const free = Array.from({ length: depth }, (_, i) =>
    device.createBuffer({
      label: `tap ${label} ${i}`,
      size: Math.max(4, length * 4),
      usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
    }),
  );
  const all = free.slice();
  const encoded: GPUBuffer[] = [];
  const inFlight: { buffer: GPUBuffer; mapped: Promise<void> }[] = [];

  return {
    get inFlight() {
      return inFlight.length;
    },
    encode(encoder) {
      const buffer = free.pop();
      if (!buffer) throw new TiltError(`more than ${depth} runs in flight`, { where: `tap ${label}` });
      encoder.copyBufferToBuffer(source, offset, buffer, 0, length * 4);
      encoded.push(buffer);
    },
    map() {
      for (const buffer of encoded.splice(0)) {
        const mapped = orLost(buffer.mapAsync(GPUMapMode.READ));
        mapped.catch(() => {}); // reported by take(), which may come much later
        inFlight.push({ buffer, mapped });
      }
    },
    async take(): Promise<TensorData> {
      const oldest = inFlight.shift();
      if (!oldest) throw new TiltError("nothing was captured", { where: `tap ${label}` });
      try {
        await oldest.mapped;
      } catch (thrown) {
        failIfBroken();
        throw thrown;
      }
      const data = asTensorData(type, oldest.buffer.getMappedRange().slice(0, length * 4));
      oldest.buffer.unmap();
      free.push(oldest.buffer);
      return data;
    },
    destroy() {
      for (const buffer of all) buffer.destroy();
    },
  };
}
