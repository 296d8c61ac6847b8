/** A small sweep through the engine in Node, on the CPU: run, stopped, gone on with after a reload, deleted. */
import { expect, it } from "vitest";
import { canonicalSpec } from "../../src/experiment/canonical.ts";
import type { RunEvent } from "../../src/experiment/events.ts";
import { readSweep, sweepJson } from "../../src/experiment/sweep/read.ts";
import type { SweepEvent } from "../../src/worker/api.ts";
import { createCore } from "../../src/worker/engine/core.ts";
import { runCalls } from "../../src/worker/engine/runs.ts";
import { sweepCalls } from "../../src/worker/engine/sweeps.ts";
import { tinySpec } from "../experiment/tiny.ts";

const json = sweepJson(
  readSweep({
    name: "Tiny",
    base: canonicalSpec(tinySpec({ "train.steps": 2 })),
    axes: [{ field: "train.strategy", values: ["erm", "kl_dro"] }],
    seeds: [1, 2],
  }),
);

it("runs cell by cell, yields to a single run, and goes on where it stopped", async () => {
  const core = createCore(undefined, "test");
  const engine = { ...sweepCalls(core), ...runCalls(core) };
  const plan = await engine.planSweep(json);
  expect(plan.cells.map(({ name }) => name)).toEqual([
    "ERM, seed 1",
    "KL-DRO, seed 1",
    "ERM, seed 2",
    "KL-DRO, seed 2",
  ]);
  const id = await engine.makeSweep(json);
  expect(await engine.sweeps()).toMatchObject([{ id, name: "Tiny", status: "stopped", cells: 4, done: 0 }]);
  expect((await engine.sweep(id))!.left).toBeNull();

  const events: SweepEvent[] = [];
  const ended = engine.runSweep(id, (event) => {
    events.push(event);
    if (event.kind === "result") void engine.stopSweep();
  });
  await expect(engine.runSweep(id, () => {})).rejects.toThrow(/Another sweep/);
  await expect.poll(() => events.some((event) => event.kind === "progress")).toBe(true);
  const notes: string[] = [];
  const single = engine.run(tinySpec({ "train.steps": 1 }), (event: RunEvent) => {
    if (event.kind === "stage") notes.push(event.note);
  });
  expect((await ended).status).toBe("stopped");
  expect((await single).outcome).toBe("done");
  expect(notes[0]).toMatch(/^Waiting for: The sweep “Tiny”, run 1 of 4/);

  // Another worker finds what was stored, as after a reload.
  const later = sweepCalls({ ...core });
  const found = (await later.sweep(id))!;
  expect(found.state).toMatchObject({ status: "stopped", done: [plan.cells[0]!.id] });
  expect(found.left!.from).toBe(1);
  await later.moveCell(id, plan.cells[3]!.id, 0);
  await later.skipCell(id, plan.cells[1]!.id);
  const end = await later.runSweep(id, () => {});
  expect(end).toMatchObject({ status: "done", skipped: [plan.cells[1]!.id] });
  expect(end.done).toEqual([0, 3, 2].map((i) => plan.cells[i]!.id));
  const view = (await later.sweep(id))!;
  expect(view.results.map(({ outcome }) => outcome)).toEqual(["done", "done", "done"]);
  expect(view.results[0]!.metrics["eval_rewards/accuracies"]).toBeGreaterThanOrEqual(0);
  expect(view.results[0]!.curves.map(({ name }) => name)).toContain("loss");

  await later.repeatCell(id, plan.cells[1]!.id);
  expect((await later.sweep(id))!.state).toMatchObject({
    status: "stopped",
    queue: [plan.cells[1]!.id],
    skipped: [],
  });
  await later.deleteSweep(id);
  expect(await later.sweep(id)).toBeNull();
  expect(await (await core.store()).sweeps.cells(id)).toEqual([]);
}, 30_000);

it("says what a sweep is not", async () => {
  const engine = sweepCalls(createCore(undefined, "test"));
  await expect(engine.makeSweep({ axes: 3 })).rejects.toThrow(/not a sweep/);
  await expect(
    engine.makeSweep({
      axes: [
        { field: "data.source", values: ["builtin:plane"] },
        { field: "data.responses", values: [3] },
      ],
    }),
  ).rejects.toThrow(/Plane has pairs only/);
});
