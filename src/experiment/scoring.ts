/** Log-probabilities of whole groups under the model as it is now: forward passes only, packed to a token budget. */
import type { Backend, Plan } from "../backend/backend.ts";
import type { TrainBatch } from "../model/batch.ts";
import type { Llama } from "../model/llama.ts";
import { microBatches } from "../text/batches.ts";
import type { EncodedGroup } from "../text/encoding.ts";
import { packGroups } from "../text/packing.ts";

/** By group index: log-probability of each response, summed over its tokens (nats). */
export type GroupLogps = ReadonlyMap<number, Float32Array>;

export interface Scorer {
  /**
   * @param adapted false leaves adapters out
   * @param between called between batches with the number of groups done: to pause, stop, or report
   */
  score(
    groups: readonly number[],
    adapted: boolean,
    between?: (done: number) => Promise<void>,
  ): Promise<GroupLogps>;
  close(): void;
}

/** @param encoded tokens by group index @param batch the model's own; its contents are overwritten */
export async function createScorer(
  backend: Backend,
  model: Llama,
  batch: TrainBatch,
  encoded: readonly EncodedGroup[],
): Promise<Scorer> {
  const logps = backend.tensor("scores", "f32", model.capacity.responses);
  const tap = backend.tap(logps, 1);
  const forward = (adapted: boolean): Promise<Plan> =>
    backend.plan(adapted ? "score" : "score with the reference", (recorder) =>
      model.recordForward(recorder, batch, logps, { adapted }),
    );
  const plans = { adapted: await forward(true), plain: model.adapters ? await forward(false) : undefined };

  return {
    async score(groups, adapted, between = async () => {}) {
      const plan = adapted || !plans.plain ? plans.adapted : plans.plain;
      const found = new Map<number, Float32Array>();
      for (const part of fitting(encoded, groups, model.capacity)) {
        const packed = packGroups(part.map((index) => encoded[index]!));
        batch.upload(packed);
        plan.run([tap]);
        const values = await tap.take();
        part.forEach((index, g) => {
          found.set(index, Float32Array.from(values.slice(packed.groupStart[g]!, packed.groupStart[g + 1]!)));
        });
        await between(found.size);
      }
      return found;
    },
    close() {
      plans.adapted.destroy();
      plans.plain?.destroy();
      tap.destroy();
      backend.free(logps);
    },
  };
}

/** Splits groups so that every part fits the model's capacity in tokens, rows and responses. */
function* fitting(
  encoded: readonly EncodedGroup[],
  groups: readonly number[],
  capacity: Llama["capacity"],
): Generator<number[]> {
  for (const part of microBatches(encoded, groups, capacity.tokens)) {
    let held: number[] = [];
    let responses = 0;
    let rows = 0;
    for (const index of part) {
      const group = encoded[index]!;
      const more = group.responses.reduce((sum, ids) => sum + ids.length, 0);
      if (
        held.length > 0 &&
        (responses + group.responses.length > capacity.responses || rows + more > capacity.rows)
      ) {
        yield held;
        held = [];
        responses = 0;
        rows = 0;
      }
      held.push(index);
      responses += group.responses.length;
      rows += more;
    }
    if (held.length > 0) yield held;
  }
}
