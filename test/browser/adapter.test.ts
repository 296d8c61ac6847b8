/** WebGPU has to be there, in the page and in a Worker. Nothing is skipped without it: this file fails first and says why. */
import { expect, test } from "vitest";

test("the page gets a WebGPU adapter", async () => {
  expect(navigator.gpu, "navigator.gpu").toBeDefined();
  expect(await navigator.gpu.requestAdapter(), "adapter").not.toBeNull();
});

test("a Worker gets a WebGPU device that computes", async () => {
  const worker = new Worker(new URL("./adapter-worker.ts", import.meta.url), { type: "module" });
  try {
    const answer = await new Promise<unknown>((resolve, reject) => {
      worker.onmessage = (event) => resolve(event.data);
      worker.onerror = (event) => reject(new Error(event.message));
    });
    expect(answer).toEqual({ doubled: [2, 4, 6, 8] });
  } finally {
    worker.terminate();
  }
});
