/** Doubles four numbers on the GPU and posts them back, or posts the reason why that did not work. */

const code = `
  @group(0) @binding(0) var<storage, read_write> values: array<f32>;
  @compute @workgroup_size(4)
  fn main(@builtin(global_invocation_id) id: vec3u) { values[id.x] = 2.0 * values[id.x]; }
`;

async function doubled(): Promise<number[]> {
  const adapter = await navigator.gpu.requestAdapter();
  if (!adapter) throw new Error("no WebGPU adapter in a Worker");
  const device = await adapter.requestDevice();
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
  const values = device.createBuffer({ label: "values", size: 16, usage });
  const readable = device.createBuffer({
    label: "readable",
    size: 16,
    usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
  });
  device.queue.writeBuffer(values, 0, new Float32Array([1, 2, 3, 4]));
  const pipeline = device.createComputePipeline({
    layout: "auto",
    compute: { module: device.createShaderModule({ code }) },
  });
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(
    0,
    device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: [{ binding: 0, resource: { buffer: values } }],
    }),
  );
  pass.dispatchWorkgroups(1);
  pass.end();
  encoder.copyBufferToBuffer(values, 0, readable, 0, 16);
  device.queue.submit([encoder.finish()]);
  await readable.mapAsync(GPUMapMode.READ);
  const numbers = Array.from(new Float32Array(readable.getMappedRange()));
  device.destroy();
  return numbers;
}

doubled().then(
  (numbers) => self.postMessage({ doubled: numbers }),
  (thrown) => self.postMessage({ failed: String(thrown) }),
);
