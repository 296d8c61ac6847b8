/** What is known about a dataset's rows beyond the data: the split, what a run found, and what is odd about them. */

import { TiltError } from "../../base/errors.ts";
import { paced } from "../../base/paced.ts";
import type { Dataset } from "../../data/dataset.ts";
import { type Copies, findCopies, flagRows } from "../../data/duplicates.ts";
import { promptKey, type Split, splitByPrompt } from "../../data/split.ts";
import type { Draws, ResponseEstimate, RunRecord } from "../../experiment/events.ts";
import type { Lab } from "../../experiment/job.ts";
import type { Spec } from "../../experiment/spec.ts";
import type { Storage } from "../../storage/storage.ts";
import type { RowQuery, SplitChoice } from "../api.ts";
import { type RunColumns, runColumns } from "./row_columns.ts";

type Asked = Pick<RowQuery, "run" | "split">;

export interface Knowledge {
  /** Changes whenever anything below does. */
  readonly version: string;
  readonly choice: SplitChoice;
  /** Of the run shown; null without one. */
  readonly spec: Spec | null;
  readonly split: Split;
  readonly heldOut: ReadonlySet<number>;
  readonly estimates: readonly (readonly ResponseEstimate[])[] | null;
  readonly run: RunColumns;
  readonly flags: Uint8Array | null;
}

/** A run's units with the draws that were logged. */
export interface KnownRun {
  readonly id: string;
  /** Hash of the dataset it was on. */
  readonly datasetHash: string;
  readonly spec: Spec;
  readonly record: Pick<RunRecord, "units" | "lastWeights">;
  readonly draws: Draws | null;
  readonly estimates: readonly (readonly ResponseEstimate[])[] | null;
}

/** Where rows are joined from: the lab, once there is one, and the stored runs. */
export interface RowSources {
  readonly device: { current(): Pick<Lab, "known" | "progress" | "evidence"> | undefined };
  store(): Promise<{
    readonly runs: Pick<Storage["runs"], "get" | "estimates" | "draws">;
    readonly classifiers: Pick<Storage["classifiers"], "ofRun">;
  }>;
}

/** Stored runs held at once: each may have megabytes of estimates. */
const HELD = 4;

/** Why looking for copies ended: somebody asked for that. */
const STOPPED = new TiltError("The comparison was stopped.");

