/** Runs: one at a time, steered while it goes on, stored when it ends. */
import { messageOf, TiltError } from "../../base/errors.ts";
import { type Control, createControl, Stopped } from "../../experiment/control.ts";
import type { Digest } from "../../experiment/digest.ts";
import type { RunEvent, RunRecord, Stage } from "../../experiment/events.ts";
import type { TrainedWeights } from "../../experiment/lab.ts";
import { readSpec } from "../../experiment/migrate.ts";
import type { RunApi, RunSummary } from "../api.ts";
import type { Core } from "./core.ts";
import { modelsOf } from "./models.ts";

/** What a run is told to be doing while something else has the engine. */
const WAITING = { kind: "stage", stage: "data", done: 0, of: 1 } as const;

export function runCalls({ device, store, shelf, turns }: Core): RunApi {
  let control: Control | undefined;

  return {
    async run(spec, onEvent, expected) {
      if (control)
        throw new TiltError("Another run is going on.", { remedy: "Stop it, or wait for its end." });
      let stage: RunRecord["outcome"] | "start" = "start";
      let at: { readonly stage: Stage; readonly step: number } = { stage: "data", step: 0 };
      const emit = (event: RunEvent): void => {
        if (event.kind === "stage") at = { stage: event.stage, step: event.done };
        onEvent(event);
      };
      control = createControl(
        () => onEvent({ kind: "paused", ...at }),
        () => onEvent({ kind: "resumed" }),
      );
      const mine = control;
      let release = (): void => {};
      try {
        release = await turns.take("A run", {
          signal: mine.signal,
          waiting: (holder) => onEvent({ ...WAITING, note: `Waiting for: ${holder}` }),
        });
        const lab = await (await device.open()).lab;
        const dataset = await shelf.forSpec(spec);
        const models = await modelsOf(spec);
        let trained: TrainedWeights | undefined;
        const done = await lab.run({
          spec,
          dataset,
          control: mine,
          ...models,
          emit,
          keepTrained: async (weights) => {
            trained = weights;
          },
        });
        const record = expected ? await checked(done, expected) : done;
        stage = record.outcome;
        const estimates = record.units.length > 0 ? (lab.known(dataset.hash)?.estimates ?? null) : null;
        const draws = lab.progress()?.draws.draws() ?? null;
        const records = await store();
        await records.putRun(record.id, record, runSummary(record), estimates, draws);
        // A run whose weights do not fit is a run all the same; it cannot be judged by its answers, and the page says so.
        if (trained) await records.putBesideRun(record.id, "weights", trained).catch(() => {});
        return record;
      } catch (thrown) {
        if (thrown instanceof Stopped) throw new TiltError("The run was stopped before it began.");
        throw thrown instanceof TiltError
          ? thrown
          : new TiltError(`The run failed: ${messageOf(thrown)}`, { where: stage, cause: thrown });
      } finally {
        release();
        control = undefined;
      }
    },

    async pause() {
      control?.pause();
    },
    async step() {
      control?.step();
    },
    async resume() {
      control?.resume();
    },
    async stop() {
      control?.stop();
    },

    async runs() {
      return (await (await store()).listRuns()).map((entry) => entry.summary as RunSummary);
    },
    async runRecord(id) {
      const record = (await (await store()).getRun(id)) as RunRecord | null;
      return record && { ...record, spec: readSpec(record.spec) };
    },
    async deleteRun(id) {
      await (await store()).deleteRun(id);
    },
  };
}

/** The run beside what its link promised; one that did not end says nothing about it. */
async function checked(record: RunRecord, expected: Digest): Promise<RunRecord> {
  if (record.outcome !== "done") return record;
  const { checkRun } = await import("../../experiment/check.ts");
  return { ...record, check: checkRun(record, expected) };
}

function runSummary({ id, name, spec, datasetHash, startedAt, outcome, digest }: RunRecord): RunSummary {
  return { id, name, strategy: spec.train.strategy, datasetHash, startedAt, outcome, digest };
}
