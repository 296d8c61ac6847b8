/** The page's one object that acts: a store, and the tasks that talk to the engine and change it. */
import { problemOf, type TiltError } from "../../base/errors.ts";
import type { Problem } from "../../experiment/events.ts";
import type { EngineApi } from "../../worker/api.ts";
import type { Route } from "../route.ts";
import { rowAddressOf } from "../rows/address.ts";
import type { Action } from "../state/actions.ts";
import { reduce } from "../state/reduce.ts";
import { datasetRuns, goingRun, WITHOUT_TARGET } from "../state/select.ts";
import { initialState, type StageId, type State } from "../state/state.ts";
import { createStore } from "../state/store.ts";
import { applyTasks } from "./apply_tasks.ts";
import { dataTasks } from "./data_tasks.ts";
import { exportTasks } from "./export_tasks.ts";
import { importTasks } from "./import_tasks.ts";
import { finishDeletions, leaveDeletions } from "./left_deletions.ts";
import { linkTasks } from "./link_tasks.ts";
import { modelTasks } from "./model_tasks.ts";
import { rowTasks } from "./row_tasks.ts";
import { runTasks } from "./run_tasks.ts";
import { settingTasks } from "./setting_tasks.ts";
import { storageTasks } from "./storage_tasks.ts";
import { undoTasks } from "./undo.ts";

export type App = ReturnType<typeof createApp>;

export function createApp(engine: EngineApi, saved: Partial<State> = {}) {
  const store = createStore<State, Action>({ ...initialState(), ...saved }, reduce);
  const { dispatch, get } = store;
  const undo = undoTasks({ store });
  const rows = rowTasks({ engine, store });
  const data = dataTasks({ engine, store }, undo, rows);
  const runs = runTasks({ engine, store }, undo, (run) => {
    void rows.loadRows({ offset: get().query.offset, ...(run !== null && { run }) });
  });
  const models = modelTasks({ engine, store });
  const storage = storageTasks({ engine, store }, undo, {
    async restored() {
      await data.refreshDatasets();
      await runs.refreshRuns();
      await models.refreshModels();
      await rows.loadRows();
    },
    deleteDataset: data.deleteDataset,
    deleteRun: runs.deleteRun,
    deleteModel: models.deleteModel,
  });
  const imports = importTasks(
    { engine, store },
    {
      ...data,
      makeRoom: undo.settle,
      kept: () => void storage.persist(),
    },
  );

  return {
    store,
    /** For views that talk to the engine by themselves. */
    engine,
    ...rows,
    ...data,
    ...runs,
    ...imports,
    ...storage,
    ...linkTasks({ engine, store }, { ...data, ...imports, ...runs }),
    ...exportTasks({ engine, store }),
    ...applyTasks({ store }, runs),
    undo: undo.undo,
    /** The page goes: does what waits to be taken back, for nobody will. */
    leave(): void {
      leaveDeletions(undo.doomed());
      undo.settle();
    },
    /** For views that delete by themselves: says so, and does it a little later unless it is taken back. */
    later: undo.later,

    /** Opens the device, then finds what is stored. */
    async open(): Promise<void> {
      try {
        dispatch({ type: "engine", engine: "ready", environment: await engine.open() });
        await finishDeletions(engine).catch(() => {}); // tried again at the next visit
        await data.refreshDatasets(saved.dataset ?? undefined);
        await runs.refreshRuns();
        await runs.findKept();
        await rows.loadRows({ run: datasetRuns(get()).at(-1)?.id ?? null });
      } catch (thrown) {
        dispatch({ type: "engine", engine: "broken" });
        dispatch({ type: "run-problem", problem: problemOf(thrown) });
      }
    },

    /** The worker died and another is starting: says so, and opens the device again. */
    async recover(problem: TiltError): Promise<void> {
      dispatch({ type: "engine", engine: "restarting" });
      dispatch({ type: "import-progress", progress: null });
      dispatch({ type: "run-problem", problem: problemOf(problem) });
      try {
        dispatch({ type: "engine", engine: "ready", environment: await engine.open() });
        await runs.refreshRuns();
        await runs.findKept();
      } catch {
        dispatch({ type: "engine", engine: "broken" });
      }
    },

    async changeDataset(hash: string): Promise<void> {
      await data.useDataset(hash);
      await runs.loadShown();
      const newest = datasetRuns(get()).at(-1);
      if (newest) await rows.loadRows({ run: newest.id });
    },

    /** Shows a view; the address is the caller's to change. */
    showRoute(route: Route): void {
      dispatch({ type: "route", route });
      if (rowAddressOf(route)) dispatch({ type: "stage", stage: "data" });
    },
    /** Shows a problem that belongs to no control. */
    tell: (problem: Problem) => dispatch({ type: "run-problem", problem }),
    showStage: (stage: StageId) => dispatch({ type: "stage", stage }),
    showShortcuts: (open: boolean) => dispatch({ type: "shortcuts", open }),
    dismissFailure: () => dispatch({ type: "import-failed", failure: null }),
    dismissProblem: () => dispatch({ type: "run-problem", problem: null }),
    dismissToast: () => dispatch({ type: "toast", text: null }),
    toggleRun(id: string): void {
      dispatch({ type: "toggle-run", id });
      void runs.loadShown();
    },
    toggleStrategy(id: string): void {
      const { strategies } = get();
      const next = strategies.includes(id) ? strategies.filter((one) => one !== id) : [...strategies, id];
      dispatch({ type: "strategies", strategies: next });
    },

    /** For data whose target nobody knows: only the strategies that need none. */
    withoutTarget(): void {
      dispatch({ type: "strategies", strategies: WITHOUT_TARGET });
      dispatch({ type: "stage", stage: "policy" });
    },

    ...settingTasks({ engine, store }),
    ...models,

    /** Play, pause and resume with one key. */
    async playOrPause(): Promise<void> {
      const going = goingRun(get());
      if (!going) await runs.run();
      else if (going.status === "paused") await runs.resume();
      else await runs.pause();
    },
  };
}