export function rowKnowledge({ device, store }: RowSources) {
  const runs = new Map<string, KnownRun>();
  const splits = new WeakMap<Dataset["groups"], Map<string, Split>>();
  const copies = new WeakMap<Dataset["groups"], Promise<Copies>>();
  /** The copies that are there already, so that rows never wait for them. */
  const found = new WeakMap<Dataset["groups"], Copies>();
  /** Who is told how far the looking is. */
  const progress = new WeakMap<Dataset["groups"], (done: number) => void>();
  const stopped = new WeakSet<Dataset["groups"]>();
  let stop: AbortController | undefined;
  const serial = serials();
  let last: { readonly groups: Dataset["groups"]; readonly value: Knowledge } | undefined;

  async function stored(id: string): Promise<KnownRun | null> {
    const held = runs.get(id);
    if (held) return held;
    const records = await store();
    const record = (await records.runs.get(id)) as RunRecord | null;
    if (!record) return null;
    const [estimates, draws] = await Promise.all([records.runs.estimates(id), records.runs.draws(id)]);
    const { spec, units, lastWeights, datasetHash } = record;
    const run: KnownRun = {
      id,
      datasetHash,
      spec,
      record: { units, lastWeights },
      draws: draws as Draws | null,
      estimates: estimates as KnownRun["estimates"],
    };
    runs.set(id, run);
    for (const key of [...runs.keys()].slice(0, -HELD)) runs.delete(key);
    return run;
  }

  /** A stored run, or the one going on. */
  async function runOf(id: string | null): Promise<KnownRun | null> {
    if (id === null) return null;
    if (id !== "live") return stored(id);
    const live = device.current()?.progress();
    if (!live) return null;
    const { spec, units, lastWeights, draws, datasetHash } = live;
    const estimates = device.current()?.known(datasetHash)?.estimates ?? null;
    return { id, datasetHash, spec, record: { units, lastWeights }, draws: draws.draws(), estimates };
  }

  function splitOf(dataset: Dataset, { seed, heldOut }: SplitChoice): Split {
    let known = splits.get(dataset.groups);
    if (!known) splits.set(dataset.groups, (known = new Map()));
    const key = `${seed} ${heldOut}`;
    let split = known.get(key);
    if (!split) known.set(key, (split = whole(dataset, { seed, heldOut })));
    return split;
  }

  return {
    runOf,
    splitOf,
    copiesOf: (dataset: Dataset): Copies | undefined => found.get(dataset.groups),
    /** Looks for copies, once. Null where that was stopped, until somebody asks `again`. */
    async findCopies(
      { groups }: Dataset,
      onProgress: (done: number) => void = () => undefined,
      again = false,
    ): Promise<Copies | null> {
      if (again) stopped.delete(groups);
      if (stopped.has(groups)) return null;
      let looking = copies.get(groups);
      if (!looking) {
        // Other rows are shown now: nobody waits for the old ones.
        stop?.abort();
        const own = new AbortController();
        stop = own;
        const told = paced<number>(100, (done) => progress.get(groups)?.(done));
        looking = findCopies(groups, { signal: own.signal, onProgress: told.tell }).finally(told.end);
        copies.set(groups, looking);
        looking.then(
          (all) => found.set(groups, all),
          () => copies.delete(groups), // who asked is told; the next one looks again
        );
      }
      progress.set(groups, onProgress);
      try {
        return await looking;
      } catch (thrown) {
        if (thrown !== STOPPED && !(thrown instanceof DOMException)) throw thrown;
        if (thrown === STOPPED) stopped.add(groups);
        return null;
      }
    },
    /** Stops looking. */
    stopCopies: () => stop?.abort(STOPPED),

    async of(dataset: Dataset, { run: id, split: chosen }: Asked): Promise<Knowledge> {
      const { hash, groups } = dataset;
      const asked = await runOf(id);
      // What a run found of other data says nothing about these rows.
      const run = asked?.datasetHash === hash ? asked : null;
      const choice = run ? { seed: run.spec.seed, heldOut: run.spec.data.heldOut } : chosen;
      const known = found.get(groups);
      const recent = device.current()?.known(hash)?.estimates ?? null;
      const estimates = run?.estimates ?? recent;
      const live = id === "live" ? device.current()?.progress() : undefined;
      const version = JSON.stringify([
        [groups, estimates, live].map(serial),
        [hash, dataset.target, run && id, choice, live?.draws.count() ?? 0, known !== undefined],
      ]);
      if (last?.groups === groups && last.value.version === version) return last.value;
      const split = splitOf(dataset, choice);
      const value: Knowledge = {
        version,
        choice,
        spec: run?.spec ?? null,
        split,
        heldOut: new Set(split.heldOut),
        estimates,
        run: runColumns(dataset, { record: run?.record ?? null, estimates, draws: run?.draws ?? null }),
        flags: known ? flagRows(groups, known, split) : null,
      };
      last = { groups, value };
      return value;
    },
  };
}

/** Numbers objects in the order in which they are first seen; 0 for none. */
function serials(): (of: object | null | undefined) => number {
  const known = new WeakMap<object, number>();
  let count = 0;
  return (of) => {
    if (!of) return 0;
    const number = known.get(of) ?? ++count;
    known.set(of, number);
    return number;
  };
}

/** The split; all in training where the data cannot be split. */
function whole(dataset: Dataset, choice: SplitChoice): Split {
  try {
    return splitByPrompt(dataset, choice);
  } catch {
    const all = (of: readonly unknown[]) => Array.from(of.keys());
    return {
      train: all(dataset.groups),
      heldOut: [],
      unpairedTrain: all(dataset.unpaired),
      unpairedHeldOut: [],
      prompts: new Set([...dataset.groups, ...dataset.unpaired].map(({ prompt }) => promptKey(prompt))).size,
    };
  }
}
