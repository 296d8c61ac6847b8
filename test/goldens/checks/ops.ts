import { type Backend, runOnce, type Tensor, type TensorData } from "../../../src/backend/backend.ts";
import type { BufferContract, Op, ParamTypes } from "../../../src/backend/contract.ts";
import { createCpuBackend } from "../../../src/backend/cpu/cpu_backend.ts";
import { sortedLists } from "../../../src/model/batch.ts";
import { attentionOps, blockRanges } from "../../../src/ops/attention.ts";
import { headSums, headTileForward, headTileGradient } from "../../../src/ops/head.ts";
import { loraHiddenBackward, loraUpBackward, loraUpForward } from "../../../src/ops/lora.ts";
import { matmulNn, matmulNt, matmulTn } from "../../../src/ops/matmul.ts";
import { rmsnormBackward, rmsnormForward, rmsnormWeightBackward } from "../../../src/ops/rmsnorm.ts";
import { rope, ropeTable } from "../../../src/ops/rope.ts";
import { gatherRows, scatterRows } from "../../../src/ops/rows.ts";
import { swigluBackward, swigluForward } from "../../../src/ops/swiglu.ts";
import { fields, type GoldenCase, matrix, number, numbers } from "../case.ts";
import type { GoldenCheck } from "../check.ts";
import { type Comparison, EXACT, FLOAT32_OP, type Tolerance } from "../compare.ts";

/** Runs one op on plain numbers; buffers left out start as zeros. Gives every buffer's values back. */
type Run = <B extends Record<string, BufferContract<P>>, P extends ParamTypes>(
  op: Op<B, P>,
  inputs: { readonly [name in keyof B]?: ArrayLike<number> },
  params: { readonly [name in keyof P]: number },
) => Promise<{ readonly [name in keyof B]: TensorData }>;

function runner(backend: Backend): Run {
  return async (op, inputs, params) => {
    const tensors: Record<string, Tensor> = {};
    for (const name in op.buffers) {
      const { type, shape } = op.buffers[name]!;
      const length = shape.reduce<number>(
        (product, dimension) =>
          product *
          (typeof dimension === "function"
            ? dimension(params)
            : typeof dimension === "number"
              ? dimension
              : params[dimension]),
        1,
      );
      tensors[name] = backend.tensor(name, type, length);
      const values = inputs[name];
      if (values) backend.write(tensors[name], values);
    }
    await runOnce(backend, op, tensors as { [name in keyof typeof op.buffers]: Tensor }, params);
    const results: Record<string, TensorData> = {};
    for (const [name, tensor] of Object.entries(tensors)) {
      results[name] = await backend.read(tensor);
      backend.free(tensor);
    }
    return results as { [name in keyof typeof op.buffers]: TensorData };
  };
}

function flat(values: unknown): number[] {
  return [values].flat(Number.POSITIVE_INFINITY) as number[];
}

/** Compares y and the gradients of one case, all flattened. */
interface Wanted {
  readonly input: (name: string) => number[];
  readonly upstream: number[];
  readonly param: (name: string) => number;
  readonly y: (got: ArrayLike<number>) => void;
  readonly gradient: (name: string, got: ArrayLike<number>) => void;
}

function wanted(golden: GoldenCase, to: Comparison, tolerance: Tolerance): Wanted {
  const outputs = fields(golden, "outputs");
  return {
    input: (name) => flat(fields(golden, "inputs")[name]),
    upstream: flat(golden.upstream),
    param: (name) => number(fields(golden, "params"), name),
    y: (got) => to.close(golden.id, "y", got, flat(outputs.y), tolerance),
    gradient: (name, got) =>
      to.close(golden.id, `gradient of ${name}`, got, flat(fields(outputs, "grads")[name]), tolerance),
  };
}

type Check = (golden: GoldenCase, run: Run, w: Wanted, to: Comparison) => Promise<void>;

const rmsNorm: Check = async (golden, run, w) => {
  const [rows, dim] = [matrix(fields(golden, "inputs"), "x").length, w.input("w").length];
  const [x, weight] = [w.input("x"), w.input("w")];
  const { y, rstd } = await run(rmsnormForward, { x, weight }, { rows, dim, eps: w.param("eps") });
  w.y(y);
  w.gradient("x", (await run(rmsnormBackward, { x, weight, rstd, dy: w.upstream }, { rows, dim })).dx);
  w.gradient("w", (await run(rmsnormWeightBackward, { x, rstd, dy: w.upstream }, { rows, dim })).dweight);
};

const rotary: Check = async (golden, run, w) => {
  const shape = (fields(golden, "inputs").x as number[][][]).map((part) => [part.length, part[0]!.length]);
  const [batch, [time, headDim]] = [shape.length, shape[0] as [number, number]];
  const start = w.param("start");
  const rows = batch * time;
  const tableRows = start + time;
  const positions = Array.from({ length: rows }, (_, i) => start + (i % time));
  const table = ropeTable(tableRows, headDim, w.param("theta"));
  const params = { rows, width: headDim, heads: 1, headDim, tableRows, interleaved: 0 };
  w.y((await run(rope, { positions, table, x: w.input("x") }, { ...params, inverse: 0 })).x);
  w.gradient("x", (await run(rope, { positions, table, x: w.upstream }, { ...params, inverse: 1 })).x);
};

