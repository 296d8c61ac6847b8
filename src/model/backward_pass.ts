/** The backward pass through the layers: from the gradient of the residual stream to the gradient of every weight. */
import type { Recorder, Scalar, Tensor } from "../backend/backend.ts";
import { attentionOps } from "../ops/attention.ts";
import { rmsnormBackward, rmsnormWeightBackward } from "../ops/rmsnorm.ts";
import { scatterRows } from "../ops/rows.ts";
import { swigluBackward, swigluBackwardVec4 } from "../ops/swiglu.ts";
import { recordAdapterGradients } from "./adapter_pass.ts";
import type { TrainBatch } from "./batch.ts";
import {
  PRODUCTS,
  packedAttention,
  productShape,
  recordLayerBody,
  recordLayerStart,
  recordTurn,
} from "./forward_pass.ts";
import type { Parts } from "./parts.ts";

/**
 * All layers, last first. The gradient of the stream comes in activations.head.dpicked, of the rows that predict; below the
 * last attention it is that of all tokens, in activations.scratch.dstream.
 */
export function recordLayerGradients(recorder: Recorder, parts: Parts, batch: TrainBatch): void {
  const { config, weights, activations } = parts;
  for (let layer = config.layers - 1; layer >= 0; layer--) {
    const last = layer + 1 === config.layers;
    // What the last layer left is still there.
    if (parts.recompute && !last) {
      recordLayerStart(recorder, parts, batch, layer, false);
      recordLayerBody(recorder, parts, batch, layer, true, packedAttention(parts, batch));
    }
    const { attended } = activations.layers[layer]!;
    const { dstream, dattended } = activations.scratch;
    if (last) {
      const { head, last: picked } = activations;
      const of: Streamed = { rows: batch.rowCount, dstream: head.dpicked };
      recordMlpGradient(recorder, parts, of, layer);
      projectBack(recorder, parts, of.rows, layer, "o", picked.attended, of.dstream, picked.dattended);
      recordScatter(recorder, batch, picked.dattended, dattended, config.heads * config.headDim);
      recordScatter(recorder, batch, of.dstream, dstream, config.dim);
    } else {
      const of: Streamed = { rows: batch.tokenCount, dstream };
      recordMlpGradient(recorder, parts, of, layer);
      projectBack(recorder, parts, of.rows, layer, "o", attended, dstream, dattended);
    }
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

/** The rows that a part of a layer ran over, and the gradient of their residual stream, which it adds to. */
interface Streamed {
  readonly rows: Scalar;
  readonly dstream: Tensor;
}

/** From the rows that predict back to all tokens: sums where several rows are one token's, zero where none is. */
function recordScatter(
  recorder: Recorder,
  { byPosition: { order, ids, start, lists }, rowCount: rows, tokenCount: tableRows }: TrainBatch,
  dy: Tensor,
  dtable: Tensor,
  dim: number,
): void {
  recorder.dispatch(
    scatterRows,
    { dy, order, ids, start, dtable },
    { rows, dim, tableRows, lists, accumulate: 0 },
  );
}

function recordMlpGradient(recorder: Recorder, parts: Parts, of: Streamed, layer: number): void {
  const { config, activations } = parts;
  const { dnormed, dgateUp, dactivated } = activations.scratch;
  const { rows, dstream } = of;
  const kept = activations.layers[layer]!;
  projectBack(recorder, parts, rows, layer, "down", kept.activated, dstream, dactivated);
  recorder.dispatch(
    config.hidden % 4 === 0 ? swigluBackwardVec4 : swigluBackward,
    { gateUp: kept.gateUp, dy: dactivated, dgateUp },
    { rows, hidden: config.hidden },
  );
  projectBack(recorder, parts, rows, layer, "gateUp", kept.normed2, dgateUp, dnormed);
  normBack(recorder, parts, of, `${layer}.norm2`, kept.middle, kept.rstd2);
}

function recordAttentionGradient(recorder: Recorder, parts: Parts, batch: TrainBatch, layer: number): void {
  const { config, activations } = parts;
  const { dstream, dnormed, dqkv, dattended, delta } = activations.scratch;
  const { heads, kvHeads, headDim } = config;
  const kept = activations.layers[layer]!;
  const tokens = batch.tokenCount;
  const { query, key } = attentionOps(headDim);
  const { spans, ranges } = batch;
  const { qkv, lse, attended: out } = kept;
  const shape = { tokens, heads, kvHeads, headDim };
  recorder.dispatch(query, { spans, ranges, qkv, out, dout: dattended, lse, delta, dqkv }, shape);
  recorder.dispatch(key, { spans, ranges, qkv, dout: dattended, lse, delta, dqkv }, shape);
  recordTurn(recorder, parts, batch, dqkv, "back");
  // Nothing below the first layer is trained when only adapters are.
  const needed = layer > 0 || parts.weights.trained !== undefined;
  projectBack(recorder, parts, tokens, layer, "qkv", kept.normed1, dqkv, needed ? dnormed : undefined);
  if (needed) normBack(recorder, parts, { rows: tokens, dstream }, `${layer}.norm1`, kept.input, kept.rstd1);
}

/** Adds a norm's share to the stream's gradient, and the norm's own gradient when it is trained. */
function normBack(
  recorder: Recorder,
  { config, weights, activations: { scratch } }: Parts,
  { rows, dstream: dx }: Streamed,
  block: string,
  x: Tensor,
  rstd: Tensor,
): void {
  const dy = scratch.dnormed;
  const shape = { rows, dim: config.dim };
  if (weights.trained) {
    recorder.dispatch(rmsnormWeightBackward, { x, rstd, dy, dweight: weights.gradient(block) }, shape);
  }
  recorder.dispatch(rmsnormBackward, { x, weight: weights.block(block), rstd, dy, dx }, shape);
}

/** dx = dy W, dW += dy^T x, and the same of the adapters. */
function projectBack(
  recorder: Recorder,
  parts: Parts,
  rows: Scalar,
  layer: number,
  product: keyof typeof PRODUCTS,
  x: Tensor,
  dy: Tensor,
  dx: Tensor | undefined,
): void {
  const { weights, products } = parts;
  const { inputs, outputs } = productShape(parts, product);
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
