/** What all parts of the engine share: the device, the storage and the datasets in use. */
import { createDoors, type Doors } from "../../experiment/doors.ts";
import { openStorage, type Storage } from "../../storage/storage.ts";
import { createDevice, type Device } from "./device.ts";
import { createShelf, type Shelf } from "./shelf.ts";
import { tuningMemory } from "./tuning_memory.ts";
import { createTurns, type Turns } from "./turns.ts";

export interface Core {
  readonly device: Device;
  /** Opened on first use. */
  readonly store: () => Promise<Storage>;
  readonly shelf: Shelf;
  /** Who computes: runs and sweeps, one at a time. */
  readonly turns: Turns;
  /** Where samples are taken of the policy in training. */
  readonly doors: Doors;
}

/** @param gpu `navigator.gpu`, where there is one @param agent the browser, in words */
export function createCore(gpu: GPU | undefined, agent: string): Core {
  let storage: Promise<Storage> | undefined;
  const store = (): Promise<Storage> => (storage ??= openStorage());
  const device = createDevice(gpu, agent, tuningMemory(store));
  return { device, store, shelf: createShelf(store), turns: createTurns(), doors: createDoors() };
}
