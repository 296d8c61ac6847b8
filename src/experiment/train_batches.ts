/** Which units each step trains on, as tokens, and how much memory the largest batch needs. */
import type { Capacity } from "../model/batch.ts";
import { batchCapacity, batchPlan } from "../text/batches.ts";
import type { EncodedGroup } from "../text/encoding.ts";
import { type BatchSize, packedSize } from "../text/packing.ts";
import { mismatchedPairs } from "./mismatch.ts";
import { type Prepared, unitTokens } from "./prepare.ts";
import type { Spec } from "./spec.ts";

export interface TrainBatches {
  /** Tokens by unit. */
  readonly tokens: readonly EncodedGroup[];
  /** Units of each step: the logical batch. */
  readonly steps: readonly (readonly number[])[];
  /** The same cut into micro-batches, in order. */
  readonly parts: readonly (readonly (readonly number[])[])[];
  readonly batchSize: number;
  /** The largest logical batch. */
  readonly whole: BatchSize;
  /** The largest micro-batch, mismatched pairs included. */
  readonly part: BatchSize;
  /** Each step's mismatched pairs, for unpaired losses only. */
  readonly mismatched: readonly (readonly EncodedGroup[])[];
}

export function trainBatches(spec: Spec, prepared: Prepared): TrainBatches {
  const tokens = prepared.units.map((unit) => unitTokens(prepared, unit));
  const batchSize = Math.min(spec.train.batch, tokens.length);
  const plan = batchPlan(tokens.length, batchSize, spec.seed);
  const steps = Array.from({ length: spec.train.steps }, (_, step) => plan(step));
  const parts = steps.map((batch) => split(batch, spec.train.microBatches));
  const unpaired = prepared.units.some((unit) => unit.kind === "single");
  const mismatched = unpaired ? mismatchedPairs({ tokens, steps }, spec.data.maxTokens) : [];
  const own = batchCapacity(tokens, parts.flat());
  return {
    tokens,
    steps,
    parts,
    batchSize,
    whole: batchCapacity(tokens, steps),
    part: mismatched.map((pairs) => packedSize(pairs)).reduce(larger, own),
    mismatched,
  };
}

/** Cuts a batch into `pieces` runs of nearly equal length, in order. */
function split(batch: readonly number[], pieces: number): number[][] {
  const size = Math.ceil(batch.length / pieces);
  return Array.from({ length: Math.ceil(batch.length / size) }, (_, i) =>
    batch.slice(i * size, (i + 1) * size),
  );
}

function larger(a: BatchSize, b: BatchSize): BatchSize {
  return { ...roomFor(a, b), groups: Math.max(a.groups, b.groups) };
}

/** The larger of both in each respect, and at least 1. */
export function roomFor(a: BatchSize, b: BatchSize): Capacity {
  return {
    tokens: Math.max(1, a.tokens, b.tokens),
    rows: Math.max(1, a.rows, b.rows),
    responses: Math.max(1, a.responses, b.responses),
  };
}

/** Tokens that a batch makes the policy read. */
export function tokensRead({ tokens }: TrainBatches, batch: readonly number[]): number {
  const one = ({ prompt, responses }: EncodedGroup): number =>
    responses.reduce((sum, ids) => sum + ids.length, prompt.length);
  return batch.reduce((sum, index) => sum + one(tokens[index]!), 0);
}
