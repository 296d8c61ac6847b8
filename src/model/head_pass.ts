/** The head: from the residual stream to log-probabilities per response, and back, a tile of the vocabulary at a time. */
import type { Recorder, Scalar, Tensor } from "../backend/backend.ts";
import { headSums, headTileForward, headTileGradient } from "../ops/head.ts";
import { residualRmsnormForward } from "../ops/residual.ts";
import { rmsnormBackward, rmsnormWeightBackward } from "../ops/rmsnorm.ts";
import type { TrainBatch } from "./batch.ts";
import type { Stream } from "./forward_pass.ts";
import { headBlock } from "./layout.ts";
import { type Parts, vocabularyTiles } from "./parts.ts";

/** Only rows that predict a response's token reach the vocabulary. logps [R] gets each response's log-probability. */
export function recordHead(
  recorder: Recorder,
  parts: Parts,
  batch: TrainBatch,
  stream: Stream,
  logps: Tensor,
): void {
  const { config, weights, activations } = parts;
  const { head } = activations;
  const { dim } = config;
  const rows = batch.rowCount;
  recordHeadStart(recorder, parts, rows, stream);
  for (const { first, columns } of vocabularyTiles(parts)) {
    const weight = weights.matrix(recorder, headBlock(config), { first, count: columns, width: dim });
    recordTileLogits(recorder, parts, batch, weight, columns);
    recorder.dispatch(
      headTileForward,
      {
        logits: head.logits,
        wanted: batch.rowTarget,
        most: head.most,
        sum: head.sum,
        picked: head.wantedLogit,
      },
      { rows, columns, first },
    );
  }
  recorder.dispatch(
    headSums,
    {
      most: head.most,
      sum: head.sum,
      picked: head.wantedLogit,
      responseRowStart: batch.responseRowStart,
      lse: head.lse,
      rowLogp: head.rowLogp,
      logps,
    },
    { rows, responses: batch.responseCount, offset: batch.responseOffset, total: logps.length },
  );
}

/** The last residual sum and the last norm, of the rows that predict. */
export function recordHeadStart(
  recorder: Recorder,
  { config, weights, activations: { head } }: Parts,
  rows: Scalar,
  stream: Stream,
): void {
  recorder.dispatch(
    residualRmsnormForward,
    { ...stream, weight: weights.block("norm"), total: head.picked, y: head.normed, rstd: head.rstd },
    { rows, dim: config.dim, eps: config.normEps },
  );
}

/** From coef [R], the objective's derivative in logps, to the gradient of its rows' residual stream, head.dpicked, and of the weights. */
export function recordHeadGradient(recorder: Recorder, parts: Parts, batch: TrainBatch, coef: Tensor): void {
  const { config, weights, activations, products } = parts;
  const { head } = activations;
  const { dim } = config;
  const rows = batch.rowCount;
  const block = headBlock(config);
  const tiles = vocabularyTiles(parts);
  for (const { first, columns } of tiles) {
    const range = { first, count: columns, width: dim };
    const weight = weights.matrix(recorder, block, range);
    // With a single tile the forward pass has left its logits in place.
    if (tiles.length > 1) recordTileLogits(recorder, parts, batch, weight, columns);
    recorder.dispatch(
      headTileGradient,
      {
        wanted: batch.rowTarget,
        rowResponse: batch.rowResponse,
        most: head.most,
        sum: head.sum,
        coef,
        logits: head.logits,
      },
      { rows, columns, first, offset: batch.responseOffset, total: coef.length },
    );
    products.nn(recorder, head.logits, weight, head.dnormed, {
      m: rows,
      n: dim,
      k: columns,
      accumulate: first > 0,
    });
    if (weights.trained) {
      products.tn(recorder, head.logits, head.normed, weights.gradientRows(block, range), {
        m: columns,
        n: dim,
        k: rows,
        accumulate: true,
      });
    }
  }
  if (weights.trained) {
    recorder.dispatch(
      rmsnormWeightBackward,
      { x: head.picked, rstd: head.rstd, dy: head.dnormed, dweight: weights.gradient("norm") },
      { rows, dim },
    );
  }
  recorder.clear(head.dpicked);
  recorder.dispatch(
    rmsnormBackward,
    {
      x: head.picked,
      weight: weights.block("norm"),
      rstd: head.rstd,
      dy: head.dnormed,
      dx: head.dpicked,
    },
    { rows, dim },
  );
}

function recordTileLogits(
  recorder: Recorder,
  { config, activations, products }: Parts,
  batch: TrainBatch,
  weight: Tensor,
  columns: number,
): void {
  const { head } = activations;
  products.nt(recorder, head.normed, weight, head.logits, { m: batch.rowCount, n: columns, k: config.dim });
}
