import { describe, expect, it } from "vitest";
import { moved, requeued, revived, type SweepState, skipped } from "../../../src/experiment/sweep/queue.ts";
import { createSweepRunner } from "../../../src/experiment/sweep/runner.ts";
import { fakeHost, start } from "./fakes.ts";

const none = new Map();
const until = async (holds: () => boolean): Promise<void> => {
  for (let i = 0; i < 500 && !holds(); i++) await new Promise((resolve) => setTimeout(resolve, 1));
  expect(holds()).toBe(true);
};

describe("the queue", () => {
  const state: SweepState = { ...start().state, queue: ["a", "b", "c", "d"] };

  it("moves what waits, never what runs", () => {
    expect(moved(state, "d", 1, 1).queue).toEqual(["a", "d", "b", "c"]);
    expect(moved(state, "d", 0, 1).queue).toEqual(["a", "d", "b", "c"]);
    expect(moved(state, "b", 99, 1).queue).toEqual(["a", "c", "d", "b"]);
    expect(moved(state, "a", 3, 1)).toBe(state);
    expect(moved(state, "a", 3, 0).queue).toEqual(["b", "c", "d", "a"]);
  });

  it("takes out and puts back", () => {
    const without = skipped(state, "b");
    expect([without.queue, without.skipped]).toEqual([["a", "c", "d"], ["b"]]);
    expect(requeued(without, "b").queue).toEqual(["a", "c", "d", "b"]);
    expect(requeued({ ...state, queue: [], done: ["x"], status: "done" }, "x")).toMatchObject({
      queue: ["x"],
      done: [],
      status: "stopped",
    });
  });

  it("believes the stored results, not the state, about what is done", () => {
    const before: SweepState = { ...state, done: ["z", "y"], status: "running" };
    expect(revived(before, ["z", "a"])).toMatchObject({
      queue: ["y", "b", "c", "d"],
      done: ["z", "a"],
      status: "stopped",
    });
  });
});

describe("the runner", () => {
  it("runs all cells in order and stores each at once", async () => {
    const { plan, state } = start();
    const { host, ran, stored, events } = fakeHost();
    const end = await createSweepRunner(plan, state, none, host).start();
    expect(end).toMatchObject({ queue: [], status: "done" });
    expect(ran).toEqual(plan.cells.map(({ id }) => id));
    expect([...stored.cells.keys()]).toEqual(ran);
    expect(stored.states.at(-1)).toEqual(end);
    const lefts = events.flatMap((event) => (event.kind === "state" ? [event.left] : []));
    expect(lefts[0]).toBeNull();
    expect(lefts.at(-1)!.seconds).toBe(0);
    expect(events.some((event) => event.kind === "progress")).toBe(true);
  });

  it("goes on after a failed cell", async () => {
    const { plan, state } = start();
    const bad = plan.cells[1]!.id;
    const { host, stored } = fakeHost({ fail: ({ id }) => id === bad });
    const end = await createSweepRunner(plan, state, none, host).start();
    expect(end.done.length).toBe(plan.cells.length);
    expect(stored.cells.get(bad)).toMatchObject({ outcome: "failed", problem: { what: "It diverged." } });
  });

  it("pauses between two steps of a cell and goes on from there", async () => {
    const { plan, state } = start();
    const { host, ran } = fakeHost({ steps: 100 });
    const runner = createSweepRunner(plan, state, none, host);
    const ended = runner.start();
    await until(() => ran.length >= 1);
    await runner.pause();
    const at = ran.length;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(ran.length).toBe(at);
    expect(runner.state().status).toBe("paused");
    await runner.resume();
    expect((await ended).status).toBe("done");
    expect(ran.length).toBe(plan.cells.length);
  });

  it("gives the engine away while paused: the cell begins again later", async () => {
    const { plan, state } = start();
    const { host, ran } = fakeHost({ steps: 100 });
    const runner = createSweepRunner(plan, state, none, host);
    const ended = runner.start();
    await until(() => runner.current() !== undefined);
    await runner.pause();
    await runner.yieldEngine();
    expect(runner.current()).toBeUndefined();
    expect(runner.state().queue.length).toBe(plan.cells.length);
    await runner.resume();
    await ended;
    expect(ran).toEqual(plan.cells.map(({ id }) => id));
  });

  it("reorders and skips while it runs; a skipped running cell leaves no result", async () => {
    const { plan, state } = start();
    const { host, ran, stored } = fakeHost({ steps: 400 });
    const runner = createSweepRunner(plan, state, none, host);
    const ended = runner.start();
    await until(() => runner.current() !== undefined);
    await runner.pause();
    const [first, second] = plan.cells.map(({ id }) => id);
    const last = plan.cells.at(-1)!.id;
    await runner.move(last, 0);
    await runner.skip(second!);
    await runner.skip(first!);
    await runner.resume();
    await ended;
    expect(ran[0]).toBe(last);
    expect(ran.length).toBe(plan.cells.length - 2);
    expect(stored.cells.has(first!)).toBe(false);
    expect(runner.state().skipped).toEqual([second, first]);
    await runner.again(first!);
    expect((await runner.start()).done.at(-1)).toBe(first);
  });

  it("stops, and a later runner does only what is left", async () => {
    const { plan, state } = start();
    const { host, ran, stored } = fakeHost({ steps: 100 });
    const runner = createSweepRunner(plan, state, none, host);
    const ended = runner.start();
    await until(() => ran.length >= 2);
    await runner.stop();
    expect((await ended).status).toBe("stopped");
    const before = ran.length;
    const saved = revived(stored.states.at(-1)!, [...stored.cells.keys()]);
    const later = fakeHost();
    const end = await createSweepRunner(plan, saved, stored.cells, later.host).start();
    expect(end.status).toBe("done");
    expect(later.ran.length).toBe(plan.cells.length - before);
  });

  it("survives a crash between storing a result and storing the state", async () => {
    const { plan, state } = start();
    const { host, stored } = fakeHost({ broken: ({ id }) => id === plan.cells[3]!.id });
    await expect(createSweepRunner(plan, state, none, host).start()).rejects.toThrow("device lost");
    expect(stored.states.at(-1)!.status).toBe("stopped");
    // As if the tab had died right after the third result: the stored state still has it in the queue.
    const stale = stored.states.findLast(({ done }) => done.length === 2)!;
    const saved = revived(stale, [...stored.cells.keys()]);
    const later = fakeHost();
    const end = await createSweepRunner(plan, saved, stored.cells, later.host).start();
    expect(later.ran).toEqual(plan.cells.slice(3).map(({ id }) => id));
    expect(end.done.length).toBe(plan.cells.length);
  });
});
