/** Kernels measured on this machine's adapters, kept in the browser: an adapter is measured once, not at every visit. */
import type { TuningMemory } from "../../backend/open.ts";
import { ENGINE_VERSION } from "../../experiment/environment.ts";
import type { Storage } from "../../storage/storage.ts";

/** Other engines may have other kernels under the same names. */
const nameOf = (adapter: string): string => `kernels/${ENGINE_VERSION}/${adapter}`;

/** Storage that fails costs a measurement, never a run. @param store opened on first use */
export function tuningMemory(store: () => Promise<Pick<Storage, "settings">>): TuningMemory {
  let writing: Promise<unknown> = Promise.resolve();
  return {
    async recall(adapter) {
      const kept: unknown = await store()
        .then((open) => open.settings.get(nameOf(adapter)))
        .catch(() => null);
      if (typeof kept !== "object" || kept === null) return {};
      return Object.fromEntries(
        Object.entries(kept).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
      );
    },
    keep(adapter, choices) {
      // One after another, so that the newest is the one that stays.
      writing = writing
        .then(async () => (await store()).settings.put(nameOf(adapter), choices))
        .catch(() => undefined);
    },
  };
}