const attention: Check = async (golden, run, w) => {
  const q = fields(golden, "inputs").q as number[][][][];
  const k = fields(golden, "inputs").k as number[][][][];
  const [heads, tokens, headDim, kvHeads] = [
    q[0]!.length,
    q[0]![0]!.length,
    q[0]![0]![0]!.length,
    k[0]!.length,
  ];
  // [head, time, dim] of queries, keys and values side by side as [time, head, dim], and back.
  const toRows = (values: number[], count: number): number[][] =>
    Array.from({ length: tokens }, (_, t) =>
      Array.from({ length: count }, (_, h) =>
        values.slice((h * tokens + t) * headDim, (h * tokens + t + 1) * headDim),
      ).flat(),
    );
  const fromRows = (rows: ArrayLike<number>, width: number, first: number, count: number): number[] =>
    Array.from({ length: count }, (_, h) =>
      Array.from({ length: tokens }, (_, t) =>
        Array.from({ length: headDim }, (_, d) => rows[t * width + (first + h) * headDim + d]!),
      ),
    ).flat(2);
  const rows = [toRows(w.input("q"), heads), toRows(w.input("k"), kvHeads), toRows(w.input("v"), kvHeads)];
  const qkv = Array.from({ length: tokens }, (_, t) => rows.map((part) => part[t]!)).flat(2);
  const spans = Uint32Array.from(Array.from({ length: tokens }, () => [0, 0, 0, tokens]).flat());
  const ranges = blockRanges(spans);
  const dout = toRows(w.upstream, heads).flat();
  const params = { tokens, heads, kvHeads, headDim };
  const { forward, query, key } = attentionOps(headDim);
  const { out, lse } = await run(forward, { spans, ranges, qkv }, params);
  w.y(fromRows(out, heads * headDim, 0, heads));
  const { delta, dqkv } = await run(query, { spans, ranges, qkv, out, dout, lse }, params);
  const all = await run(key, { spans, ranges, qkv, dout, lse, delta, dqkv }, params);
  const width = (heads + 2 * kvHeads) * headDim;
  w.gradient("q", fromRows(all.dqkv, width, 0, heads));
  w.gradient("k", fromRows(all.dqkv, width, heads, kvHeads));
  w.gradient("v", fromRows(all.dqkv, width, heads + kvHeads, kvHeads));
};

const swiglu: Check = async (golden, run, w) => {
  const gates = matrix(fields(golden, "inputs"), "gate");
  const ups = matrix(fields(golden, "inputs"), "up");
  const [rows, hidden] = [gates.length, gates[0]!.length];
  const gateUp = gates.flatMap((gate, r) => [...gate, ...ups[r]!]);
  w.y((await run(swigluForward, { gateUp }, { rows, hidden })).y);
  const { dgateUp } = await run(swigluBackward, { gateUp, dy: w.upstream }, { rows, hidden });
  const part = (from: number): number[] =>
    gates.flatMap((_, r) => [...dgateUp.slice((2 * r + from) * hidden, (2 * r + from + 1) * hidden)]);
  w.gradient("gate", part(0));
  w.gradient("up", part(1));
};

const linear: Check = async (golden, run, w) => {
  const [m, k] = [
    matrix(fields(golden, "inputs"), "x").length,
    matrix(fields(golden, "inputs"), "x")[0]!.length,
  ];
  const n = matrix(fields(golden, "inputs"), "w").length;
  const [x, weight, dy] = [w.input("x"), w.input("w"), w.upstream];
  const accumulate = 0;
  let { c: y } = await run(matmulNt, { a: x, b: weight }, { m, n, k, accumulate });
  let { c: dx } = await run(matmulNn, { a: dy, b: weight }, { m, n: k, k: n, accumulate });
  if (golden.kind === "lora_linear") {
    const [down, up] = [w.input("A"), w.input("B")];
    const rank = w.param("r");
    const shape = { rows: m, rank, columns: n, width: n, offset: 0, scale: w.param("scale") };
    const { c: hidden } = await run(matmulNt, { a: x, b: down }, { m, n: rank, k, accumulate });
    ({ y } = await run(loraUpForward, { hidden, up, y }, shape));
    const { dhidden } = await run(loraHiddenBackward, { dy, up }, shape);
    ({ c: dx } = await run(matmulNn, { a: dhidden, b: down, c: dx }, { m, n: k, k: rank, accumulate: 1 }));
    w.gradient("A", (await run(matmulTn, { a: dhidden, b: x }, { m: rank, n: k, k: m, accumulate })).c);
    w.gradient("B", (await run(loraUpBackward, { dy, hidden }, shape)).dup);
  }
  w.y(y);
  w.gradient("x", dx);
  w.gradient("w", (await run(matmulTn, { a: dy, b: x }, { m: n, n: k, k: m, accumulate })).c);
};

