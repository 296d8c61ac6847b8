/** Often told, seldom passed on, and the newest never lost. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { paced } from "../../src/base/paced.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("passes on the first at once and the newest after the span, even when nothing follows", () => {
  const given: number[] = [];
  const pace = paced<number>(50, (value) => given.push(value));
  for (const value of [1, 2, 3]) pace.tell(value);
  expect(given).toEqual([1]);
  vi.advanceTimersByTime(49);
  expect(given).toEqual([1]);
  vi.advanceTimersByTime(2);
  expect(given).toEqual([1, 3]);
  vi.advanceTimersByTime(60);
  pace.tell(4);
  expect(given).toEqual([1, 3, 4]);
});

it("says nothing more once ended", () => {
  const given: number[] = [];
  const pace = paced<number>(50, (value) => given.push(value));
  pace.tell(1);
  pace.tell(2);
  pace.end();
  vi.advanceTimersByTime(100);
  expect(given).toEqual([1]);
});

it("tells what waits at once when flushed, once, and nothing when nothing waits", () => {
  const given: number[] = [];
  const pace = paced<number>(50, (value) => given.push(value));
  pace.tell(1);
  pace.tell(2);
  pace.flush();
  expect(given).toEqual([1, 2]);
  pace.flush();
  vi.advanceTimersByTime(100);
  expect(given).toEqual([1, 2]);
});
