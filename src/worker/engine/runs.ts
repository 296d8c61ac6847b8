/** Runs: one at a time, steered while it goes on, stored when it ends. */
import type { Backend } from "../../backend/backend.ts";
import { messageOf, problemOf, TiltError } from "../../base/errors.ts";
import { type Control, createControl, Stopped } from "../../experiment/control.ts";
import type { Digest } from "../../experiment/digest.ts";
import type { Problem, RunEvent, RunRecord, Stage } from "../../experiment/events.ts";
import type { Lab, TrainedWeights } from "../../experiment/job.ts";
import { readSpec } from "../../experiment/migrate.ts";
import type { RunState } from "../../experiment/run_state.ts";
import type { Spec } from "../../experiment/spec.ts";
import { approximateBytes } from "../../storage/size.ts";
import type { RunApi, RunOptions, RunSummary } from "../api.ts";
import { createKeeper, type Kept, keptStates, readState } from "./checkpoints.ts";
import type { Core } from "./core.ts";
import { modelsOf } from "./models.ts";

/** Bytes of a classifier up to which it is kept: what moved a larger one is known until the page is closed, and the page says so. */
const MOST_EVIDENCE = 32e6;

/** What a run is told to be doing while something else has the engine. */
const WAITING = { kind: "stage", stage: "data", done: 0, of: 1 } as const;

export function runCalls({ device, store, shelf, turns, doors }: Core): RunApi {
  let control: Control | undefined;

  /**
   * Takes the engine for one job and gives it back.
   * @param waitsBefore pause before the first step of this stage: told from the page, it would come some steps late
   * @throws TiltError when another run is going on, or none can begin
   */
  async function withEngine(
    onEvent: (event: RunEvent) => unknown,
    waitsBefore: Stage | null,
    work: (engine: {
      readonly backend: Backend;
      readonly lab: Lab;
      readonly control: Control;
      emit(event: RunEvent): void;
    }) => Promise<RunRecord>,
  ): Promise<RunRecord> {
    if (control) throw new TiltError("Another run is going on.", { remedy: "Stop it, or wait for its end." });
    let at: { readonly stage: Stage; readonly step: number } = { stage: "data", step: 0 };
    /** Of the last event: a promise where the listener is the page, which answers in order. */
    let told: unknown;
    let waits = waitsBefore !== null;
    const emit = (event: RunEvent): void => {
      if (event.kind === "stage") at = { stage: event.stage, step: event.done };
      if (waits && at.stage === waitsBefore) {
        waits = false;
        mine.pause();
      }
      told = onEvent(event);
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
      const { backend, lab } = await device.open();
      const record = await work({ backend, lab: await lab, control: mine, emit });
      // Events and records travel on ports of their own; a short run's record would overtake its last events.
      await Promise.resolve(told).catch(() => undefined);
      return record;
    } catch (thrown) {
      if (thrown instanceof Stopped) throw new TiltError("The run was stopped before it began.");
      throw thrown instanceof TiltError
        ? thrown
        : new TiltError(`The run failed: ${messageOf(thrown)}`, { where: at.stage, cause: thrown });
    } finally {
      release();
      control = undefined;
    }
  }

  function run(
    spec: Spec,
    onEvent: (event: RunEvent) => void,
    { waitsBefore, ...options }: RunOptions,
    from?: RunState,
  ): Promise<RunRecord> {
    return withEngine(onEvent, waitsBefore ?? null, async ({ backend, lab, control: mine, emit }) => {
      const dataset = await shelf.forSpec(spec);
      const models = await modelsOf(spec, store);
      const keeper = createKeeper(store, options, from);
      let trained: TrainedWeights | undefined;
      let stays = true;
      try {
        const done = await lab.run({
          spec,
          dataset,
          control: mine,
          ...models,
          emit,
          checkpoints: keeper,
          training: doors.training,
          keepTrained: async (weights) => {
            trained = weights;
          },
        });
        const told = done.outcome === "failed" ? await whenLost(done, backend, keeper.kept) : done;
        stays = told.problem?.kind === "device-lost";
        const record = options.expected ? await checked(told, options.expected) : told;
        const estimates = record.units.length > 0 ? (lab.known(dataset.hash)?.estimates ?? null) : null;
        const draws = lab.progress()?.draws.draws() ?? null;
        const records = await store();
        const save = () => records.runs.put(record.id, record, runSummary(record), estimates, draws);
        try {
          // What was kept to go on from makes room for what came of it.
          await save().catch((thrown) => (stays ? Promise.reject(thrown) : keeper.end(false).then(save)));
        } catch (thrown) {
          return record.problem ? record : { ...record, problem: notSaved(thrown) };
        }
        // A run whose weights do not fit is a run all the same; it cannot be judged by its answers, and the page says so.
        if (trained) await records.runs.putBeside(record.id, "weights", trained).catch(() => {});
        const moved = lab.keptEvidence(dataset.hash, spec);
        if (moved && record.units.length > 0 && approximateBytes(moved.kept) <= MOST_EVIDENCE) {
          const about = { name: `${dataset.name}, ${moved.kept.names.join(", ")}` };
          await records.classifiers.put(moved.id, record.id, moved.kept, about).catch(() => {});
        }
        return record;
      } finally {
        await keeper.end(stays);
      }
    });
  }

  return {
    run: (spec, onEvent, options = {}) => run(spec, onEvent, options),

    runStage: (spec, stage, onEvent, waits = false) =>
      withEngine(onEvent, waits ? stage : null, async ({ backend, lab, control: mine, emit }) => {
        const dataset = await shelf.forSpec(spec);
        const models = await modelsOf(spec, store);
        const record = await lab.run({ spec, dataset, control: mine, ...models, emit, only: stage });
        return record.outcome === "failed" ? whenLost(record, backend, null) : record;
      }),

    keptStates: async () => keptStates(await store()),
    async keptSpec(id) {
      const kept = await readState(await store(), id);
      return kept && readSpec(kept.state.spec);
    },
    async goOn(id, onEvent) {
      const kept = await readState(await store(), id);
      if (!kept) {
        throw new TiltError("The state of this run is not here any more.", {
          where: id,
          remedy: "Start over with the same seed.",
        });
      }
      return run(readSpec(kept.state.spec), onEvent, kept.options, kept.state);
    },
    letGo: async (id) => (await store()).checkpoints.delete(id),

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
      return (await (await store()).runs.list()).map((entry) => entry.summary as RunSummary);
    },
    async runRecord(id) {
      const record = (await (await store()).runs.get(id)) as RunRecord | null;
      return record && { ...record, spec: readSpec(record.spec) };
    },
    async deleteRun(id) {
      await (await store()).runs.delete(id);
    },
  };
}

