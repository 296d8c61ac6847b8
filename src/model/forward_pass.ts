/** The forward pass through the layers, from tokens to the residual stream before the head. */
import type { Recorder, Scalar, Tensor } from "../backend/backend.ts";
import { attentionOps } from "../ops/attention.ts";
import { residualRmsnormForward } from "../ops/residual.ts";
import { rmsnormForward } from "../ops/rmsnorm.ts";
import { rope } from "../ops/rope.ts";
import { gatherRows } from "../ops/rows.ts";
import { swigluForward, swigluForwardVec4 } from "../ops/swiglu.ts";
import type { LastRows, LayerActivations } from "./activations.ts";
import { recordAdapters } from "./adapter_pass.ts";
import type { TrainBatch } from "./batch.ts";
import { qkvWidth } from "./config.ts";
import type { Parts } from "./parts.ts";

/** [N, dim] the residual stream of the rows that predict, as its two last summands: the head adds them. */
export interface Stream {
  readonly x: Tensor;
  readonly branch: Tensor;
}

/** The tokens that a pass runs over, and which of them predict another. */
export interface Tokens {
  /** [T] ids, and rotary positions. */
  readonly tokens: Tensor;
  readonly positions: Tensor;
  readonly tokenCount: Scalar;
  /** [N] the token whose hidden state a row is. */
  readonly rowToken: Tensor;
  readonly rowCount: Scalar;
}

/** Records the attention of one layer: from its qkv to what was attended. */
export type Attend = (recorder: Recorder, kept: LayerActivations, layer: number) => void;

/** Attention inside a packed batch. */
export function packedAttention({ config }: Parts, batch: TrainBatch): Attend {
  const { heads, kvHeads, headDim } = config;
  return (recorder, { qkv, attended: out, lse }) =>
    recorder.dispatch(
      attentionOps(headDim).forward,
      { spans: batch.spans, ranges: batch.ranges, qkv, out, lse },
      { tokens: batch.tokenCount, heads, kvHeads, headDim },
    );
}

/**
 * All layers. Past the last attention no token reads another's state, so only the rows that predict are carried on.
 * `adapted` false leaves the adapters out, which is the reference policy.
 */
export function recordLayers(
  recorder: Recorder,
  parts: Parts,
  batch: Tokens,
  adapted: boolean,
  attend: Attend,
): Stream {
  const { config, weights, activations } = parts;
  const { dim, vocab, layers } = config;
  const shape = { rows: batch.tokenCount, dim, tableRows: vocab };
  weights.gather(recorder, "embedding", batch.tokens, activations.layers[0]!.input, shape);
  for (let layer = 0; layer < layers; layer++) {
    recordLayerStart(recorder, parts, batch, layer, layer > 0);
    recordLayerBody(recorder, parts, batch, layer, adapted, attend);
    const { activated } = activations.layers[layer]!;
    const rows = layer + 1 < layers ? batch.tokenCount : batch.rowCount;
    project(recorder, parts, rows, layer, "down", activated, activations.scratch.branch, adapted);
  }
  return { x: activations.layers[layers - 1]!.middle, branch: activations.scratch.branch };
}

/** normed1 of a layer; `join` first adds the previous layer's MLP to the stream, giving this layer's input. */
export function recordLayerStart(
  recorder: Recorder,
  { config, weights, activations }: Parts,
  batch: Tokens,
  layer: number,
  join: boolean,
): void {
  const { input, normed1, rstd1 } = activations.layers[layer]!;
  const shape = { rows: batch.tokenCount, dim: config.dim, eps: config.normEps };
  const weight = weights.block(`${layer}.norm1`);
  if (join) {
    const x = activations.layers[layer - 1]!.middle;
    recorder.dispatch(
      residualRmsnormForward,
      { x, branch: activations.scratch.branch, weight, total: input, y: normed1, rstd: rstd1 },
      shape,
    );
  } else {
    recorder.dispatch(rmsnormForward, { x: input, weight, y: normed1, rstd: rstd1 }, shape);
  }
}

