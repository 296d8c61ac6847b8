/** Runs ops on a GPU device: plans are recorded once and replayed, one submit each. */
import { TiltError } from "../../base/errors.ts";
import type { Backend, Choices } from "../backend.ts";
import { createStopwatch } from "./autotune.ts";
import { createChooser } from "./choose.ts";
import { deviceLostError, type OpenDevice, reportedError } from "./device.ts";
import { createPipelineCache } from "./pipelines.ts";
import { createPlan, type GpuTensor, type PlanMaker } from "./plan.ts";
import { gpuTap } from "./tap.ts";
import { asTensorData, asWords } from "./words.ts";

const STORAGE_ALIGNMENT_BYTES = 256;
/** Milliseconds in which a device that failed its work tells why. */
const LOSS_IS_TOLD = 50;

export interface WebGpuOptions {
  /** Kernels to use where measuring would otherwise decide. */
  readonly choices?: Choices;
  /**
   * Whether to measure kernels while plans are made. "auto", the default, does so on GPUs, where a measurement takes
   * milliseconds; on emulated adapters compiling every kernel would take seconds, and the default choice is known.
   */
  readonly tuning?: "auto" | "on" | "off";
  /** Told all choices so far each time one was measured. */
  readonly onMeasured?: (choices: Choices) => void;
}

export function createWebGpuBackend(open: OpenDevice, options: WebGpuOptions = {}): Backend {
  const { device, traits } = open;
  const { choices, tuning = "auto", onMeasured } = options;
  const pipelines = createPipelineCache(device);
  const measured = tuning === "on" || (tuning === "auto" && !traits.emulated);
  const chooser = createChooser(
    device.features,
    traits,
    choices,
    measured ? createStopwatch(device, pipelines) : undefined,
    onMeasured,
  );
  const live = new Set<GPUBuffer>();
  let bytesInUse = 0;
  let lostReason: string | undefined;
  /** What waits for the device; a device that is gone may never answer. */
  const waiting = new Set<(lost: TiltError) => void>();
  void open.lost.then((reason) => {
    lostReason = reason;
    for (const give of waiting) give(deviceLostError(reason));
    waiting.clear();
  });
  const orLost = <T>(answer: Promise<T>): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      if (lostReason !== undefined) reject(deviceLostError(lostReason));
      waiting.add(reject);
      // What was under way fails a moment before the device says that it is gone.
      const fail = (thrown: unknown): void =>
        void setTimeout(() => {
          waiting.delete(reject);
          reject(thrown);
        }, LOSS_IS_TOLD);
      answer.then((value) => {
        waiting.delete(reject);
        resolve(value);
      }, fail);
    });

  const failIfBroken = (): void => {
    if (lostReason !== undefined) throw deviceLostError(lostReason);
    const errors = open.takeErrors();
    if (errors.length > 0) throw reportedError(errors);
  };

  const finish = async (): Promise<void> => {
    await orLost(device.queue.onSubmittedWorkDone());
    failIfBroken();
  };

  const maker: PlanMaker = { device, pipelines, chooser, failIfBroken };

  const backend: Backend = {
    info: {
      kind: "webgpu",
      adapter: open.adapter,
      features: [...device.features].sort(),
      maxTensorBytes: Math.min(device.limits.maxStorageBufferBindingSize, device.limits.maxBufferSize),
      get choices() {
        return { ...chooser.choices };
      },
    },
    lost: open.lost,
    get bytesInUse() {
      return bytesInUse;
    },
    viewAlignment: STORAGE_ALIGNMENT_BYTES / 4,
    tensor(label, type, length) {
      const size = Math.max(4, length * 4);
      if (size > backend.info.maxTensorBytes) {
        throw new TiltError(
          `"${label}" needs ${size} bytes, but this GPU allows ${backend.info.maxTensorBytes} in one buffer`,
          {
            remedy: "Use a smaller model, batch or vocabulary.",
            kind: "memory",
          },
        );
      }
      const buffer = device.createBuffer({
        label,
        size,
        usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
      });
      live.add(buffer);
      bytesInUse += size;
      const tensor: GpuTensor = { label, type, length, buffer, offset: 0 };
      return tensor;
    },
    view(tensor, label, offset, length) {
      const base = tensor as GpuTensor;
      if ((offset * 4) % STORAGE_ALIGNMENT_BYTES !== 0 || offset + length > tensor.length) {
        throw new TiltError(
          `view "${label}" of "${tensor.label}" at ${offset}+${length} is out of range or not aligned`,
        );
      }
      const view: GpuTensor = {
        label,
        type: tensor.type,
        length,
        buffer: base.buffer,
        offset: base.offset + offset * 4,
      };
      return view;
    },
    write(tensor, data, offset = 0) {
      const target = tensor as GpuTensor;
      if (offset + data.length > tensor.length) {
        throw new TiltError(
          `writing ${data.length} elements at ${offset} overruns "${tensor.label}" (${tensor.length})`,
        );
      }
      device.queue.writeBuffer(target.buffer, target.offset + offset * 4, asWords(tensor.type, data));
    },
    async read(tensor) {
      failIfBroken();
      const source = tensor as GpuTensor;
      const bytes = Math.max(4, tensor.length * 4);
      const staging = device.createBuffer({
        label: `read ${tensor.label}`,
        size: bytes,
        usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
      });
      const encoder = device.createCommandEncoder({ label: `read ${tensor.label}` });
      encoder.copyBufferToBuffer(source.buffer, source.offset, staging, 0, bytes);
      device.queue.submit([encoder.finish()]);
      try {
        await orLost(staging.mapAsync(GPUMapMode.READ));
      } catch (thrown) {
        failIfBroken();
        throw thrown;
      }
      const data = asTensorData(tensor.type, staging.getMappedRange().slice(0, tensor.length * 4));
      staging.destroy();
      failIfBroken();
      return data;
    },
    free(tensor) {
      const { buffer } = tensor as GpuTensor;
      if (live.delete(buffer)) bytesInUse -= buffer.size;
      buffer.destroy();
    },
    plan: (label, record) => createPlan(maker, label, record),
    tap: (tensor, depth) => {
      const source = tensor as GpuTensor;
      return gpuTap(
        device,
        tensor.label,
        tensor.type,
        source.buffer,
        source.offset,
        tensor.length,
        depth,
        failIfBroken,
        orLost,
      );
    },
    settled: finish,
    destroy() {
      for (const buffer of live) buffer.destroy();
      live.clear();
      bytesInUse = 0;
      device.destroy();
    },
  };
  return backend;
}
