/** The page's state after an action. Pure: everything that waits or talks to the engine is in ui/engine. */
import type { Spec } from "../../experiment/spec.ts";
import type { RunSummary } from "../../worker/api.ts";
import type { Action } from "./actions.ts";
import { applyEvents, fromRecord, fromSummary, type RunView } from "./run_view.ts";
import { specForDataset } from "./spec_for.ts";
import { COLOURED, firstQuery, type State, splitOf } from "./state.ts";

export function reduce(state: State, action: Action): State {
  switch (action.type) {
    case "engine":
      return {
        ...state,
        engine: action.engine,
        environment: action.environment ?? state.environment,
      };
    case "route":
      return { ...state, route: action.route };
    case "stage":
      return { ...state, stage: action.stage };
    case "datasets": {
      const has = (hash: string | null | undefined) => action.datasets.some((one) => one.hash === hash);
      const wanted = [action.wanted, state.dataset].find((hash) => has(hash));
      const fallback = action.datasets.find((one) => one.builtin) ?? action.datasets[0];
      const next = { ...state, datasets: action.datasets, datasetsLoaded: true };
      return useDataset(next, wanted ?? fallback?.hash ?? null);
    }
    case "dataset-changed":
      return {
        ...state,
        datasets: state.datasets.map((one) => (one.hash === action.dataset.hash ? action.dataset : one)),
      };
    case "use-dataset":
      return useDataset(state, action.hash);
    case "import-progress":
      return { ...state, importing: action.progress };
    case "import-failed":
      return { ...state, importFailure: action.failure };
    case "imported":
      return { ...state, fresh: action.hash, mapper: null };
    case "mapper":
      return { ...state, mapper: action.mapper };
    case "dialog":
      return { ...state, dialog: action.dialog, link: action.link ?? "" };
    case "spec":
      return changed(state, action.spec, action.drawn ?? null);
    case "spec-undo": {
      const before = state.past.at(-1);
      if (!before) return state;
      return {
        ...state,
        spec: onCurrent(state, before),
        past: state.past.slice(0, -1),
        future: [state.spec, ...state.future],
        drawn: null,
      };
    }
    case "spec-redo": {
      const [after, ...future] = state.future;
      if (!after) return state;
      return {
        ...state,
        spec: onCurrent(state, after),
        past: [...state.past, state.spec],
        future,
        drawn: null,
      };
    }
    case "kept":
      return { ...state, kept: action.kept };
    case "models":
      return { ...state, models: action.models };
    case "model-files":
      return { ...state, modelFiles: action.files };
    case "single-keys":
      return { ...state, singleKeys: action.on };
    case "strategies":
      return { ...state, strategies: inOrder(action.strategies) };
    case "runs":
      return { ...state, runs: mergeSummaries(state.runs, action.runs) };
    case "run-started":
      return { ...state, runs: [...state.runs, action.run], queue: action.queue, runProblem: null };
    case "run-events":
      return replaceRun(state, action.id, (run) => applyEvents(run, action.events, action.at));
    case "run-sampled":
      return replaceRun(state, action.id, (run) => ({
        ...run,
        sampled: [...run.sampled.filter(({ step }) => step < action.record.step), action.record],
      }));
    case "run-ended":
      return ended(state, action.id, (run) => fromRecord(action.record, run));
    case "run-failed":
      return replaceRun(state, action.id, (run) => ({ ...run, status: "failed", problem: action.problem }));
    case "run-record":
      return replaceRun(state, action.record.id, (run) => fromRecord(action.record, run));
    case "run-removed":
      return { ...state, runs: state.runs.filter((run) => run.id !== action.id) };
    case "run-restored":
      return { ...state, runs: sorted([...state.runs, action.run]) };
    case "queue":
      return { ...state, queue: action.queue };
    case "run-problem":
      return { ...state, runProblem: action.problem };
    case "toggle-run": {
      const hidden = state.hidden.includes(action.id)
        ? state.hidden.filter((id) => id !== action.id)
        : [...state.hidden, action.id];
      return { ...state, hidden };
    }
    case "query": {
      const query = { ...state.query, offset: 0, split: splitOf(state.spec), ...action.query };
      return { ...state, query, rowsLoading: true, rowsProblem: null };
    }
    case "page":
      return { ...state, page: action.page, rowsLoading: false, rowsProblem: null };
    case "rows-failed":
      return { ...state, rowsLoading: false, rowsProblem: action.problem };
    case "row":
      if (action.row === state.row) return state;
      return { ...state, row: action.row, group: null, groupProblem: null };
    case "group":
      // An answer about a row that is no longer open comes too late.
      if (action.group.id !== state.row) return state;
      return { ...state, group: action.group, groupProblem: null };
    case "group-failed":
      return { ...state, groupProblem: action.problem };
    case "pin":
      return { ...state, pinned: action.group };
    case "checks":
      return { ...state, checks: action.checks };
    case "checking":
      return { ...state, checks: null, checking: action.done };
    case "toast": {
      const id = (state.toast?.id ?? 0) + 1;
      const toast = action.text === null ? null : { id, text: action.text, undo: action.undo ?? null };
      return { ...state, toast };
    }
    case "say":
      return { ...state, said: action.text };
    case "shortcuts":
      return { ...state, shortcuts: action.open };
  }
}

