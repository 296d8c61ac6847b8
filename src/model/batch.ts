/** A packed batch on the backend: tensors at a fixed capacity, counts as scalars, so that one plan serves every batch. */

import { type Backend, type Scalar, scalar, type Tensor } from "../backend/backend.ts";
import { TiltError } from "../base/errors.ts";
import { blockRanges } from "../ops/attention.ts";

/** What a batch must hold: groups laid one after another, each as prompt, response 1, ..., response K. */
export interface PackedTokens {
  /** [T] token ids. */
  readonly tokens: Uint32Array;
  /** [T] rotary positions. */
  readonly positions: Uint32Array;
  /** [T, 4] (prefixStart, prefixEnd, selfStart, queryEnd), see src/ops/attention.ts. */
  readonly spans: Uint32Array;
  /** [N] token whose hidden state predicts the row. */
  readonly rowToken: Uint32Array;
  /** [N] the token to be predicted. */
  readonly rowTarget: Uint32Array;
  /** [N] response the row belongs to. */
  readonly rowResponse: Uint32Array;
  /** [R + 1] rows of each response. */
  readonly responseRowStart: Uint32Array;
}

/** The most a batch may hold. */
export interface Capacity {
  readonly tokens: number;
  readonly rows: number;
  readonly responses: number;
}

export interface TrainBatch {
  readonly capacity: Capacity;
  /** T, N, R of the batch uploaded last; at first the capacity, so that plans are checked against it. */
  readonly tokenCount: Scalar;
  readonly rowCount: Scalar;
  readonly responseCount: Scalar;
  /** Where this batch's responses start in the arrays per response: 0 unless it is one of several micro-batches. */
  readonly responseOffset: Scalar;
  readonly tokens: Tensor;
  readonly positions: Tensor;
  readonly spans: Tensor;
  /** See blockRanges in src/ops/attention.ts. */
  readonly ranges: Tensor;
  readonly rowToken: Tensor;
  readonly rowTarget: Tensor;
  readonly rowResponse: Tensor;
  readonly responseRowStart: Tensor;
  /** Occurrences of each token id, sorted: the order in which the embedding's gradient is added. */
  readonly byToken: RowLists;
  /** Rows of each hidden state. */
  readonly byPosition: RowLists;
  /** Takes a batch. @throws TiltError when it exceeds the capacity or an id the vocabulary */
  upload(packed: PackedTokens): void;
  free(): void;
}

/** Lists of rows that share an index, for `scatterRows`. */
export interface RowLists {
  readonly order: Tensor;
  readonly ids: Tensor;
  readonly start: Tensor;
  readonly lists: Scalar;
}

/** Allocates a batch. @param vocab ids at or past it are refused @param maxPositions positions too */
export function createBatch(
  backend: Backend,
  capacity: Capacity,
  vocab: number,
  maxPositions: number,
): TrainBatch {
  const owned: Tensor[] = [];
  const words = (label: string, length: number): Tensor => {
    const tensor = backend.tensor(`batch ${label}`, "u32", length);
    owned.push(tensor);
    return tensor;
  };
  const lists = (label: string, rows: number, ids: number): RowLists => ({
    order: words(`${label} order`, rows),
    ids: words(`${label} ids`, ids),
    start: words(`${label} start`, ids + 1),
    lists: scalar(`${label} lists`, ids),
  });
  const batch: TrainBatch = {
    capacity,
    tokenCount: scalar("tokens", capacity.tokens),
    rowCount: scalar("rows", capacity.rows),
    responseCount: scalar("responses", capacity.responses),
    responseOffset: scalar("first response", 0),
    tokens: words("tokens", capacity.tokens),
    positions: words("positions", capacity.tokens),
    spans: words("spans", 4 * capacity.tokens),
    ranges: words("ranges", 4 * Math.ceil(capacity.tokens / 16)),
    rowToken: words("row tokens", capacity.rows),
    rowTarget: words("row targets", capacity.rows),
    rowResponse: words("row responses", capacity.rows),
    responseRowStart: words("response rows", capacity.responses + 1),
    byToken: lists("by token", capacity.tokens, Math.min(vocab, capacity.tokens)),
    byPosition: lists("by position", capacity.rows, capacity.tokens),
    upload(packed) {
      check(packed, capacity, vocab, maxPositions);
      batch.tokenCount.value = packed.tokens.length;
      batch.rowCount.value = packed.rowToken.length;
      batch.responseCount.value = packed.responseRowStart.length - 1;
      const names = [
        "tokens",
        "positions",
        "spans",
        "rowToken",
        "rowTarget",
        "rowResponse",
        "responseRowStart",
      ] as const;
      for (const name of names) backend.write(batch[name], packed[name]);
      backend.write(batch.ranges, blockRanges(packed.spans));
      writeLists(backend, batch.byToken, sortedLists(packed.tokens));
      writeLists(backend, batch.byPosition, denseLists(packed.rowToken, packed.tokens.length));
    },
    free() {
      for (const tensor of owned.splice(0)) backend.free(tensor);
    },
  };
  return batch;
}

