import { expect, it } from "vitest";
import { createControl, Stopped } from "../../src/experiment/control.ts";

/** Counts steps until stopped. */
function worker(control: ReturnType<typeof createControl>) {
  const state = { steps: 0 };
  const ended = (async () => {
    for (;;) {
      await control.gate();
      state.steps++;
    }
  })();
  return { state, ended };
}

const later = () => new Promise((resolve) => setTimeout(resolve, 20));

it("pauses, steps one at a time, resumes and stops", async () => {
  const log: string[] = [];
  const control = createControl(
    () => log.push("paused"),
    () => log.push("resumed"),
  );
  control.pause();
  const { state, ended } = worker(control);
  await later();
  expect(state.steps).toBe(0);
  control.step();
  await later();
  expect(state.steps).toBe(1);
  control.step();
  control.step();
  await later();
  expect(state.steps).toBe(3);
  control.resume();
  await later();
  expect(state.steps).toBeGreaterThan(4);
  control.stop();
  await expect(ended).rejects.toBeInstanceOf(Stopped);
  expect(control.signal.aborted).toBe(true);
  expect(log[0]).toBe("paused");
  expect(log.filter((entry) => entry === "resumed").length).toBeGreaterThan(0);
});

it("stops work that is paused", async () => {
  const control = createControl();
  control.pause();
  const { ended } = worker(control);
  await later();
  control.stop();
  await expect(ended).rejects.toBeInstanceOf(Stopped);
});
