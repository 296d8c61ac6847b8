/** Forward and backward of a low-rank adapter on one projection: y += (alpha / rank) (x down^T) up^T. */
import type { Recorder, Scalar, Tensor } from "../backend/backend.ts";
import { loraHiddenBackward, loraUpBackward, loraUpForward } from "../ops/lora.ts";
import { type LlamaConfig, type Projection, projectionShape, qkvWidth } from "./config.ts";
import type { Parts } from "./parts.ts";

/** Where a projection's output lies in the fused tensor it is part of. */
function outputSlice(config: LlamaConfig, kind: Projection): { width: number; offset: number } {
  const { heads, kvHeads, headDim, hidden, dim } = config;
  switch (kind) {
    case "q_proj":
      return { width: qkvWidth(config), offset: 0 };
    case "k_proj":
      return { width: qkvWidth(config), offset: heads * headDim };
    case "v_proj":
      return { width: qkvWidth(config), offset: (heads + kvHeads) * headDim };
    case "gate_proj":
      return { width: 2 * hidden, offset: 0 };
    case "up_proj":
      return { width: 2 * hidden, offset: hidden };
    default:
      return { width: dim, offset: 0 };
  }
}

/** Adds the adapters of those `kinds` that have one. x is the projections' input, y the fused output. */
export function recordAdapters(
  recorder: Recorder,
  parts: Parts,
  layer: number,
  kinds: readonly Projection[],
  rows: Scalar,
  x: Tensor,
  y: Tensor,
): void {
  const { config, adapters, lora, products, activations } = parts;
  if (!adapters || !lora) return;
  for (const kind of kinds.filter((candidate) => lora.targets.includes(candidate))) {
    const { inputs, outputs } = projectionShape(config, kind);
    const hidden = activations.layers[layer]!.adapters.get(kind)!;
    products.nt(recorder, x, adapters.block(`${layer}.${kind}.down`), hidden, {
      m: rows,
      n: lora.rank,
      k: inputs,
    });
    recorder.dispatch(
      loraUpForward,
      { hidden, up: adapters.block(`${layer}.${kind}.up`), y },
      {
        rows,
        rank: lora.rank,
        columns: outputs,
        ...outputSlice(config, kind),
        scale: lora.alpha / lora.rank,
      },
    );
  }
}

/** Gradients of the same adapters, and their share of dx, which is added. */
export function recordAdapterGradients(
  recorder: Recorder,
  parts: Parts,
  layer: number,
  kinds: readonly Projection[],
  rows: Scalar,
  x: Tensor,
  dy: Tensor,
  dx: Tensor | undefined,
): void {
  const { config, adapters, lora, products, activations } = parts;
  if (!adapters || !lora) return;
  for (const kind of kinds.filter((candidate) => lora.targets.includes(candidate))) {
    const { inputs, outputs } = projectionShape(config, kind);
    const hidden = activations.layers[layer]!.adapters.get(kind)!;
    const dhidden = activations.scratch.dadapter;
    const [down, up] = [`${layer}.${kind}.down`, `${layer}.${kind}.up`];
    const shape = {
      rows,
      rank: lora.rank,
      columns: outputs,
      ...outputSlice(config, kind),
      scale: lora.alpha / lora.rank,
    };
    const { trained } = adapters;
    // Frozen adapters of a model trained as a whole still pass the gradient on.
    if (!trained && !dx) continue;
    recorder.dispatch(loraHiddenBackward, { dy, up: adapters.block(up), dhidden }, shape);
    if (trained) {
      recorder.dispatch(loraUpBackward, { dy, hidden, dup: adapters.gradient(up) }, shape);
      products.tn(recorder, dhidden, x, adapters.gradient(down), {
        m: lora.rank,
        n: inputs,
        k: rows,
        accumulate: true,
      });
    }
    if (dx) {
      products.nn(recorder, dhidden, adapters.block(down), dx, {
        m: rows,
        n: inputs,
        k: lora.rank,
        accumulate: true,
      });
    }
  }
}
