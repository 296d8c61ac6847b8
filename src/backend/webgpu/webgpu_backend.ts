/** Runs ops on a GPU device: plans are recorded once and replayed, one submit each. */
import { TiltError } from "../../base/errors.ts";
import type { Backend, Plan, Recorder, Scalar, Tensor } from "../backend.ts";
import { type AnyOp, untyped } from "../contract.ts";
import { checkDispatch, valuesOf } from "../recording.ts";
import { deviceLostError, type OpenDevice } from "./device.ts";
import { layOutParams, SLICE_BYTES } from "./params.ts";
import { type CompiledKernel, createPipelineCache } from "./pipelines.ts";
import { type GpuTap, gpuTap } from "./tap.ts";
import { asTensorData, asWords } from "./words.ts";

interface GpuTensor extends Tensor {
  readonly buffer: GPUBuffer;
  /** Bytes from the start of `buffer`. */
  readonly offset: number;
}

type Step =
  | {
      readonly kind: "dispatch";
      readonly op: AnyOp;
      readonly buffers: Record<string, Tensor>;
      readonly params: Record<string, number | Scalar>;
    }
  | { readonly kind: "copy"; readonly from: GpuTensor; readonly to: GpuTensor; readonly bytes: number }
  | { readonly kind: "clear"; readonly tensor: GpuTensor };

const STORAGE_ALIGNMENT_BYTES = 256;

export function createWebGpuBackend(open: OpenDevice): Backend {
  const { device } = open;
  const pipelines = createPipelineCache(device);
  const live = new Set<GPUBuffer>();
  let bytesInUse = 0;
  let lostReason: string | undefined;
  void open.lost.then((reason) => {
    lostReason = reason;
  });

  const failIfBroken = (): void => {
    if (lostReason !== undefined) throw deviceLostError(lostReason);
    const errors = open.takeErrors();
    if (errors.length > 0) throw new TiltError(`The GPU reported: ${errors.join("; ")}`);
  };

  const finish = async (): Promise<void> => {
    await Promise.race([device.queue.onSubmittedWorkDone(), open.lost]);
    failIfBroken();
  };

  const backend: Backend = {
    info: {
      kind: "webgpu",
      adapter: open.adapter,
      features: [...device.features].sort(),
      maxTensorBytes: Math.min(device.limits.maxStorageBufferBindingSize, device.limits.maxBufferSize),
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
        await staging.mapAsync(GPUMapMode.READ);
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
    plan: (label, record) => createPlan(device, pipelines, failIfBroken, label, record),
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

async function createPlan(
  device: GPUDevice,
  pipelines: ReturnType<typeof createPipelineCache>,
  failIfBroken: () => void,
  label: string,
  record: (recorder: Recorder) => void,
): Promise<Plan> {
  failIfBroken();
  const steps: Step[] = [];
  record({
    dispatch(op, buffers, params) {
      checkDispatch(untyped(op), buffers, params);
      steps.push({ kind: "dispatch", op: untyped(op), buffers, params });
    },
    copy(from, to, length = from.length) {
      steps.push({ kind: "copy", from: from as GpuTensor, to: to as GpuTensor, bytes: length * 4 });
    },
    clear(tensor) {
      steps.push({ kind: "clear", tensor: tensor as GpuTensor });
    },
  });

  const dispatches = steps.filter((step) => step.kind === "dispatch");
  const kernels = await Promise.all(dispatches.map((step) => pipelines.compile(step.op)));
  const block = layOutParams(dispatches);
  const uniforms = device.createBuffer({
    label: `${label} parameters`,
    size: block.bytes.byteLength,
    usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
  });
  const bindGroups = dispatches.map((step, index) => bind(device, uniforms, step, kernels[index]!));

  const encodeSteps = (encoder: GPUCommandEncoder): void => {
    let pass: GPUComputePassEncoder | undefined;
    let index = 0;
    for (const step of steps) {
      if (step.kind === "dispatch") {
        pass ??= encoder.beginComputePass({ label });
        const { pipeline, kernel } = kernels[index]!;
        const [x, y, z] = kernel.workgroups(valuesOf(step.params));
        if (x * y * z > 0) {
          pass.setPipeline(pipeline);
          pass.setBindGroup(0, bindGroups[index]!, [index * SLICE_BYTES]);
          pass.dispatchWorkgroups(x, y, z);
        }
        index++;
      } else {
        pass?.end();
        pass = undefined;
        if (step.kind === "copy") {
          encoder.copyBufferToBuffer(
            step.from.buffer,
            step.from.offset,
            step.to.buffer,
            step.to.offset,
            step.bytes,
          );
        } else {
          encoder.clearBuffer(step.tensor.buffer, step.tensor.offset, step.tensor.length * 4);
        }
      }
    }
    pass?.end();
  };

  return {
    label,
    dispatches: dispatches.length,
    run(taps = []) {
      failIfBroken();
      if (block.refresh()) device.queue.writeBuffer(uniforms, 0, block.bytes);
      const encoder = device.createCommandEncoder({ label });
      encodeSteps(encoder);
      for (const tap of taps) (tap as GpuTap).encode(encoder);
      device.queue.submit([encoder.finish()]);
      for (const tap of taps) (tap as GpuTap).map();
    },
    destroy() {
      uniforms.destroy();
    },
  };
}

function bind(
  device: GPUDevice,
  uniforms: GPUBuffer,
  step: Extract<Step, { kind: "dispatch" }>,
  kernel: CompiledKernel,
): GPUBindGroup {
  return device.createBindGroup({
    label: step.op.name,
    layout: kernel.layout,
    entries: [
      { binding: 0, resource: { buffer: uniforms, size: SLICE_BYTES } },
      ...Object.keys(step.op.buffers).map((name, index) => {
        const tensor = step.buffers[name] as GpuTensor;
        return {
          binding: index + 1,
          resource: { buffer: tensor.buffer, offset: tensor.offset, size: Math.max(4, tensor.length * 4) },
        };
      }),
    ],
  });
}
