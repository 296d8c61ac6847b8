/** A list of problems that stays short: beyond the limit they are only counted. */
import type { ImportProblem } from "./dataset.ts";

/** An `ImportProblem` whose absent parts may also be undefined. */
export type LooseProblem = { readonly [K in keyof ImportProblem]: ImportProblem[K] | undefined } & {
  readonly file: string;
  readonly what: string;
  readonly effect: ImportProblem["effect"];
};

export interface ProblemList {
  readonly listed: readonly ImportProblem[];
  add(problem: LooseProblem): void;
  /** Whether further problems are only counted. */
  full(): boolean;
  /** Problems that were met but not listed. */
  omitted(): number;
}

/** @param limit how many problems of rows are kept in full; more are counted */
export function problemList(limit: number): ProblemList {
  const listed: ImportProblem[] = [];
  let omitted = 0;
  return {
    listed,
    add(problem) {
      // What ends a file is not lost among its rows: there is one such problem per file.
      if (listed.length >= limit && problem.row !== undefined) omitted++;
      else
        listed.push(
          Object.fromEntries(
            Object.entries(problem).filter(([, value]) => value !== undefined),
          ) as unknown as ImportProblem,
        );
    },
    full: () => listed.length >= limit,
    omitted: () => omitted,
  };
}
