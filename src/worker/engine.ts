/** The engine behind EngineApi: owns the device, the data and the storage. One file in engine/ per part of the API. */
import type { EngineApi } from "./api.ts";
import { createCore } from "./engine/core.ts";
import { datasetCalls } from "./engine/datasets.ts";
import { deviceCalls } from "./engine/device.ts";
import { exportCalls } from "./engine/exports.ts";
import { runCalls } from "./engine/runs.ts";
import { storageCalls } from "./engine/storage.ts";

/** @param gpu `navigator.gpu`, where there is one @param agent the browser, in words */
export function createEngine(gpu: GPU | undefined, agent: string): EngineApi {
  const core = createCore(gpu, agent);
  return {
    ...deviceCalls(core.device),
    ...datasetCalls(core),
    ...runCalls(core),
    ...exportCalls(core),
    ...storageCalls(core),
  };
}
