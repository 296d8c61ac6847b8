/**
 * What the page may ask of the worker: one interface, wrapped by Comlink on both sides. Each file in api/ states one
 * part of it, and the file of the same name in engine/ answers it.
 */
import type { Environment } from "../experiment/events.ts";
import type { DatasetApi } from "./api/datasets.ts";
import type { ExportApi } from "./api/exports.ts";
import type { GuideApi } from "./api/guide.ts";
import type { ImportApi } from "./api/imports.ts";
import type { JudgeApi } from "./api/judge.ts";
import type { LessonApi } from "./api/lessons.ts";
import type { LinkApi } from "./api/links.ts";
import type { ModelApi } from "./api/models.ts";
import type { PlaneApi } from "./api/plane.ts";
import type { ProfileApi } from "./api/profile.ts";
import type { ReportApi } from "./api/reports.ts";
import type { RowApi } from "./api/rows.ts";
import type { RunApi } from "./api/runs.ts";
import type { SampleApi } from "./api/samples.ts";
import type { StorageApi } from "./api/storage.ts";
import type { SweepApi } from "./api/sweeps.ts";
import type { WebApi } from "./api/web.ts";

export type * from "./api/datasets.ts";
export type * from "./api/exports.ts";
export type * from "./api/guide.ts";
export type * from "./api/imports.ts";
export type * from "./api/judge.ts";
export type * from "./api/lessons.ts";
export type * from "./api/links.ts";
export type * from "./api/models.ts";
export type * from "./api/plane.ts";
export type * from "./api/profile.ts";
export type * from "./api/profile.ts";
export type * from "./api/reports.ts";
export type * from "./api/rows.ts";
export type * from "./api/runs.ts";
export type * from "./api/samples.ts";
export type * from "./api/storage.ts";
export type * from "./api/sweeps.ts";
export type * from "./api/web.ts";

export interface DeviceApi {
  /** Opens the device (once). Falls back to the CPU and says so. */
  open(): Promise<Environment>;
}

export interface EngineApi
  extends DeviceApi,
    DatasetApi,
    ImportApi,
    WebApi,
    RowApi,
    PlaneApi,
    ProfileApi,
    RunApi,
    JudgeApi,
    SweepApi,
    ExportApi,
    LinkApi,
    ModelApi,
    LessonApi,
    GuideApi,
    ReportApi,
    SampleApi,
    StorageApi {}
