/** WebGPU in Node: Dawn, from the npm package `webgpu`. */
import { messageOf } from "../base/errors.ts";

export interface DawnResult {
  readonly gpu: GPU | undefined;
  /** Why there is no WebGPU; absent when there is. */
  readonly reason?: string;
}

/** Loads Dawn and puts WebGPU's constants (GPUBufferUsage, …) where the engine expects them. */
export async function openDawn(): Promise<DawnResult> {
  try {
    const { create, globals } = await import("webgpu");
    Object.assign(globalThis, globals);
    return { gpu: create([]) };
  } catch (thrown) {
    return { gpu: undefined, reason: `Dawn cannot be loaded: ${messageOf(thrown)}` };
  }
}
