/** Products with a classifier's design matrix: sparse ones for n-grams, dense ones where nearly every entry is there. */
import type { Recorder, Tensor } from "../backend/backend.ts";
import { type Csr, segmentRows, transpose } from "../base/csr.ts";
import { classifierCombine, classifierSegmentSums } from "../ops/classifier_sparse.ts";
import { matmulNn, matmulTn } from "../ops/matmul.ts";
import type { TensorPool } from "./learner.ts";

/** Longest run of entries one invocation sums. */
const SEGMENT = 256;
/** Share of entries from which a matrix counts as dense, and columns from which dense kernels are worth compiling. */
const DENSE = 0.5;
const WIDE = 64;

export interface DesignProducts {
  /** The sums that make up a feature's gradient: those of feature f are featureSegment[f] ... featureSegment[f + 1] - 1. */
  readonly featureSegment: Tensor;
  readonly featureSegments: number;
  /** product = X weights, [rows, columns]. */
  multiply(recorder: Recorder, weights: Tensor, product: Tensor, columns: number): void;
  /** Returns sums of X^T gradient, [featureSegments, columns]. */
  multiplyBack(recorder: Recorder, gradient: Tensor, columns: number): Tensor;
}

/** @param width most columns a product will have */
export function designProducts(pool: TensorPool, x: Csr, width: number): DesignProducts {
  const dense = x.columns >= WIDE && x.column.length >= DENSE * x.rows * x.columns;
  return dense ? denseProducts(pool, x, width) : sparseProducts(pool, x, width);
}

function sparseProducts(pool: TensorPool, x: Csr, width: number): DesignProducts {
  const t = transpose(x);
  const rowCuts = segmentRows(x, SEGMENT);
  const featureCuts = segmentRows(t, SEGMENT);
  const entries = x.column.length;
  const rowStart = pool.put("row segments", "u32", rowCuts.segmentStart);
  const rowSegment = pool.put("segments of rows", "u32", rowCuts.rowSegment);
  const featureStart = pool.put("feature segments", "u32", featureCuts.segmentStart);
  const featureSegment = pool.put("segments of features", "u32", featureCuts.rowSegment);
  const rowIndex = pool.put("columns", "u32", x.column);
  const rowValue = pool.put("values", "f32", x.value);
  const featureIndex = pool.put("rows", "u32", t.column);
  const featureValue = pool.put("values by feature", "f32", t.value);
  const rowSums = pool.room("row sums", rowCuts.count * width);
  const featureSums = pool.room("feature sums", featureCuts.count * width);
  return {
    featureSegment,
    featureSegments: featureCuts.count,
    multiply(recorder, weights, product, columns) {
      recorder.dispatch(
        classifierSegmentSums,
        { segmentStart: rowStart, index: rowIndex, value: rowValue, dense: weights, sums: rowSums },
        { segments: rowCuts.count, columns, entries, denseRows: x.columns },
      );
      recorder.dispatch(
        classifierCombine,
        { rowSegment, sums: rowSums, y: product },
        { rows: x.rows, columns, segments: rowCuts.count },
      );
    },
    multiplyBack(recorder, gradient, columns) {
      recorder.dispatch(
        classifierSegmentSums,
        {
          segmentStart: featureStart,
          index: featureIndex,
          value: featureValue,
          dense: gradient,
          sums: featureSums,
        },
        { segments: featureCuts.count, columns, entries, denseRows: x.rows },
      );
      return featureSums;
    },
  };
}

function denseProducts(pool: TensorPool, x: Csr, width: number): DesignProducts {
  const values = new Float32Array(x.rows * x.columns);
  for (let r = 0; r < x.rows; r++) {
    for (let e = x.rowStart[r]!; e < x.rowStart[r + 1]!; e++) {
      values[r * x.columns + x.column[e]!] = x.value[e]!;
    }
  }
  const matrix = pool.put("design", "f32", values);
  const sums = pool.room("feature sums", x.columns * width);
  const identity = Uint32Array.from({ length: x.columns + 1 }, (_, f) => f);
  return {
    featureSegment: pool.put("segments of features", "u32", identity),
    featureSegments: x.columns,
    multiply(recorder, weights, product, columns) {
      const size = { m: x.rows, n: columns, k: x.columns, accumulate: 0 };
      recorder.dispatch(matmulNn, { a: matrix, b: weights, c: product }, size);
    },
    multiplyBack(recorder, gradient, columns) {
      const size = { m: x.columns, n: columns, k: x.rows, accumulate: 0 };
      recorder.dispatch(matmulTn, { a: matrix, b: gradient, c: sums }, size);
      return sums;
    },
  };
}
