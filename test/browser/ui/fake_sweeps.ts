/** Sweeps for looking at the page without the real engine: there are none, and none can be run. */
import type { SweepApi } from "../../../src/worker/api.ts";

export function fakeSweeps(): SweepApi {
  const none = async (): Promise<never> => {
    throw new Error("The fake engine runs no sweeps.");
  };
  const nothing = async (): Promise<void> => {};
  return {
    sweeps: async () => [],
    sweep: async () => null,
    planSweep: async () => ({ settings: [], cells: [] }),
    makeSweep: none,
    runSweep: none,
    pauseSweep: nothing,
    resumeSweep: nothing,
    stopSweep: nothing,
    moveCell: nothing,
    skipCell: nothing,
    repeatCell: nothing,
    deleteSweep: nothing,
  };
}
