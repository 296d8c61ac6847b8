/** Where small things that the page remembers are kept, by name. */
import type { KeyValue } from "./key-value.ts";
import { SETTING } from "./keys.ts";
import { doing, valueAt } from "./record.ts";

export interface SettingRecords {
  put(name: string, value: unknown): Promise<void>;
  /** Null where it was never put. */
  get(name: string): Promise<unknown>;
}

/** Small named values in a store; a method that fails throws a TiltError. */
export function settingRecords(records: KeyValue): SettingRecords {
  return {
    put: (name, value) => doing("a setting", () => records.write({ put: [[SETTING.value + name, value]] })),
    get: (name) => valueAt(records, "a setting", SETTING.value + name),
  };
}
