/**
 * Property tests draw the same cases every time, so that `npm test` says the same twice. `npm run fuzz` sets TILT_FUZZ_SEED to draw new
 * ones, TILT_FUZZ_MS to go on with each property for so long, and TILT_FUZZ_COUNTS to be told how many cases that were.
 */
import { appendFileSync } from "node:fs";
import fc from "fast-check";
import { afterAll, expect } from "vitest";

const { TILT_FUZZ_SEED: seed, TILT_FUZZ_MS: ms, TILT_FUZZ_COUNTS: told } = process.env;

const counts = new Map<string, number>();
const add = (name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1);

/** Counts a case of an importer, beside the test it belongs to. */
export function countCase(importer: string): void {
  if (told !== undefined) add(`importer: ${importer}`);
}

const counting = (): void => add(expect.getState().currentTestName ?? "?");
fc.configureGlobal(
  seed === undefined
    ? { seed: 1 }
    : {
        seed: Number(seed),
        numRuns: 1_000_000,
        interruptAfterTimeLimit: Number(ms ?? 10_000),
        markInterruptAsFailure: false,
        ...(told !== undefined && { beforeEach: counting }),
      },
);
if (told !== undefined)
  afterAll(() => {
    appendFileSync(told, `${JSON.stringify([...counts])}\n`);
    counts.clear();
  });
