/** Lessons' measurements; the code behind them comes with the first question. */
import type { LessonApi } from "../api.ts";

export function lessonCalls(): LessonApi {
  let going: AbortController | undefined;
  return {
    async measureLesson(measure, onRun) {
      going?.abort();
      const mine = new AbortController();
      going = mine;
      const { measureRuns } = await import("../../lessons/measure.ts");
      for await (const { run, seed } of measureRuns(measure, mine.signal)) onRun(run, seed);
      return !mine.signal.aborted;
    },
    async stopLesson() {
      going?.abort();
    },
  };
}