/** Turns queries and keys by their positions, in place; "back" undoes it, which is what their gradient needs. */
export function recordTurn(
  recorder: Recorder,
  { config, ropeTable: table }: Parts,
  { positions, tokenCount: rows }: Tokens,
  qkv: Tensor,
  way: "forward" | "back",
): void {
  const { heads, kvHeads, headDim, maxPositions: tableRows } = config;
  recorder.dispatch(
    rope,
    { positions, table, x: qkv },
    {
      rows,
      width: qkvWidth(config),
      heads: heads + kvHeads,
      headDim,
      tableRows,
      interleaved: Number(config.interleavedRope),
      inverse: Number(way === "back"),
    },
  );
}

/** From normed1 to the MLP's activation: everything of a layer but its last product. */
export function recordLayerBody(
  recorder: Recorder,
  parts: Parts,
  batch: Tokens,
  layer: number,
  adapted: boolean,
  attend: Attend,
): void {
  const { config, weights, activations } = parts;
  const { hidden, dim } = config;
  const kept = activations.layers[layer]!;
  const { branch } = activations.scratch;
  const tokens = batch.tokenCount;

  project(recorder, parts, tokens, layer, "qkv", kept.normed1, kept.qkv, adapted);
  recordTurn(recorder, parts, batch, kept.qkv, "forward");
  attend(recorder, kept, layer);
  const last = layer + 1 === config.layers;
  const { input, attended } = last ? pickRows(recorder, parts, batch, kept) : kept;
  const rows = last ? batch.rowCount : tokens;
  project(recorder, parts, rows, layer, "o", attended, branch, adapted);
  recorder.dispatch(
    residualRmsnormForward,
    {
      x: input,
      branch,
      weight: weights.block(`${layer}.norm2`),
      total: kept.middle,
      y: kept.normed2,
      rstd: kept.rstd2,
    },
    { rows, dim, eps: config.normEps },
  );
  project(recorder, parts, rows, layer, "gateUp", kept.normed2, kept.gateUp, adapted);
  recorder.dispatch(
    hidden % 4 === 0 ? swigluForwardVec4 : swigluForward,
    { gateUp: kept.gateUp, y: kept.activated },
    { rows, hidden },
  );
}

/** What the rows that predict take along from the last attention. */
function pickRows(
  recorder: Recorder,
  { config, activations: { last } }: Parts,
  { rowToken: index, rowCount: rows, tokenCount: tableRows }: Tokens,
  kept: LayerActivations,
): LastRows {
  const width = config.heads * config.headDim;
  recorder.dispatch(
    gatherRows,
    { index, table: kept.attended, y: last.attended },
    { rows, dim: width, tableRows },
  );
  recorder.dispatch(
    gatherRows,
    { index, table: kept.input, y: last.input },
    { rows, dim: config.dim, tableRows },
  );
  return last;
}

/** The fused products of a layer, and the projections each holds. */
export const PRODUCTS = {
  qkv: ["q_proj", "k_proj", "v_proj"],
  o: ["o_proj"],
  gateUp: ["gate_proj", "up_proj"],
  down: ["down_proj"],
} as const;

/** Inputs and outputs of a fused product. */
export function productShape(
  { config }: Parts,
  product: keyof typeof PRODUCTS,
): { inputs: number; outputs: number } {
  const { dim, hidden, heads, headDim } = config;
  switch (product) {
    case "qkv":
      return { inputs: dim, outputs: qkvWidth(config) };
    case "o":
      return { inputs: heads * headDim, outputs: dim };
    case "gateUp":
      return { inputs: dim, outputs: 2 * hidden };
    case "down":
      return { inputs: hidden, outputs: dim };
  }
}

function project(
  recorder: Recorder,
  parts: Parts,
  rows: Scalar,
  layer: number,
  product: keyof typeof PRODUCTS,
  x: Tensor,
  y: Tensor,
  adapted: boolean,
): void {
  const { inputs, outputs } = productShape(parts, product);
  const weight = parts.weights.matrix(recorder, `${layer}.${product}`);
  parts.products.nt(recorder, x, weight, y, {
    m: rows,
    n: outputs,
    k: inputs,
  });
  if (adapted) recordAdapters(recorder, parts, layer, PRODUCTS[product], rows, x, y);
}
