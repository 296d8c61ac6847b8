/** The backward pass through the layers: from the gradient of the residual stream to the gradient of every weight. */
import type { Recorder, Tensor } from "../backend/backend.ts";
import { attentionOps } from "../ops/attention.ts";
import { rmsnormBackward, rmsnormWeightBackward } from "../ops/rmsnorm.ts";
import { rope } from "../ops/rope.ts";
import { scatterRows } from "../ops/rows.ts";
import { swigluBackward, swigluBackwardVec4 } from "../ops/swiglu.ts";
import { recordAdapterGradients } from "./adapter_pass.ts";
import type { TrainBatch } from "./batch.ts";
import { qkvWidth } from "./config.ts";
import {
  PRODUCTS,
  packedAttention,
  productShape,
  recordLayerBody,
  recordLayerStart,
} from "./forward_pass.ts";
import type { Parts } from "./parts.ts";

/** All layers, last first. The stream's gradient comes in activations.scratch.dstream. */
export function recordLayerGradients(recorder: Recorder, parts: Parts, batch: TrainBatch): void {
  const { config, weights, activations } = parts;
  for (let layer = config.layers - 1; layer >= 0; layer--) {
    if (parts.recompute) {
      recordLayerStart(recorder, parts, batch, layer, false);
      recordLayerBody(recorder, parts, batch, layer, true, packedAttention(parts, batch));
    }
    recordMlpGradient(recorder, parts, batch, layer);
    recordAttentionGradient(recorder, parts, batch, layer);
  }
  if (weights.trained) {
    const { order, ids, start, lists } = batch.byToken;
    recorder.dispatch(
      scatterRows,
      { dy: activations.scratch.dstream, order, ids, start, dtable: weights.gradient("embedding") },
      { rows: batch.tokenCount, dim: config.dim, tableRows: config.vocab, lists, accumulate: 1 },
    );
  }
}

function recordMlpGradient(recorder: Recorder, parts: Parts, batch: TrainBatch, layer: number): void {
  const { config, activations } = parts;
  const { dstream, dnormed, dgateUp, dactivated } = activations.scratch;
  const kept = activations.layers[layer]!;
  projectBack(recorder, parts, batch, layer, "down", kept.activated, dstream, dactivated);
  recorder.dispatch(
    config.hidden % 4 === 0 ? swigluBackwardVec4 : swigluBackward,
    { gateUp: kept.gateUp, dy: dactivated, dgateUp },
    { rows: batch.tokenCount, hidden: config.hidden },
  );
  projectBack(recorder, parts, batch, layer, "gateUp", kept.normed2, dgateUp, dnormed);
  normBack(recorder, parts, batch, `${layer}.norm2`, kept.middle, kept.rstd2);
}

function recordAttentionGradient(recorder: Recorder, parts: Parts, batch: TrainBatch, layer: number): void {
  const { config, activations, ropeTable } = parts;
  const { dstream, dnormed, dqkv, dattended, delta } = activations.scratch;
  const { heads, kvHeads, headDim } = config;
  const kept = activations.layers[layer]!;
  const tokens = batch.tokenCount;
  projectBack(recorder, parts, batch, layer, "o", kept.attended, dstream, dattended);
  const { query, key } = attentionOps(headDim);
  const { spans, ranges } = batch;
  const { qkv, lse, attended: out } = kept;
  const shape = { tokens, heads, kvHeads, headDim };
  recorder.dispatch(query, { spans, ranges, qkv, out, dout: dattended, lse, delta, dqkv }, shape);
  recorder.dispatch(key, { spans, ranges, qkv, dout: dattended, lse, delta, dqkv }, shape);
  recorder.dispatch(
    rope,
    { positions: batch.positions, table: ropeTable, x: dqkv },
    {
      rows: tokens,
      width: qkvWidth(config),
      heads: heads + kvHeads,
      headDim,
      tableRows: config.maxPositions,
      interleaved: Number(config.interleavedRope),
      inverse: 1,
    },
  );
  // Nothing below the first layer is trained when only adapters are.
  const needed = layer > 0 || parts.weights.trained !== undefined;
  projectBack(recorder, parts, batch, layer, "qkv", kept.normed1, dqkv, needed ? dnormed : undefined);
  if (needed) normBack(recorder, parts, batch, `${layer}.norm1`, kept.input, kept.rstd1);
}

/** Adds a norm's share to the stream's gradient, and the norm's own gradient when it is trained. */
function normBack(
  recorder: Recorder,
  { config, weights, activations }: Parts,
  batch: TrainBatch,
  block: string,
  x: Tensor,
  rstd: Tensor,
): void {
  const { dstream, dnormed } = activations.scratch;
  const shape = { rows: batch.tokenCount, dim: config.dim };
  if (weights.trained) {
    recorder.dispatch(
      rmsnormWeightBackward,
      { x, rstd, dy: dnormed, dweight: weights.gradient(block) },
      shape,
    );
  }
  recorder.dispatch(
    rmsnormBackward,
    { x, weight: weights.block(block), rstd, dy: dnormed, dx: dstream },
    shape,
  );
}

/** dx = dy W, dW += dy^T x, and the same of the adapters. */
function projectBack(
  recorder: Recorder,
  parts: Parts,
  batch: TrainBatch,
  layer: number,
  product: keyof typeof PRODUCTS,
  x: Tensor,
  dy: Tensor,
  dx: Tensor | undefined,
): void {
  const { weights, products } = parts;
  const { inputs, outputs } = productShape(parts, product);
  const rows = batch.tokenCount;
  const block = `${layer}.${product}`;
  if (dx) {
    const weight = weights.matrix(recorder, block);
    products.nn(recorder, dy, weight, dx, { m: rows, n: inputs, k: outputs });
  }
  if (weights.trained) {
    products.tn(recorder, dy, x, weights.gradient(block), {
      m: outputs,
      n: inputs,
      k: rows,
      accumulate: true,
    });
  }
  recordAdapterGradients(recorder, parts, layer, PRODUCTS[product], rows, x, dy, dx);
}
