/** What the first layer of a frozen model makes of a response: hidden states of its tokens, added up. */
import { type Backend, readFloats, type Tensor } from "../backend/backend.ts";
import { poolRows } from "../ops/pool_rows.ts";
import type { PackedTokens } from "./batch.ts";
import { packedAttention, recordLayerBody, recordLayerStart } from "./forward_pass.ts";
import type { Llama } from "./llama.ts";

export interface StateReader {
  /** Values per response: the states before the layer, then those after it. */
  readonly width: number;
  /** Per response of a batch, the sum over its rows of both states, [responses, width]. */
  read(packed: PackedTokens): Promise<Float32Array>;
  free(): void;
}

/**
 * Opens the reading of the stream around a model's only layer, from its own weights; adapters are left out. The vocabulary is
 * touched for the tokens that are read only, and there is no head and no loss. The layer's last product is linear, so it is
 * taken of a response's sum instead of every token.
 * @param model of one layer
 */
export async function createStateReader(backend: Backend, model: Llama): Promise<StateReader> {
  const { parts, config, capacity } = model;
  const { dim, hidden, vocab } = config;
  const { weights, products } = parts;
  const [layer] = parts.activations.layers;
  const batch = model.createBatch();
  const rows = batch.rowCount;
  const pools = batch.responseCount;
  const width = 2 * dim;
  const pooled = backend.tensor("pooled states", "f32", capacity.responses * width);
  const branch = backend.tensor("pooled branches", "f32", capacity.responses * dim);
  const activated = backend.tensor("pooled activations", "f32", capacity.responses * hidden);
  const plan = await backend.plan("hidden states", (recorder) => {
    const shape = { rows: batch.tokenCount, dim, tableRows: vocab };
    weights.gather(recorder, "embedding", batch.tokens, layer!.input, shape);
    recordLayerStart(recorder, parts, batch, 0, false);
    recordLayerBody(recorder, parts, batch, 0, false, packedAttention(parts, batch));
    const pool = (x: Tensor, y: Tensor, size: { dim: number; width: number; at: number }) =>
      recorder.dispatch(poolRows, { start: batch.responseRowStart, x, y }, { pools, rows, ...size });
    pool(parts.activations.last.input, pooled, { dim, width, at: 0 });
    pool(layer!.middle, pooled, { dim, width, at: dim });
    pool(layer!.activated, activated, { dim: hidden, width: hidden, at: 0 });
    const down = weights.matrix(recorder, "0.down");
    products.nt(recorder, activated, down, branch, { m: pools, n: dim, k: hidden });
  });
  return {
    width,
    async read(packed) {
      batch.upload(packed);
      plan.run();
      const [states, branches] = await Promise.all([
        readFloats(backend, pooled),
        readFloats(backend, branch),
      ]);
      const responses = packed.responseRowStart.length - 1;
      return Float32Array.from({ length: responses * width }, (_, i) => {
        const column = i % width;
        const after = column < dim ? 0 : branches[Math.floor(i / width) * dim + column - dim]!;
        return states[i]! + after;
      });
    },
    free() {
      plan.destroy();
      batch.free();
      for (const tensor of [pooled, branch, activated]) backend.free(tensor);
    },
  };
}
