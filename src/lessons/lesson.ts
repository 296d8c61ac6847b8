/**
 * What a lesson is: pages of words beside a live playground, with questions whose answers are measured in front of the
 * reader. Everything here is data; src/ui/lessons shows it, and test/lessons measures every claim on the same settings.
 *
 * Words carry light marks: *emphasis*, $symbol$, {strategy} or {strategy|words}, {H}, {A}, {B} or {A|words} for sources,
 * [words](#address) for links within the page.
 */
import type { TableRounds, TableRoundsSetting } from "../experiment/online/table_rounds.ts";
import type { ArmRuns, PlaneArm } from "../experiment/plane/arms.ts";
import type { Claim } from "./claim.ts";
import type { ControlId } from "./controls.ts";

/** What the figures show: a Plane session as the Play view has it. */
export interface Scene extends PlaneArm {
  /** Quantity of the timeline, by its id on the page: "rew", "rewK", "human", "ess", "loss". */
  readonly timeline?: string;
}

/** What is run to answer a question: the seeds from `FIRST_SEED` on. */
export type Measure =
  | { readonly kind: "plane"; readonly arms: readonly PlaneArm[]; readonly seeds: number }
  | { readonly kind: "rounds"; readonly setting: TableRoundsSetting; readonly seeds: number };

/** The runs of one seed. */
export type LessonRun = ArmRuns | TableRounds;

/** Other seeds than those on which the lessons were worked out. */
export const FIRST_SEED = 501;

interface QuestionBase {
  readonly ask: string;
  readonly measure: Measure;
  /** What is said after the reveal, each with the numbers just measured. */
  readonly claims: readonly Claim[];
  /** What it means, after the claims. */
  readonly reveal: readonly string[];
  /** Settings that the reveal gives the playground. */
  readonly sets?: PlaneArm["changes"];
}

/** One answer out of a few. */
export interface ChoiceQuestion extends QuestionBase {
  readonly kind: "choice";
  readonly options: readonly string[];
  /** Index of the option that the runs bear out; null where they cannot tell. */
  readonly answer: (runs: readonly LessonRun[]) => number | null;
}

/** Shares of 100 %. */
export interface ShareQuestion extends QuestionBase {
  readonly kind: "shares";
  /** Class of the source ("h", "a", "b") and its name. */
  readonly parts: readonly { readonly key: string; readonly name: string }[];
  /** Shares of one seed, in the order of the parts; they sum to 1. */
  readonly shares: (run: LessonRun) => readonly number[];
}

export type Question = ChoiceQuestion | ShareQuestion;

export interface Step {
  /** In the address: small letters and hyphens. */
  readonly id: string;
  readonly title: string;
  /** Paragraphs. */
  readonly words: readonly string[];
  readonly formula?: { readonly text: string; readonly note: string };
  readonly scene: Scene;
  /** Controls beside the figures. */
  readonly controls: readonly ControlId[];
  /** Controls that this step sets; they are marked. */
  readonly points: readonly ControlId[];
  readonly question?: Question;
  /** What to do by hand. */
  readonly tries?: string;
  /** Where the playground is not Plane: rounds of self-training, or the reader's own data. */
  readonly figure?: "rounds" | "own-data" | "ratios";
}

export interface Lesson {
  readonly id: string;
  readonly title: string;
  /** One sentence for the list. */
  readonly summary: string;
  readonly steps: readonly Step[];
}

/** Claims and answers of Plane questions read `ArmRuns`; of questions about rounds, `TableRounds`. */
export const plane =
  <T>(read: (run: ArmRuns) => T) =>
  (run: LessonRun): T =>
    read(run as ArmRuns);

export const rounds =
  <T>(read: (run: TableRounds) => T) =>
  (run: LessonRun): T =>
    read(run as TableRounds);
