/** Where the GPU's time goes in a step, as the page can ask for it. */
import { expect, it } from "vitest";
import { createCpuBackend } from "../../src/backend/cpu/cpu_backend.ts";
import { builtinDataset } from "../../src/experiment/source.ts";
import { profileStep } from "../../src/experiment/step_profile.ts";
import { tinySpec } from "../experiment/tiny.ts";
import { webgpuBackend } from "./backend.ts";

const never = new AbortController().signal;

it("times every dispatch of a step, and takes nothing with it", async () => {
  const backend = await webgpuBackend();
  const spec = tinySpec();
  const before = backend.bytesInUse;
  const profile = (await profileStep(backend, spec, builtinDataset(spec)!, never))!;
  expect(backend.bytesInUse).toBe(before);
  expect(profile.times.reduce((sum, { count }) => sum + count, 0)).toBe(profile.dispatches);
  expect(profile.times.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 6);
  expect(profile.times.map(({ op }) => op)).toContain("adamw");
  expect(profile.tokens).toBeGreaterThan(profile.rows);
  expect(profile.milliseconds).toBeGreaterThan(0);
});

it("says when there is nothing to time", async () => {
  const spec = tinySpec();
  expect(await profileStep(createCpuBackend(), spec, builtinDataset(spec)!, never)).toBeNull();
});
