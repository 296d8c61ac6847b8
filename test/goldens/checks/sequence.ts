import type { Backend, Tensor } from "../../../src/backend/backend.ts";
import { sumOf } from "../../../src/objective/numerics.ts";
import { scoreSequence, sequenceGradient } from "../../../src/objective/sequence.ts";
import { headSums, headTileForward, headTileGradient } from "../../../src/ops/head.ts";
import { fields, type GoldenCase, type Matrix, matrix, number, numbers } from "../case.ts";
import type { GoldenCheck } from "../check.ts";
import { type Comparison, EXACT, FLOAT32_OP } from "../compare.ts";

function one(golden: GoldenCase, to: Comparison): void {
  const inputs = fields(golden, "inputs");
  const outputs = fields(golden, "outputs");
  const tokens = matrix(inputs, "tokens");
  const totals = numbers(inputs, "total_lengths");
  const prompts = numbers(inputs, "prompt_lengths");
  const logits = numbers(inputs, "logits") as unknown as readonly Matrix[];
  const scores = tokens.map((row, b) => scoreSequence(logits[b]!, row, prompts[b]!, totals[b]!));
  const lengths = scores.map((score) => score.tokens.length);
  const all = sumOf(lengths);

  const masks = tokens.map((row, b) => row.map((_, t) => (t >= prompts[b]! && t < totals[b]! ? 1 : 0)));
  to.close(golden.id, "completion_mask", masks, matrix(outputs, "completion_mask"), EXACT);
  const placed = tokens.map((row, b) => {
    const line = new Array<number>(row.length - 1).fill(0);
    scores[b]!.tokens.forEach((logp, k) => {
      line[prompts[b]! - 1 + k] = logp;
    });
    return line;
  });
  to.close(golden.id, "token_logps", placed, matrix(outputs, "token_logps"), EXACT);
  to.close(
    golden.id,
    "sum_logps",
    scores.map(({ sum }) => sum),
    numbers(outputs, "sum_logps"),
    EXACT,
  );
  const means = scores.map(({ sum }, b) => sum / lengths[b]!);
  to.close(golden.id, "mean_logps", means, numbers(outputs, "mean_logps"), EXACT);
  to.close(golden.id, "lengths", lengths, numbers(outputs, "lengths"), EXACT);
  to.close(
    golden.id,
    "entropy",
    sumOf(scores.map((s) => s.entropy)) / all,
    number(outputs, "entropy"),
    EXACT,
  );
  const accuracy = sumOf(scores.map((s) => s.hits)) / all;
  to.close(golden.id, "mean_token_accuracy", accuracy, number(outputs, "mean_token_accuracy"), EXACT);
  to.close(golden.id, "nll", -sumOf(scores.map((s) => s.sum)) / all, number(outputs, "nll"), EXACT);
  const gradient = tokens.map((row, b) => sequenceGradient(logits[b]!, row, prompts[b]!, totals[b]!));
  const want = numbers(outputs, "grad_logits_of_total_sum") as unknown as readonly Matrix[];
  to.close(golden.id, "grad_logits_of_total_sum", gradient, want, EXACT);
}

/** The head's kernels on the golden's own logits, in two tiles of the vocabulary. */
async function onBackend(golden: GoldenCase, to: Comparison, backend: Backend): Promise<void> {
  const inputs = fields(golden, "inputs");
  const outputs = fields(golden, "outputs");
  const tokens = matrix(inputs, "tokens");
  const totals = numbers(inputs, "total_lengths");
  const prompts = numbers(inputs, "prompt_lengths");
  const logits = numbers(inputs, "logits") as unknown as readonly Matrix[];
  const places = tokens.flatMap((_, b) =>
    Array.from({ length: totals[b]! - prompts[b]! }, (_, k) => ({ b, t: prompts[b]! - 1 + k })),
  );
  const rows = places.length;
  const responses = tokens.length;
  const vocabulary = logits[0]![0]!.length;
  const half = Math.floor(vocabulary / 2);
  const tiles = [
    { first: 0, columns: half },
    { first: half, columns: vocabulary - half },
  ];
  const starts = [0];
  for (let b = 0; b < responses; b++) starts.push(starts[b]! + totals[b]! - prompts[b]!);
  const floats = (label: string, length: number) => backend.tensor(label, "f32", length);
  const words = (label: string, values: readonly number[]) => {
    const made = backend.tensor(label, "u32", values.length);
    backend.write(made, values);
    return made;
  };
  const wanted = words(
    "wanted",
    places.map(({ b, t }) => tokens[b]![t + 1]!),
  );
  const rowResponse = words(
    "row response",
    places.map(({ b }) => b),
  );
  const responseRowStart = words("rows", starts);
  const tile = tiles.map(({ first, columns }) => {
    const made = floats("tile", rows * columns);
    backend.write(
      made,
      places.flatMap(({ b, t }) => logits[b]![t]!.slice(first, first + columns)),
    );
    return made;
  });
  const [most, sum, picked, lse, rowLogp] = ["most", "sum", "picked", "lse", "row log-prob"].map((label) =>
    floats(label, rows),
  ) as [Tensor, Tensor, Tensor, Tensor, Tensor];
  const logps = floats("log-probs", responses);
  const coef = floats("coefficients", responses);
  backend.write(
    coef,
    tokens.map(() => 1),
  );
  const plan = await backend.plan("golden sequence", (recorder) => {
    for (const [i, { first, columns }] of tiles.entries()) {
      recorder.dispatch(
        headTileForward,
        { logits: tile[i]!, wanted, most, sum, picked },
        { rows, columns, first },
      );
    }
    recorder.dispatch(
      headSums,
      { most, sum, picked, responseRowStart, lse, rowLogp, logps },
      { rows, responses, offset: 0, total: responses },
    );
    for (const [i, { first, columns }] of tiles.entries()) {
      recorder.dispatch(
        headTileGradient,
        { wanted, rowResponse, most, sum, coef, logits: tile[i]! },
        { rows, columns, first, offset: 0, total: responses },
      );
    }
  });
  plan.run();
  to.close(golden.id, "sum_logps", await backend.read(logps), numbers(outputs, "sum_logps"), FLOAT32_OP);
  const token = matrix(outputs, "token_logps");
  const wantTokens = places.map(({ b, t }) => token[b]![t]!);
  to.close(golden.id, "token_logps", await backend.read(rowLogp), wantTokens, FLOAT32_OP);
  const want = numbers(outputs, "grad_logits_of_total_sum") as unknown as readonly Matrix[];
  for (const [i, { first, columns }] of tiles.entries()) {
    const wantTile = places.flatMap(({ b, t }) => want[b]![t]!.slice(first, first + columns));
    to.close(golden.id, `grad_logits tile ${i}`, await backend.read(tile[i]!), wantTile, FLOAT32_OP);
  }
  plan.destroy();
  for (const held of [
    wanted,
    rowResponse,
    responseRowStart,
    ...tile,
    most,
    sum,
    picked,
    lse,
    rowLogp,
    logps,
    coef,
  ]) {
    backend.free(held);
  }
}

export const check: GoldenCheck<Backend> = {
  kind: "sequence",
  float64(cases, comparison) {
    for (const golden of cases) one(golden, comparison);
  },
  async wgsl(cases, comparison, backend) {
    for (const golden of cases) await onBackend(golden, comparison, backend);
  },
};
