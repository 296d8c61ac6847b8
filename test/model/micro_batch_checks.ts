/** Micro-batches change no gradient, whatever aggregates the losses: first all losses, then the weights, then each piece. */
import { expect } from "vitest";
import { type Backend, readFloats } from "../../src/backend/backend.ts";
import { objectiveControls } from "../../src/objective/kernels/controls.ts";
import { recordObjective } from "../../src/objective/kernels/record.ts";
import { objectiveTensors } from "../../src/objective/kernels/tensors.ts";
import { makeObjective } from "../../src/objective/objective.ts";
import { randomBatch, SOURCES, writeBatch } from "../objective/batches.ts";
import { expectSame, openModel } from "./checks.ts";
import { packed } from "./packed.ts";
import { type Group, randomGroups, SMALL } from "./small.ts";

const PAIRS = 8;

/** The gradient of DPO under `strategy` over eight pairs in 2, 4 and 8 pieces, against the whole batch in one. */
export async function microBatchesChangeNothing(
  backend: Backend,
  strategy: string,
  tolerance: number,
): Promise<void> {
  const model = openModel(backend, SMALL);
  const groups = randomGroups(11, PAIRS, 2, 9, SMALL.vocab);
  const batch = model.createBatch();
  const tensors = objectiveTensors(backend, {
    groups: PAIRS,
    responses: 2 * PAIRS,
    sources: SOURCES.length,
  });
  const objective = makeObjective({ loss: { id: "dpo" }, strategy: { id: strategy } });
  const controls = objectiveControls(objective);
  const forward = await backend.plan("forward", (recorder) =>
    model.recordForward(recorder, batch, tensors.logps),
  );
  const middle = await backend.plan("objective", (recorder) => {
    model.recordZero(recorder);
    recordObjective(recorder, objective, tensors, controls);
  });
  const gradient = await backend.plan("gradient", (recorder) => {
    model.recordForward(recorder, batch, tensors.logps);
    model.recordBackward(recorder, batch, tensors.coef);
  });
  const each = (pieces: readonly Group[][], run: () => void): void => {
    let first = 0;
    for (const piece of pieces) {
      batch.upload(packed(piece));
      batch.responseOffset.value = first;
      run();
      first += 2 * piece.length;
    }
  };
  const inPieces = async (count: number, refLogps: readonly number[]) => {
    const size = PAIRS / count;
    const pieces = Array.from({ length: count }, (_, i) => groups.slice(i * size, (i + 1) * size));
    const numbers = randomBatch("pairwise", PAIRS);
    writeBatch(backend, tensors, {
      ...numbers,
      groups: numbers.groups.map((group, g) => ({
        ...group,
        refLogps: refLogps.slice(2 * g, 2 * g + 2),
        lengths: groups[g]!.responses.map((ids) => ids.length),
      })),
    });
    // What a strategy carries from step to step starts anew.
    for (const carried of [tensors.state, tensors.sourceWeights]) {
      backend.write(carried, new Float32Array(carried.length));
    }
    each(pieces, () => forward.run());
    middle.run();
    each(pieces, () => gradient.run());
    return {
      logps: [...(await readFloats(backend, tensors.logps))],
      gradients: await model.trained!.values("gradient"),
    };
  };
  // A reference near the policy, so that no loss is saturated and the weights of all pairs matter.
  const { logps } = await inPieces(1, new Array(2 * PAIRS).fill(0));
  const reference = logps.map((logp, r) => logp + 4 * Math.sin(3 * r));
  const whole = await inPieces(1, reference);
  expect(Math.max(...whole.gradients.get("model.embed_tokens.weight")!)).toBeGreaterThan(1e-4);
  for (const count of [2, 4, 8]) expectSame(await inPieces(count, reference), whole, tolerance);
  for (const plan of [forward, middle, gradient]) plan.destroy();
  tensors.free();
  batch.free();
  model.free();
}
