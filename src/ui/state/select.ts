/** What views read out of the state. */
import type { DatasetSummary } from "../../worker/api.ts";
import { isGoing, type RunView } from "./run_view.ts";
import { ON_JUDGED, sourceOf } from "./spec_for.ts";
import { COLOURED, type State } from "./state.ts";

export function currentDataset(state: State): DatasetSummary | null {
  return state.datasets.find((one) => one.hash === state.dataset) ?? null;
}

/** Strategies that need no ratio, and so no target. */
export const WITHOUT_TARGET: readonly string[] = ["erm", "kl_dro"];

/** Whether engine, data and target are there for what is ticked. */
export function canRun(state: State): boolean {
  const dataset = currentDataset(state);
  if (state.engine !== "ready" || !dataset || state.importing) return false;
  const { pairs, judged = 0 } = dataset;
  if (pairs === 0 && !(judged > 0 && state.spec.train.loss === ON_JUDGED)) return false;
  // A ratio that came with the file needs nobody to be named.
  const given = state.spec.ratio.source === "file" || state.spec.ratio.source === "weight";
  return dataset.target >= 0 || given || state.strategies.every((id) => WITHOUT_TARGET.includes(id));
}

/** The run going on, if there is one. */
export function goingRun(state: State): RunView | null {
  return state.runs.findLast(isGoing) ?? null;
}

/** Runs on the dataset in use, oldest first. A world counts as one dataset whatever its settings. */
export function datasetRuns(state: State): readonly RunView[] {
  const dataset = currentDataset(state);
  const world = dataset?.builtin ? sourceOf(dataset) : null;
  return state.runs.filter((run) => run.only === null && isOn(run, state.dataset, world));
}

function isOn(run: RunView, hash: string | null, world: string | null): boolean {
  return run.datasetHash === hash || (world !== null && run.spec?.data.source === world);
}

/** What the data stage counted last, with the current settings of the data or older ones. */
export function preparedRun(state: State): RunView | null {
  return [goingRun(state), ...Object.values(state.alone)]
    .filter((run) => run?.prepared)
    .reduce<RunView | null>((last, run) => (last && last.startedAt > run!.startedAt ? last : run!), null);
}

/** Runs drawn in the charts: of each strategy the newest that the reader did not hide, in the fixed order. */
export function chartRuns(state: State): readonly RunView[] {
  const newest = new Map<string, RunView>();
  for (const run of datasetRuns(state)) if (!state.hidden.includes(run.id)) newest.set(run.strategy, run);
  const order = [...COLOURED, ...[...newest.keys()].filter((id) => !isColoured(id))];
  return order.map((id) => newest.get(id)).filter((run) => run !== undefined);
}

/** The run that the strip and the table speak of: the one going on, else the last of the charts to have started. */
export function spokenRun(state: State): RunView | null {
  const going = goingRun(state);
  if (going && datasetRuns(state).includes(going)) return going;
  const shown = chartRuns(state).filter((run) => run.train.length > 0 || !run.loaded);
  return shown.reduce<RunView | null>(
    (last, run) => (last && last.startedAt > run.startedAt ? last : run),
    null,
  );
}

/** The run whose weights can be taken elsewhere: the one spoken of, once it is stored. */
export function savedRun(state: State): RunView | null {
  const run = spokenRun(state);
  return run && !isGoing(run) && run.units.length > 0 ? run : null;
}

/** The newest ratio estimated on the dataset in use. */
export function ratioRun(state: State): RunView | null {
  const dataset = currentDataset(state);
  const world = dataset?.builtin ? sourceOf(dataset) : null;
  const going = goingRun(state);
  const alone = [state.alone.ratio, going?.only ? going : null].filter((run) => run != null);
  return [...datasetRuns(state), ...alone.filter((run) => isOn(run, state.dataset, world))]
    .filter((run) => run.ratio !== null)
    .reduce<RunView | null>((last, run) => (last && last.startedAt > run.startedAt ? last : run), null);
}

function isColoured(strategy: string): boolean {
  return (COLOURED as readonly string[]).includes(strategy);
}