/** The head in two tiles on logits, as the model runs it. `factors` [rows] multiply the gradient of each row. */
async function head(
  run: Run,
  logits: readonly (readonly number[])[],
  targets: readonly number[],
  factors: number[],
) {
  const rows = logits.length;
  const columns = logits[0]!.length;
  const cut = Math.ceil(columns / 2);
  const tiles = [
    { first: 0, columns: cut },
    { first: cut, columns: columns - cut },
  ];
  const tileOf = ({ first, columns: width }: { first: number; columns: number }): number[] =>
    logits.flatMap((row) => row.slice(first, first + width));
  let state: Record<"most" | "sum" | "picked", ArrayLike<number>> = { most: [], sum: [], picked: [] };
  for (const tile of tiles) {
    const { most, sum, picked } = await run(
      headTileForward,
      { logits: tileOf(tile), wanted: targets, ...state },
      { rows, ...tile },
    );
    state = { most, sum, picked };
  }
  const starts = Array.from({ length: rows + 1 }, (_, r) => r);
  const sums = await run(
    headSums,
    { ...state, responseRowStart: starts },
    { rows, responses: rows, offset: 0, total: rows },
  );
  const gradient: number[][] = logits.map(() => []);
  for (const tile of tiles) {
    const { logits: written } = await run(
      headTileGradient,
      {
        wanted: targets,
        rowResponse: starts.slice(0, rows),
        most: state.most,
        sum: state.sum,
        coef: factors,
        logits: tileOf(tile),
      },
      { rows, ...tile, offset: 0, total: rows },
    );
    for (const [r, row] of gradient.entries()) {
      row.push(...written.slice(r * tile.columns, (r + 1) * tile.columns));
    }
  }
  return { logps: [...sums.logps], lse: [...sums.lse], gradient };
}

const NO_TOKEN = 0xffffffff;

const crossEntropy: Check = async (golden, run, w) => {
  const logits = matrix(fields(golden, "inputs"), "logits");
  const targets = numbers(fields(golden, "inputs"), "target");
  const kept = targets.filter((target) => target >= 0).length;
  // The model never makes a row for an ignored target; here such a row has factor 0.
  const { logps, gradient } = await head(
    run,
    logits,
    targets.map((target) => (target >= 0 ? target : NO_TOKEN)),
    targets.map((target) => (target >= 0 ? -1 / kept : 0)),
  );
  const sum = logps.reduce((total, logp, r) => total + (targets[r]! >= 0 ? logp : 0), 0);
  w.y([-sum / kept]);
  w.gradient("logits", gradient.flat());
};

const logSumExp: Check = async (golden, run, w) => {
  const x = matrix(fields(golden, "inputs"), "x");
  const none = x.map(() => NO_TOKEN);
  const { lse, gradient } = await head(
    run,
    x,
    none,
    w.upstream.map((value) => -value),
  );
  w.y(lse);
  w.gradient("x", gradient.flat());
};

const softmax: Check = async (golden, run, w, to) => {
  const x = matrix(fields(golden, "inputs"), "x");
  const { gradient } = await head(
    run,
    x,
    x.map(() => NO_TOKEN),
    x.map(() => -1),
  );
  w.y(gradient.flat());
  to.skip(golden.id, "gradient: no op of Tilt hands a softmax on; attention and head fold its gradient in");
};

const embedding: Check = async (golden, run, w) => {
  const table = matrix(fields(golden, "inputs"), "table");
  const ids = Uint32Array.from(numbers(fields(golden, "inputs"), "ids"));
  const [rows, dim, tableRows] = [ids.length, table[0]!.length, table.length];
  w.y((await run(gatherRows, { index: ids, table: table.flat() }, { rows, dim, tableRows })).y);
  const lists = sortedLists(ids);
  const { dtable } = await run(
    scatterRows,
    { dy: w.upstream, ...lists },
    { rows, dim, tableRows, lists: lists.ids.length, accumulate: 1 },
  );
  w.gradient("table", dtable);
};

const CHECKS: Readonly<Record<string, Check>> = {
  rms_norm: rmsNorm,
  rope: rotary,
  causal_gqa_attention: attention,
  swiglu,
  linear,
  lora_linear: linear,
  cross_entropy: crossEntropy,
  embedding,
  softmax,
  logsumexp: logSumExp,
};

async function checkAll(
  cases: readonly GoldenCase[],
  to: Comparison,
  backend: Backend,
  tolerance: Tolerance,
): Promise<void> {
  for (const golden of cases) {
    const check = CHECKS[String(golden.kind)];
    if (check) await check(golden, runner(backend), wanted(golden, to, tolerance), to);
    else to.skip(golden.id, `no check for kind ${String(golden.kind)}`);
  }
}

export const check: GoldenCheck<Backend> = {
  kind: "ops",
  float64: (cases, comparison) => checkAll(cases, comparison, createCpuBackend({ precision: "f64" }), EXACT),
  wgsl: (cases, comparison, backend) => checkAll(cases, comparison, backend, FLOAT32_OP),
};
