/**
 * A sparse matrix times a dense one, in two steps that need no atomics: sums over segments of bounded length, then a
 * sum of each row's segments. The transpose, laid out once, serves the weight gradient.
 */
import combineShader from "../../shaders/classifier_combine.wgsl";
import segmentShader from "../../shaders/classifier_segment_sums.wgsl";
import { defineOp, grid1d } from "../backend/contract.ts";

/** sums[s, c] = sum over entries e of segment s of value[e] dense[index[e], c]. `columns` is a multiple of 4. */
export const classifierSegmentSums = defineOp({
  name: "classifier_segment_sums",
  shader: segmentShader,
  workgroupSize: [64, 1, 1],
  params: { segments: "u32", columns: "u32", entries: "u32", denseRows: "u32" },
  buffers: {
    segmentStart: { type: "u32", access: "read", shape: [({ segments }) => segments + 1] },
    index: { type: "u32", access: "read", shape: ["entries"] },
    value: { type: "f32", access: "read", shape: ["entries"] },
    dense: { type: "f32", access: "read", shape: ["denseRows", "columns"] },
    sums: { type: "f32", access: "read_write", shape: ["segments", "columns"] },
  },
  workgroups: ({ segments, columns }) => grid1d((segments * columns) / 4, 64),
  cpu({ segmentStart, index, value, dense, sums }, { segments, columns }) {
    for (let s = 0; s < segments; s++) {
      const row = s * columns;
      for (let c = 0; c < columns; c++) sums[row + c] = 0;
      for (let e = segmentStart[s]!; e < segmentStart[s + 1]!; e++) {
        const from = index[e]! * columns;
        const v = value[e]!;
        for (let c = 0; c < columns; c++) sums[row + c]! += v * dense[from + c]!;
      }
    }
  },
});

/** y[r, c] = sum over the segments s of row r of sums[s, c]. `columns` is a multiple of 4. */
export const classifierCombine = defineOp({
  name: "classifier_combine",
  shader: combineShader,
  workgroupSize: [64, 1, 1],
  params: { rows: "u32", columns: "u32", segments: "u32" },
  buffers: {
    rowSegment: { type: "u32", access: "read", shape: [({ rows }) => rows + 1] },
    sums: { type: "f32", access: "read", shape: ["segments", "columns"] },
    y: { type: "f32", access: "read_write", shape: ["rows", "columns"] },
  },
  workgroups: ({ rows, columns }) => grid1d((rows * columns) / 4, 64),
  cpu({ rowSegment, sums, y }, { rows, columns }) {
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) y[r * columns + c] = 0;
      for (let s = rowSegment[r]!; s < rowSegment[r + 1]!; s++) {
        for (let c = 0; c < columns; c++) y[r * columns + c]! += sums[s * columns + c]!;
      }
    }
  },
});
