/** The session behind the Play view: the slider's last word counts, seeds follow a finished run, a lost GPU is survived. */
import { expect, test } from "vitest";
import { createPlayModel, SEEDS } from "../../../src/ui/play/model.ts";
import type { EngineApi, PlaneEvent } from "../../../src/worker/api.ts";
import { planeCalls } from "../../../src/worker/engine/plane.ts";

/** The worker's calls on this thread's CPU, with a look at what is asked. */
function engine() {
  const calls = planeCalls({ open: () => Promise.reject(new Error("no device")) });
  const opened: { shift: number; device: string | undefined; tell: (event: PlaneEvent) => void }[] = [];
  const closed: number[] = [];
  let disguise = false;
  const api: Partial<EngineApi> = {
    ...calls,
    async openPlane(request, onEvent) {
      opened.push({ shift: request.spec.data.shift, device: request.device, tell: onEvent });
      const result = await calls.openPlane(request, onEvent);
      return disguise && request.device !== "cpu" ? { ...result, backend: "webgpu" } : result;
    },
    async closePlane(id) {
      closed.push(id);
      return calls.closePlane(id);
    },
  };
  return {
    api: api as EngineApi,
    opened,
    closed,
    asGpu: () => {
      disguise = true;
    },
  };
}

test("sliding opens few sessions, the last value wins, and old ones are closed", async () => {
  const { api, opened, closed } = engine();
  const model = createPlayModel(api, { frames: 30 });
  model.start(true);
  await expect.poll(() => model.get().history.frames.at(-1)?.step).toBe(300);
  for (const shift of [0.7, 0.6, 0.5, 0.4, 0.3]) model.change({ "data.shift": shift });
  await expect.poll(() => model.get().shown["data.shift"]).toBe(0.3);
  expect(opened.map(({ shift }) => shift)).toEqual([0.75, 0.3]);
  expect(closed).toEqual([1]);
  expect(model.get().history.frames.at(-1)!.step).toBe(300);
  expect(model.get().history.frames.length).toBeGreaterThan(8);
  expect(model.get().playing).toBe(false);
  await expect.poll(() => model.get().seeds.length).toBe(SEEDS);
  expect(model.get().seeds[0]![0]!.rew).toBeCloseTo(model.get().history.frames.at(-1)!.metrics[0]!.rew, 3);
});

test("a session whose GPU stops answering goes on where it stood, on the CPU, and says so", async () => {
  const { api, opened, asGpu } = engine();
  asGpu();
  const model = createPlayModel(api, { frames: 30 });
  model.start(false);
  await expect.poll(() => model.get().history.frames.at(-1)?.step ?? 0).toBeGreaterThan(5);
  const at = model.get().history.frames.at(-1)!.step;
  opened[0]!.tell({ kind: "failed", what: "The device was lost." });
  await expect.poll(() => model.get().opened?.backend).toBe("cpu");
  expect(opened[1]!.device).toBe("cpu");
  expect(model.get().history.frames.at(-1)!.step).toBeGreaterThanOrEqual(at);
  expect(model.get().note).toContain("GPU stopped");
  expect(model.get().problem).toBeNull();
  expect(model.get().playing).toBe(true);
  model.pause();
});
