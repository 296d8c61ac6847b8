/** The recorded step, on the float64 CPU backend, against the pure objective: every loss under every strategy. */
import { describe, expect, it } from "vitest";
import { createCpuBackend } from "../../src/backend/cpu/cpu_backend.ts";
import { metricInfo } from "../../src/experiment/metrics.ts";
import { decodeReports } from "../../src/objective/kernels/reports.ts";
import { LOSSES } from "../../src/objective/losses/index.ts";
import { ktoBaseline } from "../../src/objective/losses/kto.ts";
import {
  displacementMetrics,
  extremePair,
  preferenceMetrics,
  ratioMetrics,
  robustMetrics,
  sourceMetrics,
  sourceShares,
} from "../../src/objective/metrics.ts";
import {
  evaluateObjective,
  makeObjective,
  type ObjectiveChoice,
  type ObjectiveState,
} from "../../src/objective/objective.ts";
import { STRATEGIES } from "../../src/objective/strategies/index.ts";
import { randomBatch, runObjective, SOURCES, type TestBatch } from "./batches.ts";

const backend = createCpuBackend({ precision: "f64" });

function close(got: ArrayLike<number>, want: ArrayLike<number>, what: string): void {
  expect(got.length, what).toBe(want.length);
  for (let i = 0; i < want.length; i++) {
    const error = Math.abs(got[i]! - want[i]!);
    expect(error, `${what}[${i}]: ${got[i]}, want ${want[i]}`).toBeLessThanOrEqual(
      1e-12 + 1e-10 * Math.abs(want[i]!),
    );
  }
}

/** The pure objective's view of a test batch. */
function inputOf(batch: TestBatch) {
  const kl = ktoBaseline(batch.klLogps, batch.klRefLogps);
  return {
    groups: batch.groups,
    h: batch.h,
    responseWeights: batch.responseWeights,
    sourceShares: sourceShares(batch.sources, SOURCES.length),
    context: { kl, paddedLength: batch.paddedLength },
  };
}

describe.each(LOSSES.map((loss) => ({ id: loss.id, loss })))("$id", ({ loss }) => {
  it.each(STRATEGIES.map((strategy) => ({ id: strategy.id, strategy })))(
    "under $id",
    async ({ strategy }) => {
      const objective = makeObjective({ loss: { id: loss.id }, strategy: { id: strategy.id } });
      const batch = randomBatch(loss.family, 21);
      const input = inputOf(batch);
      const written = await runObjective(backend, objective, batch);
      const want = evaluateObjective(objective, input);
      close(written.losses!, want.losses, "losses");
      close(written.tilt!, want.strategy.gradient, "tilt");
      close(written.q!, want.strategy.q, "q");
      close(written.coef!, want.coefficients.flat(), "coef");
      close([written.summary![0]!], [want.strategy.value], "value");

      const { summary, weightReport, preferenceReport, baseline } = written;
      const unpaired = loss.family === "unpaired";
      const metrics = decodeReports(objective, SOURCES, {
        summary: summary!,
        weightReport: weightReport!,
        preferenceReport: preferenceReport!,
        ...(unpaired && { baseline: baseline! }),
      });
      const pairs = loss.family === "listwise" ? batch.groups.map(extremePair) : batch.groups;
      const expected = {
        ...robustMetrics(want.strategy, want.logU),
        ...ratioMetrics(batch.h),
        ...sourceMetrics(SOURCES, input.sourceShares, {
          h: batch.h,
          losses: want.losses,
          weights: want.strategy.gradient,
        }),
        ...(!unpaired && preferenceMetrics(pairs, loss.reward(objective.lossParams))),
        ...(!unpaired && displacementMetrics(pairs)),
        ...(unpaired && { kl: input.context.kl }),
      };
      for (const name of Object.keys(metrics))
        expect(metricInfo(name), `${name} is in the metric table`).toBeDefined();
      // Some strategies fix lambda at 1 or report a penalty; only those with a lambda of their own chart it.
      for (const [name, value] of Object.entries(expected)) {
        if (name !== "robust/lambda" || name in metrics) close([metrics[name]!], [value], name);
      }
    },
  );
});

it("carries the running normaliser, a learned lambda and source weights from step to step", async () => {
  const batch = randomBatch("pairwise", 9);
  const choices: ObjectiveChoice[] = [
    {
      loss: { id: "dpo" },
      strategy: { id: "dora_inside", params: { lam: 0.4 } },
      running: { gamma: 0.3, mode: "debias", cap: 10 },
      learnLambda: { rho: 0.05, learningRate: 0.2, min: 0.05 },
    },
    { loss: { id: "dpo" }, strategy: { id: "group_dro", params: { eta: 0.5 } } },
  ];
  for (const choice of choices) {
    const objective = makeObjective(choice);
    let state: ObjectiveState = {};
    let want = evaluateObjective(objective, inputOf(batch), state);
    for (let step = 1; step < 4; step++) {
      state = want.state;
      want = evaluateObjective(objective, inputOf(batch), state);
    }
    const written = await runObjective(backend, objective, batch, { steps: 4 });
    close(written.tilt!, want.strategy.gradient, `${choice.strategy.id} tilt`);
    close([written.summary![0]!], [want.strategy.value], `${choice.strategy.id} value`);
    if (want.state.lambda !== undefined) close([written.state![2]!], [want.state.lambda], "lambda");
  }
});