/** A run that ended where nothing more can be stored is a run all the same, as long as the page is open. */
function notSaved(thrown: unknown): Problem {
  const remedy =
    "It stays on the page until that is closed: save what you need of it, or make room in the storage panel and run it again.";
  return { ...problemOf(thrown), remedy };
}

/** Milliseconds in which a device that is gone says so. */
const NEWS = 1000;

/** A failed run, told of its lost GPU: up to where it came, and what can be gone on from. */
async function whenLost(record: RunRecord, backend: Backend, kept: Kept | null): Promise<RunRecord> {
  const lost =
    record.problem?.kind === "device-lost" ||
    (await Promise.race([backend.lost.then(() => true), delay(backend.info.kind === "cpu" ? 0 : NEWS)]));
  if (!lost) return record;
  const within = record.train.length > 0 ? "train" : "sft";
  const reached = record[within].at(-1)?.step;
  const of = within === "sft" ? " of the reference" : "";
  const what = `The GPU stopped answering${reached === undefined ? "" : ` at step ${reached}${of}`}.`;
  const remedy = remedyOf(kept, kept?.stage === within ? reached : undefined);
  return { ...record, problem: { what, remedy, kind: "device-lost" } };
}

/** @param reached step of the stage that is kept; undefined where the run had not come further than that stage's start */
function remedyOf(kept: Kept | null, reached: number | undefined): string {
  if (!kept) return "Nothing was kept yet, so this run starts over. Run again with the same seed.";
  const place = `Tilt kept the state of step ${kept.step}${kept.stage === "sft" ? " of the reference" : ""}`;
  const lost = (reached ?? 0) - kept.step;
  return lost <= 0
    ? `${place}; nothing is lost.`
    : `${place}; ${lost} ${lost === 1 ? "step is" : "steps are"} lost.`;
}

const delay = (ms: number): Promise<false> => new Promise((resolve) => setTimeout(() => resolve(false), ms));

/** The run beside what its link promised; one that did not end says nothing about it. */
async function checked(record: RunRecord, expected: Digest): Promise<RunRecord> {
  if (record.outcome !== "done") return record;
  const { checkRun } = await import("../../experiment/check.ts");
  return { ...record, check: checkRun(record, expected) };
}

function runSummary({ id, name, spec, datasetHash, startedAt, outcome, digest }: RunRecord): RunSummary {
  return { id, name, strategy: spec.train.strategy, datasetHash, startedAt, outcome, digest };
}
