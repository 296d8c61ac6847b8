/** Every claim of every lesson, measured on the settings and seeds that the page measures it on. */
import { describe, expect, test } from "vitest";
import { planeGrid } from "../../src/data/worlds/plane_grid.ts";
import { findingOf } from "../../src/lessons/claim.ts";
import { LESSONS } from "../../src/lessons/index.ts";
import type { LessonRun } from "../../src/lessons/lesson.ts";
import { measureRuns } from "../../src/lessons/measure.ts";
import { REFERENCE_REWARD } from "../../src/lessons/settings.ts";

/** Questions that ask for the same runs share them. */
const known = new Map<string, Promise<readonly LessonRun[]>>();

function runsOf(measure: Parameters<typeof measureRuns>[0]): Promise<readonly LessonRun[]> {
  const key = JSON.stringify(measure);
  let going = known.get(key);
  if (!going) {
    going = (async () => {
      const runs: LessonRun[] = [];
      for await (const { run } of measureRuns(measure)) runs.push(run);
      return runs;
    })();
    known.set(key, going);
  }
  return going;
}

test("the reference’s reward, as lessons say it", () => {
  expect(planeGrid().referenceReward).toBeCloseTo(REFERENCE_REWARD, 3);
});

for (const { id, steps } of LESSONS) {
  const asked = steps.flatMap((step) => (step.question ? [{ step, question: step.question }] : []));
  describe(`lesson ${id}`, { timeout: 120_000 }, () => {
    test.each(asked.map(({ step, question }) => [step.id, question] as const))("%s", async (_, question) => {
      const runs = await runsOf(question.measure);
      expect(runs).toHaveLength(question.measure.seeds);
      for (const claim of question.claims) {
        const { mean, half, n, verdict } = findingOf(claim, runs);
        const numbers = `${mean.toFixed(3)} ± ${half.toFixed(3)} over ${n} seeds`;
        console.log(`${claim.quantity}: ${numbers}`);
        expect(`${claim.says} ${numbers}: ${verdict}`).toMatch(/: holds$/);
      }
      if (question.kind === "choice") {
        const answer = question.answer(runs);
        expect(answer, "an answer that the runs bear out").not.toBeNull();
        expect(question.options[answer!]).toBeDefined();
      } else {
        for (const run of runs) {
          const shares = question.shares(run);
          expect(shares).toHaveLength(question.parts.length);
          expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
        }
      }
    });
  });
}
