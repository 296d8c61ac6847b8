/** Everything the page shows, as one immutable value. */
import type { ImportProblem } from "../../data/dataset.ts";
import type { Environment, Problem } from "../../experiment/events.ts";
import { defaultSpec, type Spec } from "../../experiment/spec.ts";
import type {
  DataChecks,
  DatasetSummary,
  GroupDetail,
  ImportProgress,
  KeptState,
  Look,
  PreparingStage,
  ReadChoices,
  RowFilter,
  RowPage,
  RowQuery,
  StoredModel,
} from "../../worker/api.ts";
import { HOME, type Route } from "../route.ts";
import type { RunView } from "./run_view.ts";

export const STAGE_IDS = ["data", "ratio", "policy", "results"] as const;
export type StageId = (typeof STAGE_IDS)[number];

export type EngineState = "opening" | "ready" | "restarting" | "broken";

/** Something that went wrong with a file, shown in the data stage until dismissed. */
export interface ImportFailure {
  readonly problem: Problem;
  readonly problems: readonly ImportProblem[];
}

/** Columns being named by hand: of files that no known format fits, or of a dataset that was read wrongly. */
export interface Mapper {
  /** For people. */
  readonly name: string;
  /** Hash of the stored dataset that is to be read again; null for files that are not read yet. */
  readonly dataset: string | null;
  /** Why the guess was not enough; null when a person asked for this by themselves. */
  readonly problem: Problem | null;
  /** The first look, with the guess. */
  readonly look: Look;
  readonly choices: ReadChoices;
}

/** Strategies still to run in this go, and the one running. */
export interface Queue {
  readonly strategies: readonly string[];
  /** Index of the one running. */
  readonly at: number;
  /** The page's settings when this go began: all its runs have them. Absent for runs that came from elsewhere. */
  readonly spec?: Spec;
}

export interface Toast {
  readonly id: number;
  readonly text: string;
  /** What "Undo" takes back; null where nothing can be. */
  readonly undo: number | null;
}

/** Dialogs that come with their own code. */
export type DialogId = "storage" | "web" | "models";

export interface State {
  readonly engine: EngineState;
  readonly environment: Environment | null;
  /** The open view. */
  readonly route: Route;
  readonly stage: StageId;
  readonly datasets: readonly DatasetSummary[];
  readonly datasetsLoaded: boolean;
  /** Hash of the dataset in use. */
  readonly dataset: string | null;
  readonly importing: ImportProgress | null;
  readonly importFailure: ImportFailure | null;
  /** Hash of the dataset that was read just now: how it was read is unfolded. */
  readonly fresh: string | null;
  readonly mapper: Mapper | null;
  readonly dialog: DialogId | null;
  /** The link that the dialog for web addresses starts with. */
  readonly link: string;
  readonly spec: Spec;
  /** Settings as they were before each change, oldest first, and those taken back, next first. */
  readonly past: readonly Spec[];
  readonly future: readonly Spec[];
  /** The slider being drawn: its values are one change. */
  readonly drawn: string | null;
  /** Ids of the strategies that Run runs, in the page's fixed order. */
  readonly strategies: readonly string[];
  readonly runs: readonly RunView[];
  /** Ids of runs that the reader took out of the charts. */
  readonly hidden: readonly string[];
  readonly queue: Queue | null;
  /** The last run of each stage that was run by itself. */
  readonly alone: Readonly<Partial<Record<PreparingStage, RunView>>>;
  /** Runs that broke off and can be gone on with, newest first. */
  readonly kept: readonly KeptState[];
  /** Models that a person brought; null until asked for. */
  readonly models: readonly StoredModel[] | null;
  /** Files of a model that were dropped and are not read yet. */
  readonly modelFiles: readonly File[];
  /** Whether single keys act. */
  readonly singleKeys: boolean;
  readonly runProblem: Problem | null;
  readonly query: RowQuery;
  readonly page: RowPage | null;
  readonly rowsLoading: boolean;
  readonly rowsProblem: Problem | null;
  /** Id of the group shown beside the table. */
  readonly row: string | null;
  /** That group whole, once it is here. */
  readonly group: GroupDetail | null;
  /** Another group, kept for comparing. */
  readonly pinned: GroupDetail | null;
  readonly groupProblem: Problem | null;
  /** Copies, leaks and lengths of the dataset in use; null until looked for. */
  readonly checks: DataChecks | null;
  /** Share of the comparison of all rows that is done, while `checks` is null. */
  readonly checking: number;
  readonly toast: Toast | null;
  /** What the live region says. */
  readonly said: string;
  readonly shortcuts: boolean;
}

export const PAGE_SIZE = 50;

/** A filter that every row passes. */
export const NO_FILTER: RowFilter = { source: null, split: null, flag: null, ranges: {} };

/** What is asked of a dataset first. */
export function firstQuery(spec: Spec): RowQuery {
  return {
    offset: 0,
    limit: PAGE_SIZE,
    sort: "row",
    descending: false,
    search: "",
    filter: NO_FILTER,
    run: null,
    split: splitOf(spec),
  };
}

/** The split that a run with these settings would make. */
export function splitOf({ seed, data }: Spec): RowQuery["split"] {
  return { seed, heldOut: data.heldOut };
}

/** The four strategies with a colour, in the order that never changes. */
export const COLOURED = ["erm", "reweight", "kl_dro", "dora_inside"] as const;

export function initialState(): State {
  return {
    engine: "opening",
    environment: null,
    route: HOME,
    stage: "policy",
    datasets: [],
    datasetsLoaded: false,
    dataset: null,
    importing: null,
    importFailure: null,
    fresh: null,
    mapper: null,
    dialog: null,
    link: "",
    spec: defaultSpec(),
    past: [],
    future: [],
    drawn: null,
    strategies: [...COLOURED],
    runs: [],
    hidden: [],
    queue: null,
    alone: {},
    kept: [],
    models: null,
    modelFiles: [],
    singleKeys: true,
    runProblem: null,
    query: firstQuery(defaultSpec()),
    page: null,
    rowsLoading: false,
    rowsProblem: null,
    row: null,
    group: null,
    pinned: null,
    groupProblem: null,
    checks: null,
    checking: 0,
    toast: null,
    said: "",
    shortcuts: false,
  };
}
