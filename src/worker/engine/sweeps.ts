/** Sweeps in the worker: the runner on the lab, its host over storage and the engine's turns. */
import { TiltError } from "../../base/errors.ts";
import type { Control } from "../../experiment/control.ts";
import type { RunEvent } from "../../experiment/events.ts";
import { modelName, readerName } from "../../experiment/model_names.ts";
import { builtinDataset } from "../../experiment/source.ts";
import type { Spec } from "../../experiment/spec.ts";
import type { SweepState } from "../../experiment/sweep/queue.ts";
import type { CellResult } from "../../experiment/sweep/result.ts";
import type { SweepEvent, SweepRunner } from "../../experiment/sweep/runner.ts";
import type { Cell, Plan } from "../../experiment/sweep/types.ts";
import type { SweepApi, SweepSummary } from "../api.ts";
import type { Core } from "./core.ts";
import { modelsOf } from "./models.ts";

/** Planning and running sweeps: fetched when somebody has one. */
const machinery = () =>
  Promise.all([
    import("../../experiment/sweep/read.ts"),
    import("../../experiment/sweep/plan.ts"),
    import("../../experiment/sweep/queue.ts"),
    import("../../experiment/sweep/runner.ts"),
    import("../../experiment/sweep/time.ts"),
  ]).then(([read, plan, queue, runner, time]) => ({
    ...read,
    ...plan,
    ...queue,
    ...runner,
    ...time,
  }));

