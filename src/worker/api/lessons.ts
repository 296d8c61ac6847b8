/** What lessons measure in front of the reader: the same runs that their tests make. */
import type { LessonRun, Measure } from "../../lessons/lesson.ts";

/** After each seed. */
export type LessonListener = (run: LessonRun, seed: number) => void;

export interface LessonApi {
  /**
   * Runs a question's seeds one after the other on the CPU in float64, which gives every machine the same numbers. A later call
   * or `stopLesson` ends it early.
   * @returns whether every seed was run
   * @throws TiltError as a Plane session
   */
  measureLesson(measure: Measure, onRun: LessonListener): Promise<boolean>;
  stopLesson(): Promise<void>;
}
