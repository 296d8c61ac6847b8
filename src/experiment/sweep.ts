/** What the page may use of sweeps: reading, presets and tables. Planning and running are the worker's. */
export { metricInfo } from "./metrics.ts";
export {
  bySeed,
  cellsCsv,
  findingOf,
  type MeanCurve,
  meanCurve,
  metricsIn,
  type Row,
  tableCsv,
  tableOf,
} from "./sweep/aggregate.ts";
export { SWEEP_PRESETS, type SweepPreset } from "./sweep/presets.ts";
export { rangeOf } from "./sweep/range.ts";
export { axisOver, MOST_RUNS, readSweep, sweepJson, withAxis, withBase } from "./sweep/read.ts";
export type { Axis, AxisValue, Setting, Sweep } from "./sweep/types.ts";
