/** Measurements of questions, kept while the page is open: coming back to a step does not run it again. */
import { problemOf } from "../../base/errors.ts";
import type { Problem } from "../../experiment/events.ts";
import type { LessonRun, Measure } from "../../lessons/lesson.ts";
import type { EngineApi } from "../../worker/api.ts";

export interface Measurement {
  readonly runs: readonly LessonRun[];
  readonly going: boolean;
  readonly done: boolean;
  readonly problem: Problem | null;
}

const NOTHING: Measurement = { runs: [], going: false, done: false, problem: null };
const known = new Map<string, Measurement>();
const listeners = new Set<() => void>();

const keyOfMeasure = (measure: Measure): string => JSON.stringify(measure);
export const measurementOf = (measure: Measure): Measurement => known.get(keyOfMeasure(measure)) ?? NOTHING;

/** @returns a function that ends it */
export function onMeasurement(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function put(key: string, change: Partial<Measurement>): void {
  known.set(key, { ...(known.get(key) ?? NOTHING), ...change });
  for (const listener of listeners) listener();
}

/** Runs what is not known yet; another measurement that is going on ends. */
export async function startMeasurement(engine: EngineApi, measure: Measure): Promise<void> {
  const key = keyOfMeasure(measure);
  const before = known.get(key);
  if (before?.done || before?.going) return;
  put(key, { ...NOTHING, going: true });
  try {
    const done = await engine.measureLesson(measure, (run) => {
      const now = known.get(key);
      if (now?.going) put(key, { runs: [...now.runs, run] });
    });
    put(key, done ? { going: false, done: true } : NOTHING);
  } catch (thrown) {
    put(key, { going: false, problem: problemOf(thrown) });
  }
}