export function sweepCalls({ device, store, shelf, turns }: Core): SweepApi {
  let live: { readonly id: string; readonly runner: SweepRunner } | undefined;
  let starting = false;
  const plans = new Map<string, Plan>();

  const planOf = async (id: string, json: unknown): Promise<Plan> => {
    const { readSweep, planSweep } = await machinery();
    const held = plans.get(id) ?? planSweep(readSweep(json));
    plans.clear(); // one at a time: a plan holds a spec per run
    plans.set(id, held);
    return held;
  };

  const summaryOf = ({ id, sweep, createdAt, status, queue, done, skipped }: SweepState): SweepSummary => ({
    id,
    name: String(sweep.name),
    createdAt,
    status,
    cells: queue.length + done.length + skipped.length,
    done: done.length,
  });
  const save = async (state: SweepState): Promise<void> =>
    (await store()).sweeps.put(state.id, state, summaryOf(state));

  const load = async (id: string): Promise<{ state: SweepState; results: CellResult[] } | null> => {
    const { sweeps } = await store();
    const stored = (await sweeps.get(id)) as SweepState | null;
    if (!stored) return null;
    const results = (await sweeps.cells(id)) as CellResult[];
    if (live?.id === id) return { state: live.runner.state(), results };
    const { revived } = await machinery();
    const ids = results.map((result) => result.id);
    return { state: revived(stored, ids), results };
  };
  const known = async (id: string) => {
    const found = await load(id);
    if (found) return found;
    throw new TiltError("This sweep is not stored here.", { where: id, remedy: "Start it again." });
  };

  async function begin(id: string, onEvent: (event: SweepEvent) => void): Promise<SweepRunner> {
    const { createSweepRunner, runCell } = await machinery();
    const { state, results } = await known(id);
    const plan = await planOf(id, state.sweep);
    const { sweeps } = await store();
    const name = `The sweep “${String(state.sweep.name)}”`;
    const place = (): string => {
      const { done, queue } = runner.state();
      return `${name}, run ${done.length + 1} of ${done.length + queue.length}`;
    };
    // Most cells start from the same model; it is opened once.
    let opened: { readonly key: string; readonly models: ReturnType<typeof modelsOf> } | undefined;
    const modelsFor = (spec: Spec): ReturnType<typeof modelsOf> => {
      const key = `${modelName(spec)} ${readerName(spec)}`;
      if (opened?.key !== key) opened = { key, models: modelsOf(spec, store) };
      const { models } = opened;
      models.catch(() => {
        opened = undefined; // the next cell tries again
      });
      return models;
    };
    const run = async (cell: Cell, control: Control, emit: (event: RunEvent) => void) => {
      let release: (() => void) | undefined;
      try {
        release = await turns.take(place(), {
          signal: control.signal,
          waiting: (holder) =>
            emit({ kind: "stage", stage: "data", done: 0, of: 1, note: `Waiting for: ${holder}` }),
          onWanted: () => void runner.yieldEngine(),
        });
      } catch {
        return null; // stopped while it waited
      }
      try {
        const { lab, environment } = await device.open();
        // Worlds are made for the cell alone: a shelf of every seed's data would fill the memory.
        const bring = async () => {
          const models = await modelsFor(cell.spec);
          const dataset = builtinDataset(cell.spec) ?? (await shelf.forSpec(cell.spec));
          return { dataset, ...models };
        };
        return await runCell(await lab, environment, cell, bring, control, emit);
      } finally {
        release();
      }
    };
    const runner: SweepRunner = createSweepRunner(
      plan,
      state,
      new Map(results.map((result) => [result.id, result])),
      {
        run,
        save,
        saveCell: (result, cell) => sweeps.putCell(id, result.id, result, cell.name),
        dropCell: (cell) => sweeps.deleteCell(id, cell),
        tell: onEvent,
      },
    );
    return runner;
  }

  /** Changes the queue of a sweep, whether it runs or not. */
  async function change(id: string, act: (runner: SweepRunner) => Promise<void>): Promise<void> {
    await act(live?.id === id ? live.runner : await begin(id, () => {}));
  }

  return {
    async sweeps() {
      const stored = (await (await store()).sweeps.list()).map((entry) => entry.summary as SweepSummary);
      return stored.map((summary) => {
        if (live?.id === summary.id) return summaryOf(live.runner.state());
        const left = summary.status === "done" ? summary.status : "stopped";
        return { ...summary, status: left };
      });
    },
    async sweep(id) {
      const found = await load(id);
      if (!found) return null;
      const { timeLeft } = await machinery();
      const { settings, cells } = await planOf(id, found.state.sweep);
      const byId = new Map(cells.map((cell) => [cell.id, cell]));
      const resultOf = new Map(found.results.map((result) => [result.id, result]));
      const done = found.state.done.flatMap((one) => {
        const [cell, result] = [byId.get(one), resultOf.get(one)];
        return cell && result ? [{ cell, result }] : [];
      });
      const waiting = found.state.queue.flatMap((one) => byId.get(one) ?? []);
      return {
        state: found.state,
        plan: { settings, cells: cells.map(({ id: cell, name }) => ({ id: cell, name })) },
        results: found.results,
        left: timeLeft(done, waiting),
      };
    },
    async planSweep(json) {
      const { settings, cells } = await planOf("", json).finally(() => plans.delete(""));
      return { settings, cells: cells.map(({ id, name }) => ({ id, name })) };
    },
    async makeSweep(json) {
      const { readSweep, planSweep, newState } = await machinery();
      const sweep = readSweep(json);
      const plan = planSweep(sweep);
      if (plan.cells.length === 0) {
        const why = plan.settings.find(({ problem }) => problem)?.problem;
        throw new TiltError(`Nothing in this sweep can be run. ${why?.what ?? ""}`.trim(), {
          where: why?.where ?? "axes",
          remedy: why?.remedy ?? "Change the values of an axis.",
        });
      }
      const state = newState(sweep, plan, new Date().toISOString());
      await save(state);
      return state.id;
    },
    async runSweep(id, onEvent) {
      if (live || starting) {
        throw new TiltError("Another sweep is going on.", { remedy: "Stop it, or wait for its end." });
      }
      starting = true;
      try {
        live = { id, runner: await begin(id, onEvent) };
      } finally {
        starting = false;
      }
      try {
        return await live.runner.start();
      } finally {
        live = undefined;
      }
    },
    async pauseSweep() {
      await live?.runner.pause();
      if (turns.wanted()) await live?.runner.yieldEngine();
    },
    resumeSweep: async () => live?.runner.resume(),
    stopSweep: async () => live?.runner.stop(),
    moveCell: (id, cell, to) => change(id, (runner) => runner.move(cell, to)),
    skipCell: (id, cell) => change(id, (runner) => runner.skip(cell)),
    repeatCell: (id, cell) => change(id, (runner) => runner.again(cell)),
    async deleteSweep(id) {
      if (live?.id === id) await live.runner.stop();
      await (await store()).sweeps.delete(id);
      plans.delete(id);
    },
  };
}
