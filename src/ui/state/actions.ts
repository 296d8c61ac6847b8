/** Every way the page's state can change. */
import type { Environment, Problem, RunEvent, RunRecord, StepRecord } from "../../experiment/events.ts";
import type { Spec } from "../../experiment/spec.ts";
import type {
  DataChecks,
  DatasetSummary,
  GroupDetail,
  ImportProgress,
  KeptState,
  RowPage,
  RowQuery,
  RunSummary,
  StoredModel,
} from "../../worker/api.ts";
import type { Route } from "../route.ts";
import type { RunView } from "./run_view.ts";
import type { DialogId, EngineState, ImportFailure, Mapper, Queue, StageId } from "./state.ts";

export type Action =
  | { readonly type: "engine"; readonly engine: EngineState; readonly environment?: Environment }
  | { readonly type: "route"; readonly route: Route }
  | { readonly type: "stage"; readonly stage: StageId }
  | { readonly type: "datasets"; readonly datasets: readonly DatasetSummary[]; readonly wanted?: string }
  | { readonly type: "dataset-changed"; readonly dataset: DatasetSummary }
  | { readonly type: "use-dataset"; readonly hash: string }
  | { readonly type: "import-progress"; readonly progress: ImportProgress | null }
  | { readonly type: "import-failed"; readonly failure: ImportFailure | null }
  | { readonly type: "imported"; readonly hash: string }
  | { readonly type: "mapper"; readonly mapper: Mapper | null }
  | { readonly type: "dialog"; readonly dialog: DialogId | null; readonly link?: string }
  | { readonly type: "spec"; readonly spec: Spec; readonly drawn?: string }
  | { readonly type: "spec-undo" }
  | { readonly type: "spec-redo" }
  | { readonly type: "kept"; readonly kept: readonly KeptState[] }
  | { readonly type: "models"; readonly models: readonly StoredModel[] }
  | { readonly type: "model-files"; readonly files: readonly File[] }
  | { readonly type: "single-keys"; readonly on: boolean }
  | { readonly type: "strategies"; readonly strategies: readonly string[] }
  | { readonly type: "runs"; readonly runs: readonly RunSummary[] }
  | { readonly type: "run-started"; readonly run: RunView; readonly queue: Queue }
  | {
      readonly type: "run-events";
      readonly id: string;
      readonly events: readonly RunEvent[];
      readonly at: number;
    }
  | { readonly type: "run-sampled"; readonly id: string; readonly record: StepRecord }
  | { readonly type: "run-ended"; readonly id: string; readonly record: RunRecord }
  | { readonly type: "run-failed"; readonly id: string; readonly problem: Problem }
  | { readonly type: "run-record"; readonly record: RunRecord }
  | { readonly type: "run-removed"; readonly id: string }
  | { readonly type: "run-restored"; readonly run: RunView }
  | { readonly type: "queue"; readonly queue: Queue | null }
  | { readonly type: "run-problem"; readonly problem: Problem | null }
  | { readonly type: "toggle-run"; readonly id: string }
  | { readonly type: "query"; readonly query: Partial<RowQuery> }
  | { readonly type: "page"; readonly page: RowPage }
  | { readonly type: "rows-failed"; readonly problem: Problem }
  | { readonly type: "row"; readonly row: string | null }
  | { readonly type: "group"; readonly group: GroupDetail }
  | { readonly type: "group-failed"; readonly problem: Problem }
  | { readonly type: "pin"; readonly group: GroupDetail | null }
  | { readonly type: "checks"; readonly checks: DataChecks }
  | { readonly type: "checking"; readonly done: number }
  | { readonly type: "toast"; readonly text: string | null; readonly undo?: number }
  | { readonly type: "say"; readonly text: string }
  | { readonly type: "shortcuts"; readonly open: boolean };
