/** Opens a device, and is the one place that hears of its loss and of errors nobody scoped. */
import { TiltError } from "../../base/errors.ts";
import type { AdapterTraits } from "../contract.ts";

export interface OpenDevice {
  readonly device: GPUDevice;
  /** Vendor, architecture and description, as far as the adapter tells. */
  readonly adapter: string;
  readonly traits: AdapterTraits;
  /** Resolves with the reason once the device is gone, whoever caused it. */
  readonly lost: Promise<string>;
  /** Errors that no scope caught, oldest first; emptied by reading. */
  takeErrors(): string[];
}

/** Features used where the adapter has them; none is required. */
const OPTIONAL_FEATURES: readonly GPUFeatureName[] = ["subgroups", "shader-f16", "timestamp-query"];

/** Limits raised to what the adapter offers; the defaults are too small for a vocabulary head. */
const RAISED_LIMITS = [
  "maxBufferSize",
  "maxStorageBufferBindingSize",
  "maxStorageBuffersPerShaderStage",
  "maxComputeWorkgroupStorageSize",
  "maxComputeInvocationsPerWorkgroup",
  "maxComputeWorkgroupSizeX",
] as const;

/** Asks for the adapter of a GPU implementation. Null when there is none. */
export async function findAdapter(gpu: GPU | undefined): Promise<GPUAdapter | null> {
  if (!gpu) return null;
  return gpu.requestAdapter({ powerPreference: "high-performance" });
}

/** Opens a device on an adapter with everything optional that it has. */
export async function openDevice(adapter: GPUAdapter): Promise<OpenDevice> {
  const requiredFeatures = OPTIONAL_FEATURES.filter((feature) => adapter.features.has(feature));
  const requiredLimits: Record<string, number> = {};
  for (const limit of RAISED_LIMITS) requiredLimits[limit] = adapter.limits[limit];
  const device = await adapter.requestDevice({ label: "tilt", requiredFeatures, requiredLimits });

  const errors: string[] = [];
  device.addEventListener("uncapturederror", (event) => {
    const { error } = event as GPUUncapturedErrorEvent;
    const outOfMemory = error.constructor.name === "GPUOutOfMemoryError";
    errors.push(outOfMemory ? `${OUT_OF_MEMORY}: ${error.message}` : error.message);
  });
  const { vendor, architecture, description, isFallbackAdapter, subgroupMaxSize } = adapter.info;
  const name = [vendor, architecture, description].filter(Boolean).join(" ") || "unknown adapter";
  return {
    device,
    adapter: name,
    traits: {
      // No GPU has subgroups of four; SwiftShader and lavapipe run four or eight lanes of a CPU.
      emulated:
        isFallbackAdapter === true || /swiftshader|llvmpipe|lavapipe/i.test(name) || subgroupMaxSize === 4,
    },
    lost: device.lost.then((info) => info.message || info.reason || "unknown reason"),
    takeErrors: () => errors.splice(0),
  };
}

const OUT_OF_MEMORY = "out of memory";

/** The error thrown for errors of the GPU that no scope caught. */
export function reportedError(errors: readonly string[]): TiltError {
  const memory = errors.some((error) => error.startsWith(OUT_OF_MEMORY));
  if (!memory) return new TiltError(`The GPU reported: ${errors.join("; ")}`);
  return new TiltError("The GPU has not enough memory for this.", {
    remedy: "Use a smaller batch, shorter sequences or a smaller model.",
    cause: errors,
    kind: "memory",
  });
}

/** The error thrown for work on a device that is gone. */
export function deviceLostError(reason: string): TiltError {
  return new TiltError(`The GPU stopped answering: ${reason}`, {
    remedy: "Go on from the last checkpoint, or reload the page.",
    kind: "device-lost",
  });
}
