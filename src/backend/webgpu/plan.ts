/** A recorded list of dispatches: pipelines and bind groups are made once, each run encodes and submits them. */
import type { Plan, Recorder, Scalar, Tensor } from "../backend.ts";
import { type AnyOp, untyped, type Workgroups } from "../contract.ts";
import { checkDispatch, valuesOf } from "../recording.ts";
import { type Chooser, PLAIN } from "./choose.ts";
import { layOutParams, SLICE_BYTES } from "./params.ts";
import type { CompiledKernel, PipelineCache } from "./pipelines.ts";
import { createPassClock, type PassClock } from "./profile.ts";
import type { GpuTap } from "./tap.ts";

export interface GpuTensor extends Tensor {
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

/** What plans are made with. */
export interface PlanMaker {
  readonly device: GPUDevice;
  readonly pipelines: PipelineCache;
  readonly chooser: Chooser;
  /** @throws TiltError when the device is lost or has reported an error */
  failIfBroken(): void;
}

export async function createPlan(
  { device, pipelines, chooser, failIfBroken }: PlanMaker,
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
  const kernels = await Promise.all(
    dispatches.map(async ({ op, params }) => pipelines.compile(op, await chooser.choose(op, params))),
  );
  const block = layOutParams(dispatches);
  const uniforms = device.createBuffer({
    label: `${label} parameters`,
    size: block.bytes.byteLength,
    usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
  });
  const bindGroups = dispatches.map((step, index) => bind(device, uniforms, step, kernels[index]!));

  const counts = dispatches.map((step, index) => workgroupCounts(step.params, kernels[index]!.kernel));

  /** @param clock given: one pass a dispatch, timed */
  const encodeSteps = (encoder: GPUCommandEncoder, clock?: PassClock): void => {
    let pass: GPUComputePassEncoder | undefined;
    let index = 0;
    for (const step of steps) {
      if (step.kind === "dispatch") {
        pass ??= encoder.beginComputePass(clock ? clock.timed(step.op.name, index) : { label });
        const [x, y, z] = counts[index]!();
        if (x * y * z > 0) {
          pass.setPipeline(kernels[index]!.pipeline);
          pass.setBindGroup(0, bindGroups[index]!, [index * SLICE_BYTES]);
          pass.dispatchWorkgroups(x, y, z);
        }
        index++;
        if (clock) {
          pass.end();
          pass = undefined;
        }
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
    async profile() {
      failIfBroken();
      const clock = createPassClock(device, dispatches.length);
      if (!clock) return undefined;
      if (block.refresh()) device.queue.writeBuffer(uniforms, 0, block.bytes);
      const encoder = device.createCommandEncoder({ label: `${label}, timed` });
      encodeSteps(encoder, clock);
      const times = await clock.finish(encoder);
      return dispatches.map((step, i) => ({
        op: step.op.name,
        kernel: kernels[i]!.kernel.id ?? PLAIN,
        params: valuesOf(step.params),
        milliseconds: times[i]!,
      }));
    },
    destroy() {
      uniforms.destroy();
    },
  };
}

/** Workgroup counts of a dispatch, worked out again only when a scalar has changed: encoding is on the hot path. */
function workgroupCounts(
  params: Record<string, number | Scalar>,
  kernel: CompiledKernel["kernel"],
): () => Workgroups {
  const scalars = Object.values(params).filter((param): param is Scalar => typeof param !== "number");
  const seen = scalars.map(({ value }) => value);
  let counts = kernel.workgroups(valuesOf(params));
  return () => {
    let changed = false;
    for (let i = 0; i < scalars.length; i++) {
      const { value } = scalars[i]!;
      changed ||= value !== seen[i];
      seen[i] = value;
    }
    if (changed) counts = kernel.workgroups(valuesOf(params));
    return counts;
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