interface Lists {
  readonly order: Uint32Array;
  readonly ids: Uint32Array;
  readonly start: Uint32Array;
}

function writeLists(backend: Backend, lists: RowLists, { order, ids, start }: Lists): void {
  backend.write(lists.order, order);
  backend.write(lists.ids, ids);
  backend.write(lists.start, start);
  lists.lists.value = ids.length;
}

/** One list per value that occurs, values ascending, rows in each list ascending. */
export function sortedLists(values: Uint32Array): Lists {
  const order = Uint32Array.from(values, (_, i) => i).sort((a, b) => values[a]! - values[b]! || a - b);
  const ids: number[] = [];
  const start: number[] = [];
  for (let i = 0; i < order.length; i++) {
    const value = values[order[i]!]!;
    if (i === 0 || value !== ids[ids.length - 1]) {
      ids.push(value);
      start.push(i);
    }
  }
  start.push(order.length);
  return { order, ids: Uint32Array.from(ids), start: Uint32Array.from(start) };
}

/** One list per value below `bound`, empty ones included. */
function denseLists(values: Uint32Array, bound: number): Lists {
  const start = new Uint32Array(bound + 1);
  for (const value of values) start[value + 1]!++;
  for (let i = 0; i < bound; i++) start[i + 1]! += start[i]!;
  const next = start.slice();
  const order = new Uint32Array(values.length);
  values.forEach((value, row) => {
    order[next[value]!++] = row;
  });
  return { order, ids: Uint32Array.from({ length: bound }, (_, i) => i), start };
}

function check(packed: PackedTokens, capacity: Capacity, vocab: number, maxPositions: number): void {
  const sizes = [
    ["tokens", packed.tokens.length, capacity.tokens],
    ["predicted tokens", packed.rowToken.length, capacity.rows],
    ["responses", packed.responseRowStart.length - 1, capacity.responses],
  ] as const;
  for (const [what, got, most] of sizes) {
    if (got < 1) throw new TiltError(`the batch has no ${what}`, { remedy: "Leave empty groups out." });
    if (got > most) {
      throw new TiltError(`the batch holds ${got} ${what}, but there is room for ${most}`, {
        remedy: "Use fewer groups a batch, or shorter responses.",
      });
    }
  }
  refuse("token id", packed.tokens, vocab, "the vocabulary has", "Use the model's own tokenizer.");
  refuse("token id", packed.rowTarget, vocab, "the vocabulary has", "Use the model's own tokenizer.");
  refuse("position", packed.positions, maxPositions, "the model allows", "Shorten the text.");
}

function refuse(what: string, values: Uint32Array, bound: number, limit: string, remedy: string): void {
  const at = values.findIndex((value) => value >= bound);
  if (at >= 0) throw new TiltError(`${what} ${values[at]} at ${at}, but ${limit} ${bound}`, { remedy });
}
