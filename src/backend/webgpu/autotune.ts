/** Times kernels of one op on scratch buffers of the size they will meet. */
import { type AnyOp, elementCount } from "../contract.ts";
import type { AnyKernel, Stopwatch } from "./choose.ts";
import { layOutParams, SLICE_BYTES } from "./params.ts";
import type { CompiledKernel, PipelineCache } from "./pipelines.ts";

/** Time to aim at for one measurement: long against a submit, short against a person's patience. */
const TARGET_MS = 2;
const MOST_DISPATCHES = 64;
const ROUNDS = 3;
/** A kernel this many times slower than the fastest at the first try is not tried again. */
const HOPELESS = 4;

/** One measurement at a time, or each would time the others too. */
export function createStopwatch(device: GPUDevice, pipelines: PipelineCache): Stopwatch {
  let last: Promise<unknown> = Promise.resolve();
  return (op, kernels, params) => {
    const compiled = Promise.all(kernels.map((kernel) => pipelines.compile(op, kernel)));
    const result = last.then(async () => measure(device, op, kernels, await compiled, params));
    last = result.catch(() => {});
    return result;
  };
}

async function measure(
  device: GPUDevice,
  op: AnyOp,
  kernels: readonly AnyKernel[],
  compiled: readonly CompiledKernel[],
  params: Readonly<Record<string, number>>,
): Promise<number[]> {
  const block = layOutParams([{ op, params }]);
  block.refresh();
  const uniforms = device.createBuffer({
    label: "autotune parameters",
    size: block.bytes.byteLength,
    usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
  });
  device.queue.writeBuffer(uniforms, 0, block.bytes);
  const scratch = Object.keys(op.buffers).map((name) =>
    device.createBuffer({
      label: `autotune ${op.name} ${name}`,
      size: Math.max(4, 4 * elementCount(op, name, params)),
      usage: GPUBufferUsage.STORAGE,
    }),
  );
  const groups = compiled.map(({ layout }) =>
    device.createBindGroup({
      layout,
      entries: [
        { binding: 0, resource: { buffer: uniforms, size: SLICE_BYTES } },
        ...scratch.map((buffer, i) => ({ binding: i + 1, resource: { buffer } })),
      ],
    }),
  );
  const time = async (index: number, dispatches: number): Promise<number> => {
    const encoder = device.createCommandEncoder({ label: "autotune" });
    const pass = encoder.beginComputePass();
    pass.setPipeline(compiled[index]!.pipeline);
    pass.setBindGroup(0, groups[index]!, [0]);
    const [x, y, z] = kernels[index]!.workgroups(params);
    for (let i = 0; i < dispatches; i++) pass.dispatchWorkgroups(x, y, z);
    pass.end();
    const start = performance.now();
    device.queue.submit([encoder.finish()]);
    await device.queue.onSubmittedWorkDone();
    return (performance.now() - start) / dispatches;
  };

  const best: number[] = [];
  for (let index = 0; index < kernels.length; index++) {
    await time(index, 1); // the first run pays for the driver's own compilation
    best.push(await time(index, 1));
  }
  const hopeless = HOPELESS * Math.min(...best);
  const counts = best.map((once) =>
    once > hopeless
      ? 0
      : Math.max(1, Math.min(MOST_DISPATCHES, Math.round(TARGET_MS / Math.max(once, 1e-3)))),
  );
  // In turns, so that a slow moment of the machine hits all alike.
  for (let round = 0; round < ROUNDS; round++) {
    for (let index = 0; index < kernels.length; index++) {
      if (counts[index]! > 0) best[index] = Math.min(best[index]!, await time(index, counts[index]!));
    }
  }
  uniforms.destroy();
  for (const buffer of scratch) buffer.destroy();
  return best;
}
