/** The WebGPU backend of the browser tests. No adapter is a failure. */
import type { Backend } from "../../src/backend/backend.ts";
import { openBackend } from "../../src/backend/open.ts";

let opened: Promise<Backend> | undefined;

/** One device for a test file. */
export function webgpuBackend(): Promise<Backend> {
  opened ??= openBackend(navigator.gpu, "webgpu").then(({ backend, fallback }) => {
    if (backend.info.kind !== "webgpu") throw new Error(`these tests need WebGPU: ${fallback}`);
    return backend;
  });
  return opened;
}
