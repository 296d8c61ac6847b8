/** Trains a policy whose log-probs are linear in three parameters with the recorded variance-reduced step. */
import type { Backend } from "../../src/backend/backend.ts";
import { type Stream, stream } from "../../src/base/random.ts";
import { type StormBatch, type StormState, stormStep } from "../../src/objective/estimators/storm.ts";
import { objectiveControls } from "../../src/objective/kernels/controls.ts";
import { recordStorm, stormTensors } from "../../src/objective/kernels/storm.ts";
import { objectiveTensors } from "../../src/objective/kernels/tensors.ts";
import { evaluateObjective, makeObjective } from "../../src/objective/objective.ts";
import { matmulNn, matmulTn } from "../../src/ops/matmul.ts";

const PARAMETERS = 3;

interface Rows {
  /** `[2 groups][PARAMETERS]` slope of each response's log-prob in the parameters. */
  readonly features: readonly (readonly number[])[];
  readonly h: readonly number[];
}

function drawBatch(random: Stream, groups: number): Rows {
  const exact = () => Math.fround(random.normal());
  return {
    features: Array.from({ length: 2 * groups }, () => Array.from({ length: PARAMETERS }, exact)),
    h: Array.from({ length: groups }, () => Math.fround(0.3 + random.uniform())),
  };
}

/** Parameters after each step: as recorded on the backend, by the pure estimator, and by plain mini-batches. */
export async function stormRun(
  backend: Backend,
  { steps, batch, a, rate, lam }: { steps: number; batch: number; a: number; rate: number; lam: number },
) {
  const random = stream(4, "storm run");
  const batches = Array.from({ length: steps }, () => drawBatch(random, batch));
  const objective = makeObjective({
    loss: { id: "dpo", params: { beta: 1 } },
    strategy: { id: "dora_inside", params: { lam } },
  });
  const groupsAt = (rows: Rows, w: readonly number[]) => {
    const logps = rows.features.map((row) => row.reduce((sum, f, k) => sum + f * w[k]!, -5));
    return Array.from({ length: batch }, (_, g) => ({
      logps: [logps[2 * g]!, logps[2 * g + 1]!],
      refLogps: [-5, -5],
      lengths: [1, 1],
      scores: [1, 0],
    }));
  };
  const spread = (rows: Rows, coef: readonly number[]): Float64Array =>
    Float64Array.from({ length: PARAMETERS }, (_, k) =>
      coef.reduce((sum, c, r) => sum + c * rows.features[r]![k]!, 0),
    );

  const pure: number[][] = [];
  const plain: number[][] = [];
  let w: number[] = new Array<number>(PARAMETERS).fill(0);
  let before = w;
  let state: StormState | undefined;
  for (const rows of batches) {
    const at = (parameters: readonly number[]): StormBatch => {
      const result = evaluateObjective(objective, { groups: groupsAt(rows, parameters), h: rows.h });
      const form = objective.strategy.logMeanExp!(
        { losses: result.losses, h: rows.h },
        objective.strategyParams,
      );
      return {
        exponents: form.exponents,
        pullback: (weights) =>
          spread(
            rows,
            result.slopes.flatMap((slopes, g) =>
              slopes.map((s) => (weights[g]! * form.slopes[g]! * s) / lam),
            ),
          ),
      };
    };
    state = stormStep(at(w), state && at(before), state, a).state;
    before = w;
    w = w.map((value, k) => value - rate * lam * state!.direction[k]!);
    pure.push(w);
  }
  let p: number[] = new Array<number>(PARAMETERS).fill(0);
  for (const rows of batches) {
    const { coefficients } = evaluateObjective(objective, { groups: groupsAt(rows, p), h: rows.h });
    const gradient = spread(rows, coefficients.flat());
    p = p.map((value, k) => value - rate * gradient[k]!);
    plain.push(p);
  }

  const responses = 2 * batch;
  const tensors = objectiveTensors(backend, { groups: batch, responses, sources: 1 });
  const controls = objectiveControls(objective);
  const storm = stormTensors(backend, tensors, PARAMETERS);
  const features = backend.tensor("features", "f32", responses * PARAMETERS);
  const parameters = backend.tensor("parameters", "f32", PARAMETERS);
  const gradient = backend.tensor("gradient", "f32", PARAMETERS);
  backend.write(
    tensors.groupStart,
    Array.from({ length: batch + 1 }, (_, g) => 2 * g),
  );
  backend.write(
    tensors.lengths,
    Array.from({ length: responses }, () => 1),
  );
  const plan = await backend.plan("storm", (recorder) =>
    recordStorm(recorder, objective, tensors, controls, storm, a, {
      parameters,
      gradient,
      count: PARAMETERS,
      forward: () =>
        recorder.dispatch(
          matmulNn,
          { a: features, b: parameters, c: tensors.logps },
          { m: responses, n: 1, k: PARAMETERS, accumulate: 0 },
        ),
      zero: () => recorder.clear(gradient),
      backward: (coef) =>
        recorder.dispatch(
          matmulTn,
          { a: features, b: coef, c: gradient },
          { m: PARAMETERS, n: 1, k: responses, accumulate: 1 },
        ),
      report: () => {},
    }),
  );
  const recorded: number[][] = [];
  let now: number[] = new Array<number>(PARAMETERS).fill(0);
  for (const rows of batches) {
    backend.write(features, rows.features.flat());
    backend.write(tensors.h, rows.h);
    plan.run();
    const direction = await backend.read(gradient);
    now = now.map((value, k) => value - rate * direction[k]!);
    backend.write(parameters, now);
    recorded.push(now);
  }
  plan.destroy();
  storm.free();
  tensors.free();
  for (const held of [features, parameters, gradient]) backend.free(held);
  return { recorded, pure, plain };
}
