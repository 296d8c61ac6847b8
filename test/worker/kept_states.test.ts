/** States of runs: kept now and then, offered after the run broke off, gone once it ended. */
import { expect, it } from "vitest";
import type { RunState } from "../../src/experiment/run_state.ts";
import { memoryKeyValue } from "../../src/storage/key-value.ts";
import { type Storage, storageOver } from "../../src/storage/storage.ts";
import { createKeeper, keptStates } from "../../src/worker/engine/checkpoints.ts";
import { createCore } from "../../src/worker/engine/core.ts";
import { runCalls } from "../../src/worker/engine/runs.ts";
import { usageOf } from "../../src/worker/engine/usage.ts";
import { tinySpec } from "../experiment/tiny.ts";

const spec = tinySpec();
const state = (id: string, step: number): RunState =>
  ({ id, spec, step, datasetHash: "d" }) as unknown as RunState;

it("keeps a state at most every two seconds, and rarer when that takes long", async () => {
  let now = 0;
  const store = storageOver(memoryKeyValue(), "");
  const slow: Storage = {
    ...store,
    checkpoints: {
      ...store.checkpoints,
      async put(...of) {
        now += 500;
        await store.checkpoints.put(...of);
      },
    },
  };
  const keeper = createKeeper(
    async () => slow,
    { rest: ["erm"] },
    undefined,
    () => now,
  );
  expect(keeper.kept).toBeNull();
  expect(keeper.due(0)).toBe(true);
  await keeper.keep(state("r", 0));
  expect(keeper.due(1)).toBe(false);
  now += 9_999;
  expect(keeper.due(2)).toBe(false);
  now += 1;
  expect(keeper.due(3)).toBe(true);
  await keeper.keep(state("r", 3));
  expect(keeper.kept).toEqual({ stage: "train", step: 3 });
  await keeper.end(true);
  await expect
    .poll(() => keptStates(store))
    .toMatchObject([
      { run: "r", stage: "train", step: 3, of: 4, strategy: "dora_inside", rest: ["erm"], datasetHash: "d" },
    ]);
});

it("lets go of a run that ended, and of all but the newest three", async () => {
  const store = storageOver(memoryKeyValue(), "");
  for (const id of ["a", "b", "c", "d"]) {
    const keeper = createKeeper(async () => store, {});
    await keeper.keep(state(id, 1));
    await new Promise((done) => setTimeout(done, 3));
    await keeper.end(true);
  }
  expect((await store.checkpoints.list()).map(({ summary }) => summary.run)).toEqual(["d", "c", "b"]);
  const last = createKeeper(async () => store, {}, state("d", 1));
  await last.end(false);
  expect((await store.checkpoints.list()).map(({ summary }) => summary.run)).toEqual(["c", "b"]);
});

it("a storage that is full costs the state, not the run", async () => {
  const store = storageOver(memoryKeyValue(), "");
  const full: Storage = {
    ...store,
    checkpoints: { ...store.checkpoints, put: () => Promise.reject(new Error("full")) },
  };
  const keeper = createKeeper(async () => full, {});
  await keeper.keep(state("r", 5));
  expect(keeper.kept).toBeNull();
  await keeper.end(false);
});

it("goes on from what a tab left behind, under the same id, to the same digest", async () => {
  const core = createCore(undefined, "test");
  const tab = runCalls(core);
  const store = await core.store();
  let left: Awaited<ReturnType<Storage["checkpoints"]["latest"]>> = null;
  const whole = await tab.run(
    spec,
    (event) => {
      if (event.kind !== "train" || left) return;
      void store.checkpoints
        .list()
        .then(async ([entry]) => {
          left = structuredClone(await store.checkpoints.latest(entry!.summary.run));
        })
        .catch(() => {});
    },
    { rest: ["erm"] },
  );
  expect(await tab.keptStates()).toEqual([]);
  const { run, step, state: stored } = left! as NonNullable<typeof left>;
  expect(run).toBe(whole.id);

  // A tab that never came to the end: its state is still there.
  const about = {
    run,
    name: whole.name,
    strategy: "dora_inside",
    datasetHash: whole.datasetHash,
    step,
    of: 4,
    rest: ["erm"],
  };
  await store.runs.delete(whole.id);
  await store.checkpoints.put(run, step, stored, about);
  const other = runCalls({ ...createCore(undefined, "test"), store: core.store });
  expect(await other.keptStates()).toMatchObject([about]);
  const { items } = await usageOf(store);
  expect(items.map(({ kind, name }) => [kind, name])).toContainEqual([
    "checkpoint",
    `${whole.name}, step ${step}`,
  ]);
  expect(await other.keptSpec(run)).toEqual(spec);
  const rest = await other.goOn(run, () => {});
  expect(rest).toMatchObject({ id: whole.id, outcome: "done", digest: whole.digest });
  expect((await other.runs()).map(({ id }) => id)).toEqual([whole.id]);
  expect(await other.keptStates()).toEqual([]);
  await expect(other.goOn(run, () => {})).rejects.toThrow(/not here any more/);
});

it("a run that ends where the storage is full is not lost, and lets its state go for it first", async () => {
  const core = createCore(undefined, "test");
  const store = await core.store();
  const over = (): never => {
    throw new DOMException("over", "QuotaExceededError");
  };
  const records = memoryKeyValue();
  const fits = async (put: readonly (readonly [string, unknown])[]) =>
    put.every(([key]) => !key.startsWith("run/value/")) ||
    (await records.keysUnder("checkpoint/")).length === 0;
  const tight = storageOver(
    {
      ...records,
      write: async (change) => ((await fits(change.put ?? [])) ? records.write(change) : over()),
    },
    "",
  );
  const squeezed = runCalls({ ...core, store: async () => tight });
  const saved = await squeezed.run(spec, () => {});
  expect(saved.problem).toBeUndefined();
  expect((await squeezed.runs()).map(({ id }) => id)).toEqual([saved.id]);

  const full: Storage = { ...store, runs: { ...store.runs, put: async () => over() } };
  const engine = runCalls({ ...core, store: async () => full });
  const record = await engine.run(spec, () => {});
  expect(record).toMatchObject({ outcome: "done", digest: saved.digest });
  expect(record.problem?.what).toMatch(/over/);
  expect(record.problem?.remedy).toMatch(/make room/);
  expect(record.lastWeights).toEqual(saved.lastWeights);
  expect(await engine.runs()).toEqual([]);
  expect(await store.classifiers.list()).toEqual([]);
  expect(await engine.keptStates()).toEqual([]);
});

it("runs a stage without leaving a run behind", async () => {
  const engine = runCalls(createCore(undefined, "test"));
  const record = await engine.runStage(spec, "ratio", () => {});
  expect(record.ratio!.auc).toBeGreaterThan(0.5);
  expect(record.train).toEqual([]);
  expect(await engine.runs()).toEqual([]);
});
