import { expect, it } from "vitest";
import type { DispatchTime } from "../../src/backend/backend.ts";
import { opTimes } from "../../src/backend/op_times.ts";

const dispatch = (op: string, m: number, milliseconds: number): DispatchTime => ({
  op,
  kernel: "plain",
  params: { m, accumulate: 1, eps: 1e-5 },
  milliseconds,
});

it("adds the medians of dispatches of one kind up, slowest kind first", () => {
  const run = (...ms: readonly number[]) => [
    dispatch("norm", 64, ms[0]!),
    dispatch("product", 64, ms[1]!),
    dispatch("norm", 64, ms[2]!),
    dispatch("norm", 32, ms[3]!),
  ];
  expect(opTimes([run(1, 5, 1, 2), run(2, 6, 1, 2), run(90, 7, 1, 2)])).toEqual([
    { op: "product", kernel: "plain", shape: "m 64", count: 1, milliseconds: 6, share: 6 / 11 },
    { op: "norm", kernel: "plain", shape: "m 64", count: 2, milliseconds: 3, share: 3 / 11 },
    { op: "norm", kernel: "plain", shape: "m 32", count: 1, milliseconds: 2, share: 2 / 11 },
  ]);
});

it("is empty for an empty plan, and finite where no time was seen", () => {
  expect(opTimes([])).toEqual([]);
  expect(opTimes([[dispatch("norm", 1, 0)]])[0]!.share).toBe(0);
});
