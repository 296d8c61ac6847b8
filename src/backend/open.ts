/** Chooses what ops run on: a GPU when there is one, else the CPU, and says which and why. */
import type { Backend, Choices } from "./backend.ts";
import { createCpuBackend } from "./cpu/cpu_backend.ts";
import { findAdapter, openDevice } from "./webgpu/device.ts";
import { createWebGpuBackend } from "./webgpu/webgpu_backend.ts";

export interface OpenedBackend {
  readonly backend: Backend;
  /** Why the CPU was taken although WebGPU was wanted; absent when nothing fell back. */
  readonly fallback?: string;
}

/**
 * @param gpu `navigator.gpu`, or Dawn's in Node; undefined where there is none
 * @param wanted "webgpu" falls back to the CPU when no adapter is found; "cpu" never asks for one
 * @param options.choices kernels to use where measuring would otherwise decide: those of an earlier run's environment
 */
export async function openBackend(
  gpu: GPU | undefined,
  wanted: "webgpu" | "cpu",
  options: { readonly choices?: Choices; readonly tuning?: "auto" | "on" | "off" } = {},
): Promise<OpenedBackend> {
  if (wanted === "cpu") return { backend: createCpuBackend() };
  const adapter = await findAdapter(gpu);
  if (!adapter) {
    const fallback = gpu ? "WebGPU is here, but offers no adapter" : "there is no WebGPU here";
    return { backend: createCpuBackend(), fallback };
  }
  return { backend: createWebGpuBackend(await openDevice(adapter), options) };
}