/** Changes that can be taken back. */
const MOST_CHANGES = 100;

/** The settings after a change. Values of one slider in a row are one change. */
function changed(state: State, spec: Spec, drawn: string | null): State {
  if (spec === state.spec) return state;
  const goesOn = drawn !== null && drawn === state.drawn;
  const past = goesOn ? state.past : [...state.past, state.spec].slice(-MOST_CHANGES);
  return { ...state, spec, past, future: [], drawn };
}

/** Older settings, on the dataset in use. */
function onCurrent(state: State, spec: Spec): Spec {
  const dataset = state.datasets.find((one) => one.hash === state.dataset);
  return dataset ? specForDataset(spec, dataset) : spec;
}

/** A whole run stays in the list; a stage run by itself is kept beside it, the newest of each. */
function ended(state: State, id: string, change: (run: RunView) => RunView): State {
  const run = state.runs.find((one) => one.id === id);
  if (!run || run.only === null) return replaceRun(state, id, change);
  const alone = { ...state.alone, [run.only]: change(run) };
  return { ...state, alone, runs: state.runs.filter((one) => one.id !== id) };
}

function useDataset(state: State, hash: string | null): State {
  if (hash === state.dataset) return state;
  const dataset = state.datasets.find((one) => one.hash === hash);
  const spec = dataset ? specForDataset(state.spec, dataset) : state.spec;
  const none = {
    page: null,
    row: null,
    group: null,
    pinned: null,
    groupProblem: null,
    checks: null,
    checking: 0,
    // What went wrong before was about other data.
    runProblem: null,
  };
  return { ...state, ...none, dataset: hash, spec, query: firstQuery(spec), rowsLoading: hash !== null };
}

/** The coloured four in their order, then the others in the order they were ticked. */
function inOrder(ids: readonly string[]): readonly string[] {
  const rank = (id: string): number => {
    const at = (COLOURED as readonly string[]).indexOf(id);
    return at < 0 ? COLOURED.length : at;
  };
  return [...new Set(ids)].sort((a, b) => rank(a) - rank(b));
}

function replaceRun(state: State, id: string, change: (run: RunView) => RunView): State {
  if (!state.runs.some((run) => run.id === id)) return state;
  return { ...state, runs: state.runs.map((run) => (run.id === id ? change(run) : run)) };
}

function mergeSummaries(known: readonly RunView[], stored: readonly RunSummary[]): readonly RunView[] {
  const byId = new Map(known.map((run) => [run.id, run]));
  for (const summary of stored) if (!byId.has(summary.id)) byId.set(summary.id, fromSummary(summary));
  return sorted([...byId.values()]);
}

function sorted(runs: readonly RunView[]): readonly RunView[] {
  return [...runs].sort((a, b) => a.startedAt.localeCompare(b.startedAt));
}
