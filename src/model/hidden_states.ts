/** What a frozen model makes of a response: its last hidden states, normed as the head would see them, pooled. */
import { type Backend, readFloats } from "../backend/backend.ts";
import { poolRows } from "../ops/pool_rows.ts";
import type { PackedTokens } from "./batch.ts";
import { packedAttention, recordLayers } from "./forward_pass.ts";
import { recordHeadStart } from "./head_pass.ts";
import type { Llama } from "./llama.ts";

export interface StateReader {
  /**
   * Per response of a batch: the mean of its states, then the last one, [responses, 2 dim]. A state belongs to a token
   * that predicts one of the response: the prompt's last, and the response's own but its last.
   */
  read(packed: PackedTokens): Promise<Float32Array>;
  free(): void;
}

/** Opens the reading of states from a model's own weights; adapters are left out. The vocabulary is never touched. */
export async function createStateReader(backend: Backend, model: Llama): Promise<StateReader> {
  const { parts, config, capacity } = model;
  const { dim } = config;
  const batch = model.createBatch();
  const pooled = backend.tensor("pooled states", "f32", capacity.responses * 2 * dim);
  const { head } = parts.activations;
  const plan = await backend.plan("hidden states", (recorder) => {
    const stream = recordLayers(recorder, parts, batch, false, packedAttention(parts, batch));
    const rows = batch.rowCount;
    recordHeadStart(recorder, parts, rows, stream);
    recorder.dispatch(
      poolRows,
      { start: batch.responseRowStart, x: head.normed, y: pooled },
      { pools: batch.responseCount, rows, dim },
    );
  });
  return {
    async read(packed) {
      batch.upload(packed);
      plan.run();
      const responses = packed.responseRowStart.length - 1;
      return Float32Array.from((await readFloats(backend, pooled)).slice(0, responses * 2 * dim));
    },
    free() {
      plan.destroy();
      batch.free();
      backend.free(pooled);
    },
  };
}
