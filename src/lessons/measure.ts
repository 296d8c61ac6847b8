/** Runs what a question asks for, seed by seed: in the worker for the reader, in Node for the tests. */
import { tableRounds } from "../experiment/online/table_rounds.ts";
import { planeArms } from "../experiment/plane/arms.ts";
import { FIRST_SEED, type LessonRun, type Measure } from "./lesson.ts";

/**
 * @param signal ends it with the seeds that are done
 * @throws TiltError as a Plane session
 */
export async function* measureRuns(
  measure: Measure,
  signal?: AbortSignal,
): AsyncGenerator<{ readonly run: LessonRun; readonly seed: number }, void> {
  let seed = FIRST_SEED;
  if (measure.kind === "plane") {
    for await (const run of planeArms(measure.arms, FIRST_SEED, measure.seeds, signal))
      yield { run, seed: seed++ };
    return;
  }
  for (; seed < FIRST_SEED + measure.seeds; seed++) {
    const run = await tableRounds(measure.setting, seed, signal);
    if (signal?.aborted) return;
    yield { run, seed };
  }
}
