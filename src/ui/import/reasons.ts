/** Problems of an import, put together by what is wrong. */
import type { ImportProblem } from "../../data/dataset.ts";

export interface Reason {
  readonly key: string;
  /** Of the first problem. */
  readonly what: string;
  readonly effect: ImportProblem["effect"];
  readonly remedy: string | undefined;
  readonly problems: readonly ImportProblem[];
}

/** The problems that concern the rest of a whole file rather than one row: it was not read to its end. */
export function cutShort(problems: readonly ImportProblem[]): readonly ImportProblem[] {
  return problems.filter(({ effect, row }) => effect === "left-out" && row === undefined);
}

/** Two problems have one reason when their sentences differ in numbers only ("… at character 17"). What concerns a whole file comes first, then what is most frequent. */
export function byReason(problems: readonly ImportProblem[]): readonly Reason[] {
  const found = new Map<string, ImportProblem[]>();
  for (const problem of problems) {
    const key = `${problem.effect} ${problem.what.replace(/\d+/g, "#")}`;
    const same = found.get(key);
    if (same) same.push(problem);
    else found.set(key, [problem]);
  }
  return [...found]
    .map(([key, same]) => {
      const { what, effect } = same[0]!;
      return { key, what, effect, remedy: same.find(({ remedy }) => remedy)?.remedy, problems: same };
    })
    .sort(
      (a, b) =>
        cutShort(b.problems).length - cutShort(a.problems).length || b.problems.length - a.problems.length,
    );
}
