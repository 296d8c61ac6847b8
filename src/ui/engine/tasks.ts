/** What every group of tasks is made from. */
import type { EngineApi } from "../../worker/api.ts";
import type { Action } from "../state/actions.ts";
import type { State } from "../state/state.ts";
import type { Store } from "../state/store.ts";

/** What the page asks of the engine. */
export type PageEngine = Pick<
  EngineApi,
  | "open"
  | "datasets"
  | "importFiles"
  | "cancelImport"
  | "deleteDataset"
  | "setTarget"
  | "preferredIsTarget"
  | "rows"
  | "run"
  | "pause"
  | "step"
  | "resume"
  | "stop"
  | "runs"
  | "runRecord"
  | "deleteRun"
>;

export interface TaskContext {
  readonly engine: PageEngine;
  readonly store: Store<State, Action>;
}
