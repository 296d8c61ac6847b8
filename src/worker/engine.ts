/** The engine behind EngineApi: owns the device, the data and the storage. One file in engine/ per part of the API. */
import type { EngineApi } from "./api.ts";
import { createCore } from "./engine/core.ts";
import { datasetCalls } from "./engine/datasets.ts";
import { deviceCalls } from "./engine/device.ts";
import { exportCalls } from "./engine/exports.ts";
import { guideCalls } from "./engine/guide.ts";
import { importCalls } from "./engine/imports.ts";
import { judgeCalls } from "./engine/judge.ts";
import { lessonCalls } from "./engine/lessons.ts";
import { linkCalls } from "./engine/links.ts";
import { modelCalls } from "./engine/model_files.ts";
import { planeCalls } from "./engine/plane.ts";
import { profileCalls } from "./engine/profile.ts";
import { createReader } from "./engine/reader.ts";
import { reportCalls } from "./engine/reports.ts";
import { rowCalls } from "./engine/rows.ts";
import { runCalls } from "./engine/runs.ts";
import { sampleCalls } from "./engine/samples.ts";
import { storageCalls } from "./engine/storage.ts";
import { sweepCalls } from "./engine/sweeps.ts";
import { webCalls } from "./engine/web.ts";

/** @param gpu `navigator.gpu`, where there is one @param agent the browser, in words */
export function createEngine(gpu: GPU | undefined, agent: string): EngineApi {
  const core = createCore(gpu, agent);
  const reader = createReader(core);
  const web = webCalls(reader);
  return {
    ...deviceCalls(core.device),
    ...datasetCalls(core),
    ...importCalls(core, reader),
    ...web,
    ...rowCalls(core),
    ...runCalls(core),
    ...judgeCalls(core),
    ...sweepCalls(core),
    ...planeCalls(core.device),
    ...profileCalls(core),
    ...exportCalls(core),
    ...linkCalls(core, reader, web),
    ...modelCalls(core),
    ...lessonCalls(),
    ...guideCalls(),
    ...reportCalls(core),
    ...sampleCalls(core),
    ...storageCalls(core),
  };
}
