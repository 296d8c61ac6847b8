/** All lessons, in the order they are meant to be read. */
import { batch } from "./batch.ts";
import { classifier } from "./classifier.ts";
import { dora } from "./dora.ts";
import { drift } from "./drift.ts";
import { dro } from "./dro.ts";
import { lambda } from "./lambda.ts";
import type { Lesson, Step } from "./lesson.ts";
import { noise } from "./noise.ts";
import { pairRatio } from "./pair_ratio.ts";
import { pairs } from "./pairs.ts";
import { shift } from "./shift.ts";
import { weights } from "./weights.ts";
import { yours } from "./yours.ts";

export const LESSONS: readonly Lesson[] = [
  pairs,
  shift,
  classifier,
  weights,
  pairRatio,
  dro,
  lambda,
  dora,
  noise,
  batch,
  drift,
  yours,
];

/** Address of a step within the page. */
export const stepAddress = (lesson: Lesson, step: Step): string => `#lesson=${lesson.id}/${step.id}`;

/** A place in the lessons. */
export interface Place {
  readonly lesson: Lesson;
  /** Index into its steps. */
  readonly at: number;
}

/** The place that "dro/the-shift" or "dro" names; null for names that no lesson has. */
export function placeOf(name: string): Place | null {
  const [id, step = ""] = name.split("/");
  const lesson = LESSONS.find((one) => one.id === id);
  if (!lesson) return null;
  const at = step === "" ? 0 : lesson.steps.findIndex((one) => one.id === step);
  return at < 0 ? null : { lesson, at };
}
