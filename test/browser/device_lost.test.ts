/** A GPU device that goes away in the middle of work: whoever waits for it hears of it. */
import { expect, it } from "vitest";
import { openBackend } from "../../src/backend/open.ts";

/** Opens a backend whose device can be taken away as a driver would. */
async function opened() {
  let device: GPUDevice | undefined;
  const request = GPUAdapter.prototype.requestDevice;
  GPUAdapter.prototype.requestDevice = async function (...of) {
    device = await request.apply(this, of);
    return device;
  };
  try {
    const { backend } = await openBackend(navigator.gpu, "webgpu");
    return { backend, lose: () => device!.destroy() };
  } finally {
    GPUAdapter.prototype.requestDevice = request;
  }
}

it("a captured value that never comes, a read and a wait end with words on the lost GPU", async () => {
  const { backend, lose } = await opened();
  const [from, to] = ["from", "to"].map((label) => backend.tensor(label, "f32", 4));
  const tap = backend.tap(to!, 3);
  const plan = await backend.plan("copy", (recorder) => recorder.copy(from!, to!));
  plan.run([tap]);
  await tap.take();
  plan.run([tap]);
  lose();
  const late = tap.take();
  await expect(late).rejects.toMatchObject({ kind: "device-lost" });
  await expect(backend.lost).resolves.toEqual(expect.any(String));
  await expect(backend.read(to!)).rejects.toThrow(/GPU stopped answering/);
  await expect(backend.settled()).rejects.toThrow(/GPU stopped answering/);
  expect(() => plan.run([tap])).toThrow(/GPU stopped answering/);
});

it("a device that goes while its work is being recorded leaves nobody waiting either", async () => {
  const { backend, lose } = await opened();
  const [from, to] = ["from", "to"].map((label) => backend.tensor(label, "f32", 4));
  const tap = backend.tap(to!, 3);
  const plan = await backend.plan("copy", (recorder) => recorder.copy(from!, to!));
  const record = GPUDevice.prototype.createCommandEncoder;
  GPUDevice.prototype.createCommandEncoder = function (...of) {
    const encoder = record.apply(this, of);
    lose();
    return encoder;
  };
  plan.run([tap]);
  GPUDevice.prototype.createCommandEncoder = record;
  await expect(tap.take()).rejects.toMatchObject({ kind: "device-lost" });
});
