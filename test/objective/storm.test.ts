/** The recorded variance-reduced step on a policy whose log-probs are linear in its parameters. */
import { expect, it } from "vitest";
import { createCpuBackend } from "../../src/backend/cpu/cpu_backend.ts";
import { stormRun } from "./storm_run.ts";

const cpu = createCpuBackend({ precision: "f64" });

it("takes exactly the steps of the pure estimator", async () => {
  const { recorded, pure } = await stormRun(cpu, { steps: 12, batch: 2, a: 0.3, rate: 0.05, lam: 0.7 });
  recorded.forEach((parameters, t) => {
    parameters.forEach((value, k) => {
      expect(value, `step ${t}, parameter ${k}`).toBeCloseTo(pure[t]![k]!, 10);
    });
  });
});

it("with nothing kept is the plain mini-batch step", async () => {
  const { recorded, plain } = await stormRun(cpu, { steps: 6, batch: 3, a: 1, rate: 0.05, lam: 0.7 });
  recorded.forEach((parameters, t) => {
    parameters.forEach((value, k) => {
      expect(value).toBeCloseTo(plain[t]![k]!, 10);
    });
  });
});
