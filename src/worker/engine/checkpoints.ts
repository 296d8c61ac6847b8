/** States of runs going on, kept in the browser: after a lost GPU, a crash or a closed tab, runs go on from them. */
import { runName } from "../../experiment/run_name.ts";
import type { RunState } from "../../experiment/run_state.ts";
import type { Storage } from "../../storage/storage.ts";
import type { KeptState, RunOptions } from "../api/runs.ts";

/** Milliseconds between two states at the least; the longer a state takes to keep, the rarer it is kept. */
const AT_LEAST = 2000;
const TIMES_LONGER = 20;
/** Runs that can be gone on with; older ones make room. */
const MOST = 3;

/** A state as it is stored, with what its run was asked for beside the spec. */
interface StoredState {
  readonly state: RunState;
  readonly options: RunOptions;
}

/** What the listing says of a state without reading it. */
type About = Omit<KeptState, "savedAt" | "bytes" | "stage"> & Partial<Pick<KeptState, "stage">>;

/** Held while a run goes on, so that other tabs do not offer to go on with it. */
const lockName = (run: string): string => `tilt run ${run}`;

/** A step of the reference, or of the policy. */
export type Kept = Pick<KeptState, "stage" | "step">;

const placeOf = ({ sft, step }: RunState): Kept =>
  sft ? { stage: "sft", step: sft.step } : { stage: "train", step };

/** Steps of the stage that the state is within, over all rounds where there are some. */
function stepsOf({ sft, spec }: RunState): number {
  return sft ? spec.sft.steps : spec.train.steps * Math.max(1, spec.online.rounds);
}

export interface Keeper {
  readonly from?: RunState;
  due(step: number): boolean;
  referenceDue(step: number): boolean;
  keep(state: RunState): Promise<void>;
  /** Where the newest state is; null while there is none. */
  readonly kept: Kept | null;
  /** Lets go of the run; the newest state stays when it may be gone on with. */
  end(stays: boolean): Promise<void>;
}

/** Keeps the states of one run. A storage that is full costs the states, never the run. */
export function createKeeper(
  store: () => Promise<Storage>,
  options: RunOptions,
  from?: RunState,
  clock: () => number = () => performance.now(),
): Keeper {
  let last = Number.NEGATIVE_INFINITY;
  let pause = AT_LEAST;
  let kept = from ? placeOf(from) : null;
  let id = from?.id;
  let release = from ? hold(from.id) : (): void => {};

  const due = (): boolean => clock() - last >= pause;

  return {
    ...(from && { from }),
    due,
    referenceDue: due,
    async keep(state) {
      const start = clock();
      if (id === undefined) release = hold(state.id);
      id = state.id;
      const about: About = {
        run: state.id,
        name: runName(state.spec),
        strategy: state.spec.train.strategy,
        datasetHash: state.datasetHash,
        ...placeOf(state),
        of: stepsOf(state),
        rest: options.rest ?? [],
      };
      try {
        const records = await store();
        await records.checkpoints.put(state.id, state.step, { state, options } satisfies StoredState, about);
        kept = placeOf(state);
      } catch {
        // Tried again later; until then the older state stays.
      }
      last = clock();
      pause = Math.max(AT_LEAST, TIMES_LONGER * (last - start));
    },
    get kept() {
      return kept;
    },
    async end(stays) {
      release();
      const records = await store();
      if (id !== undefined && !stays) await records.checkpoints.delete(id);
      for (const { summary } of (await records.checkpoints.list()).slice(MOST))
        await records.checkpoints.delete(summary.run);
    },
  };
}

/** Runs that broke off and can be gone on with, newest first; those that go on in another tab are left out. */
export async function keptStates(store: Storage): Promise<KeptState[]> {
  const held = new Set((await locks()?.query())?.held?.map(({ name }) => name));
  return (await store.checkpoints.list()).flatMap(({ summary, savedAt, bytes }) => {
    const about = summary.about as About | undefined;
    return about && !held.has(lockName(summary.run)) ? [{ stage: "train", ...about, savedAt, bytes }] : [];
  });
}

/** @returns null when there is none */
export async function readState(store: Storage, run: string): Promise<StoredState | null> {
  return ((await store.checkpoints.latest(run))?.state as StoredState | undefined) ?? null;
}

function locks(): LockManager | undefined {
  return typeof navigator === "undefined" ? undefined : navigator.locks;
}

/** @returns lets go of it */
function hold(run: string): () => void {
  let release = (): void => {};
  const until = new Promise<void>((resolve) => {
    release = resolve;
  });
  void locks()
    ?.request(lockName(run), { ifAvailable: true }, () => until)
    .catch(() => {}); // where locks are forbidden, another tab may offer the run
  return release;
}
