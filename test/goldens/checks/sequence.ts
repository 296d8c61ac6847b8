import { sumOf } from "../../../src/objective/numerics.ts";
import { scoreSequence, sequenceGradient } from "../../../src/objective/sequence.ts";
import { fields, type GoldenCase, type Matrix, matrix, number, numbers } from "../case.ts";
import type { GoldenCheck } from "../check.ts";
import { type Comparison, EXACT } from "../compare.ts";

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
  to.close(golden.id, "sum_logps", scores.map(({ sum }) => sum), numbers(outputs, "sum_logps"), EXACT);
  const means = scores.map(({ sum }, b) => sum / lengths[b]!);
  to.close(golden.id, "mean_logps", means, numbers(outputs, "mean_logps"), EXACT);
  to.close(golden.id, "lengths", lengths, numbers(outputs, "lengths"), EXACT);
  to.close(golden.id, "entropy", sumOf(scores.map((s) => s.entropy)) / all, number(outputs, "entropy"), EXACT);
  const accuracy = sumOf(scores.map((s) => s.hits)) / all;
  to.close(golden.id, "mean_token_accuracy", accuracy, number(outputs, "mean_token_accuracy"), EXACT);
  to.close(golden.id, "nll", -sumOf(scores.map((s) => s.sum)) / all, number(outputs, "nll"), EXACT);
  const gradient = tokens.map((row, b) => sequenceGradient(logits[b]!, row, prompts[b]!, totals[b]!));
  const want = numbers(outputs, "grad_logits_of_total_sum") as unknown as readonly Matrix[];
  to.close(golden.id, "grad_logits_of_total_sum", gradient, want, EXACT);
}

export const check: GoldenCheck = {
  kind: "sequence",
  float64: (cases, comparison) => cases.forEach((golden) => one(golden, comparison)),
};
