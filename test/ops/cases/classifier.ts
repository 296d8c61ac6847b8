import { untyped } from "../../../src/backend/contract.ts";
import { classifierAdam } from "../../../src/ops/classifier_adam.ts";
import { classifierCentre, classifierMinusSums } from "../../../src/ops/classifier_centre.ts";
import {
  classifierHiddenBackward,
  classifierHiddenForward,
  classifierOuterBackward,
} from "../../../src/ops/classifier_hidden.ts";
import { classifierLogistic, classifierSoftmax } from "../../../src/ops/classifier_losses.ts";
import { classifierNesterov } from "../../../src/ops/classifier_nesterov.ts";
import { classifierCombine, classifierSegmentSums } from "../../../src/ops/classifier_sparse.ts";
import { type Fill, opCase } from "../op_case.ts";

/** 0 = b[0] <= b[1] <= ... <= b[length - 1] = total, some parts empty. */
const boundaries =
  (total: number): Fill =>
  (random, length) => {
    const inner = Array.from({ length: length - 2 }, () => random.below(total + 1)).sort((a, b) => a - b);
    return [0, ...inner, total];
  };
const below =
  (bound: number): Fill =>
  (random, length) =>
    Array.from({ length }, () => random.below(bound));
const shares: Fill = (random, length) => Array.from({ length }, () => random.uniform());
const labels: Fill = (random, length) => Array.from({ length }, () => random.below(2));
/** Logits out to where exp overflows. */
const hostile: Fill = (random, length) =>
  Array.from({ length }, (_, i) => (i % 5 === 0 ? 200 : 3) * random.normal());

export default [
  ...[
    { segments: 1, columns: 4, entries: 1, denseRows: 1 },
    { segments: 37, columns: 8, entries: 900, denseRows: 61 },
    { segments: 300, columns: 20, entries: 250, denseRows: 5 },
  ].map((shape) =>
    opCase(classifierSegmentSums, `${shape.segments} segments, ${shape.columns} columns`, shape, {
      fill: { segmentStart: boundaries(shape.entries), index: below(shape.denseRows) },
    }),
  ),
  ...[
    { rows: 1, columns: 4, segments: 3 },
    { rows: 70, columns: 12, segments: 100 },
    { rows: 90, columns: 4, segments: 20 },
  ].map((shape) =>
    opCase(classifierCombine, `${shape.rows} rows of ${shape.segments} segments`, shape, {
      fill: { rowSegment: boundaries(shape.segments) },
    }),
  ),
  ...[
    { rows: 1, columns: 4 },
    { rows: 131, columns: 12 },
  ].flatMap((shape) => {
    const name = `${shape.rows} rows, ${shape.columns} columns`;
    return [opCase(classifierCentre, name, shape), opCase(classifierMinusSums, name, shape)];
  }),
  ...[
    { rows: 1, columns: 1, heads: 1 },
    { rows: 67, columns: 20, heads: 3 },
  ].map((shape) =>
    opCase(classifierLogistic, `${shape.rows} rows, ${shape.heads} heads`, shape, {
      fill: { logits: hostile, label: labels, weight: shares },
    }),
  ),
  ...[
    { rows: 1, columns: 4, heads: 2, groups: 1 },
    { rows: 67, columns: 20, heads: 3, groups: 5 },
  ].map((shape) =>
    opCase(classifierSoftmax, `${shape.rows} rows, ${shape.groups} groups`, shape, {
      fill: { logits: hostile, category: below(shape.heads), weight: shares },
    }),
  ),
  ...[
    { features: 1, columns: 4, segments: 1, momentum: 0 },
    { features: 75, columns: 8, segments: 90, momentum: 0.9 },
  ].map((shape) =>
    opCase(classifierNesterov, `${shape.features} features`, shape, {
      fill: { featureSegment: boundaries(shape.segments), rate: shares, l2: shares },
    }),
  ),
  ...[
    { features: 1, columns: 4, segments: 1, l2: 0.1, rate: 0.1, bound: 1e-8 },
    { features: 75, columns: 8, segments: 90, l2: 0.3, rate: 0.02, bound: 1e-9 },
  ].map((shape) =>
    opCase(classifierAdam, `${shape.features} features`, shape, {
      fill: { featureSegment: boundaries(shape.segments), second: shares },
    }),
  ),
  ...[
    { rows: 1, models: 1, hidden: 4, heads: 1, columns: 4 },
    { rows: 70, models: 3, hidden: 8, heads: 2, columns: 8 },
  ].flatMap((shape) => {
    const name = `${shape.rows} rows, ${shape.models} models`;
    const forward = untyped(classifierHiddenForward);
    return [
      opCase(classifierHiddenForward, name, shape),
      opCase(classifierHiddenBackward, name, shape, {
        gradient: { forward, upstream: { residual: "logits" }, inputs: { dpre: "pre" } },
      }),
      opCase(classifierOuterBackward, name, shape, {
        gradient: { forward, upstream: { residual: "logits" }, inputs: { douter: "outer" } },
      }),
    ];
  }),
];
