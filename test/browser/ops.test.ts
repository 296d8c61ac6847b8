/** Every op's shader against its CPU loop, on ragged and hostile shapes. */
import { expect, it } from "vitest";
import { type Backend, runOnce, type Tensor, type TensorData } from "../../src/backend/backend.ts";
import { createCpuBackend } from "../../src/backend/cpu/cpu_backend.ts";
import { allCases } from "../ops/all.ts";
import { type OpCase, startingValues } from "../ops/op_case.ts";
import { webgpuBackend } from "./backend.ts";

async function results(backend: Backend, testCase: OpCase): Promise<Record<string, TensorData>> {
  const values = startingValues(testCase);
  const tensors: Record<string, Tensor> = {};
  for (const [name, data] of Object.entries(values)) {
    const tensor = backend.tensor(name, testCase.op.buffers[name]!.type, data.length);
    backend.write(tensor, data);
    tensors[name] = tensor;
  }
  await runOnce(backend, testCase.op, tensors, testCase.params);
  const written: Record<string, TensorData> = {};
  for (const name in tensors) {
    if (testCase.op.buffers[name]!.access === "read_write" && !testCase.working?.includes(name))
      written[name] = await backend.read(tensors[name]!);
  }
  for (const tensor of Object.values(tensors)) backend.free(tensor);
  return written;
}

it.for(allCases())("$name", async (testCase, { skip }) => {
  const { features } = (await webgpuBackend()).info;
  const lacking = testCase.op.needs?.find((feature) => !features.includes(feature));
  skip(lacking !== undefined, `this adapter has no ${lacking}`);
  const [want, got] = await Promise.all([
    results(createCpuBackend({ precision: "f64" }), testCase),
    webgpuBackend().then((backend) => results(backend, testCase)),
  ]);
  for (const name in want) {
    let worst = { index: -1, excess: 0 };
    for (let i = 0; i < want[name]!.length; i++) {
      const allowed = testCase.atol + testCase.rtol * Math.abs(want[name]![i]!);
      const error = Math.abs(got[name]![i]! - want[name]![i]!);
      const excess = Number.isNaN(error) ? Number.POSITIVE_INFINITY : error / allowed;
      if (excess > worst.excess) worst = { index: i, excess };
    }
    const { index } = worst;
    expect(
      worst.excess,
      `${name}[${index}] is ${got[name]![index]}, the loop gives ${want[name]![index]}`,
    ).toBeLessThanOrEqual(1);
  }
});
