/** The device and the lab on it: opened once, opened again after a loss. */
import type { Backend } from "../../backend/backend.ts";
import { openBackend, type TuningMemory } from "../../backend/open.ts";
import { environmentOf } from "../../experiment/environment.ts";
import type { Environment } from "../../experiment/events.ts";
import type { Lab } from "../../experiment/job.ts";
import type { DeviceApi } from "../api.ts";

export interface Opened {
  readonly backend: Backend;
  /** Models, kernels and objectives: half of the engine, loaded while the visitor looks at the data. */
  readonly lab: Promise<Lab>;
  readonly environment: Environment;
}

export interface Device {
  open(): Promise<Opened>;
  /** The lab once it is there: what it knows about rows is shown, but rows do not wait for it. */
  current(): Lab | undefined;
}

/**
 * @param gpu `navigator.gpu`, where there is one
 * @param agent the browser, in words
 * @param memory of kernels measured before
 */
export function createDevice(gpu: GPU | undefined, agent: string, memory: TuningMemory): Device {
  let opened: Promise<Opened> | undefined;
  let current: Lab | undefined;

  const forget = (): void => {
    opened = undefined; // the next call opens a new device
    current = undefined;
  };

  async function start(): Promise<Opened> {
    const { backend, fallback } = await openBackend(gpu, "webgpu", { memory });
    const environment = environmentOf(backend.info, agent, fallback);
    void backend.lost.then(forget);
    const lab = import("../../experiment/lab.ts").then(({ createLab }) => createLab(backend, environment));
    lab.then((ready) => {
      current = ready;
    }, forget); // a run that waits for it says why; the next one tries again
    return { backend, lab, environment };
  }

  return {
    current: () => current,
    open() {
      opened ??= start();
      opened.catch(forget);
      return opened;
    },
  };
}

export function deviceCalls(device: Device): DeviceApi {
  return { open: async () => (await device.open()).environment };
}
