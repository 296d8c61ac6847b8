/** What every group of tasks is made from. */
import type { EngineApi } from "../../worker/api.ts";
import type { Action } from "../state/actions.ts";
import type { State } from "../state/state.ts";
import type { Store } from "../state/store.ts";

export interface TaskContext {
  readonly engine: EngineApi;
  readonly store: Store<State, Action>;
}
