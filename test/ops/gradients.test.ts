/** Every backward op against central differences of its forward op, in float64 on the CPU loops. */
import { describe, expect, it } from "vitest";
import type { TensorData } from "../../src/backend/backend.ts";
import { type AnyOp, elementCount } from "../../src/backend/contract.ts";
import { stream } from "../../src/base/random.ts";
import { allCases, allOps } from "./all.ts";
import { type OpCase, startingValues } from "./op_case.ts";

const PROBES = 24;

/** Inputs of the forward op, taken from the case where it has a buffer of that name. */
function forwardValues(
  testCase: OpCase,
  forward: AnyOp,
  params: Record<string, number>,
): Record<string, TensorData> {
  const own = startingValues(testCase);
  const values = startingValues(testCase, forward, params);
  for (const name in forward.buffers) {
    if (name in own && own[name]!.length === elementCount(forward, name, params))
      values[name] = own[name]!.slice();
  }
  return values;
}

function copyOf(values: Record<string, TensorData>): Record<string, TensorData> {
  return Object.fromEntries(Object.entries(values).map(([name, data]) => [name, data.slice()]));
}

const withGradients = allCases().filter((testCase) => testCase.gradient);

describe("gradients", () => {
  it("are checked for every op whose name says it is a backward pass", () => {
    const checked = new Set(withGradients.map((testCase) => testCase.op.name));
    const backward = allOps()
      .filter((op) => /backward/.test(op.name))
      .map((op) => op.name);
    expect(backward.filter((name) => !checked.has(name))).toEqual([]);
  });

  it.each(withGradients)("$name", (testCase) => {
    const { forward, upstream, inputs, step = 1e-5, params: extra } = testCase.gradient!;
    const params = { ...testCase.params, ...extra };
    const start = forwardValues(testCase, forward, params);

    const forwardRun = (values: Record<string, TensorData>): Record<string, TensorData> => {
      const result = copyOf(values);
      forward.cpu(result, params);
      return result;
    };
    const own = startingValues(testCase);
    const objective = (values: Record<string, TensorData>): number => {
      const result = forwardRun(values);
      let sum = 0;
      for (const [gradient, output] of Object.entries(upstream)) {
        for (let i = 0; i < result[output]!.length; i++) sum += own[gradient]![i]! * result[output]![i]!;
      }
      return sum;
    };

    const forwarded = forwardRun(start);
    const buffers: Record<string, TensorData> = {};
    for (const name in testCase.op.buffers) {
      buffers[name] =
        name in forwarded && !(name in upstream) && !(name in inputs)
          ? forwarded[name]!.slice()
          : own[name]!.slice();
    }
    // Forward outputs may overwrite buffers the backward op reads as inputs; those come from before the run.
    for (const name in start)
      if (name in buffers && forward.buffers[name]!.access === "read") buffers[name] = start[name]!.slice();
    testCase.op.cpu(buffers, testCase.params);

    for (const [gradient, input] of Object.entries(inputs)) {
      const accumulated = own[gradient]!;
      const random = stream(7, `${testCase.name}/${gradient}`);
      const length = start[input]!.length;
      for (let probe = 0; probe < Math.min(PROBES, length); probe++) {
        const i = length <= PROBES ? probe : random.below(length);
        const nudged = copyOf(start);
        nudged[input]![i] = start[input]![i]! + step;
        const above = objective(nudged);
        nudged[input]![i] = start[input]![i]! - step;
        const below = objective(nudged);
        const want = (above - below) / (2 * step);
        const written = buffers[gradient]![i]!;
        // A backward op either adds to its output or sets it; both are allowed, nothing else is.
        const got = [written - accumulated[i]!, written];
        const error = Math.min(...got.map((value) => Math.abs(value - want)));
        expect(
          error,
          `${gradient}[${i}]: wrote ${written} onto ${accumulated[i]}, difference quotient ${want}`,
        ).toBeLessThanOrEqual(1e-6 + 2e-6 * Math.abs(want));
      }
    }
  });
});
