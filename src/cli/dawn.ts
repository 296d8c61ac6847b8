/** WebGPU in Node: Dawn, from the npm package `webgpu`. */
import { messageOf } from "../base/errors.ts";

export interface DawnResult {
  readonly gpu: GPU | undefined;
  /** Why there is no WebGPU; absent when there is. */
  readonly reason?: string;
}

/** Dawn crashes when its entry point is collected while a device lives, so one is kept for as long as the process. */
let kept: GPU | undefined;

/** Loads Dawn and puts WebGPU's constants (GPUBufferUsage, …) where the engine expects them. */
export async function openDawn(): Promise<DawnResult> {
  try {
    const { create, globals } = await import("webgpu");
    Object.assign(globalThis, globals);
    kept ??= create([]);
    return { gpu: kept };
  } catch (thrown) {
    return { gpu: undefined, reason: `Dawn cannot be loaded: ${messageOf(thrown)}` };
  }
}
