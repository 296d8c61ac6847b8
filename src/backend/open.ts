/** Chooses what ops run on: a GPU when there is one, else the CPU, and says which and why. */
import type { Backend, Choices } from "./backend.ts";
import { createCpuBackend } from "./cpu/cpu_backend.ts";
import { findAdapter, openDevice } from "./webgpu/device.ts";
import { createWebGpuBackend, type WebGpuOptions } from "./webgpu/webgpu_backend.ts";

/** Remembers which kernels were measured to be fastest, by adapter, so that they are measured once. */
export interface TuningMemory {
  /** What was kept for this adapter; empty for one never seen. */
  recall(adapter: string): Promise<Choices>;
  /** All choices so far, whenever one was measured. */
  keep(adapter: string, choices: Choices): void;
}

export interface OpenedBackend {
  readonly backend: Backend;
  /** Why the CPU was taken although WebGPU was wanted; absent when nothing fell back. */
  readonly fallback?: string;
}

/**
 * @param gpu `navigator.gpu`, or Dawn's in Node; undefined where there is none
 * @param wanted "webgpu" falls back to the CPU when no adapter is found; "cpu" never asks for one
 * @param options.choices kernels to use where measuring would otherwise decide: those of an earlier run's environment
 * @param options.memory where choices come from when none are given, and where measured ones go
 */
export async function openBackend(
  gpu: GPU | undefined,
  wanted: "webgpu" | "cpu",
  { memory, ...options }: Omit<WebGpuOptions, "onMeasured"> & { readonly memory?: TuningMemory } = {},
): Promise<OpenedBackend> {
  if (wanted === "cpu") return { backend: createCpuBackend() };
  const adapter = await findAdapter(gpu);
  if (!adapter) {
    const fallback = gpu ? "WebGPU is here, but offers no adapter" : "there is no WebGPU here";
    return { backend: createCpuBackend(), fallback };
  }
  const open = await openDevice(adapter);
  if (!memory) return { backend: createWebGpuBackend(open, options) };
  const choices = options.choices ?? (await memory.recall(open.adapter));
  const onMeasured = (all: Choices): void => memory.keep(open.adapter, all);
  return { backend: createWebGpuBackend(open, { ...options, choices, onMeasured }) };
}
