/** Kernel of Group DRO over sources. */
import shader from "../../shaders/strategy_group_dro.wgsl";
import { defineOp, type FloatArray } from "../backend/contract.ts";
import { type PlainResult, writePlain } from "./strategy_plain.ts";
import { SUMMARY_LENGTH } from "./strategy_summary.ts";

/** Sources beyond this many do not fit the kernel. */
export const MAX_SOURCES = 64;

/** Marks a response whose source is not known. */
export const UNKNOWN_SOURCE = 0xffffffff;

interface GroupDroResult extends PlainResult {
  readonly sourceWeights?: readonly number[];
}

/** `source_weights` are carried from step to step, all 0 before the first. At most `MAX_SOURCES` sources. */
export function groupDroStrategy(
  evaluate: (input: {
    readonly losses: FloatArray;
    readonly sources: readonly ArrayLike<number>[];
    readonly sourceWeights: FloatArray | undefined;
    readonly sourceCount: number;
    readonly eta: number;
  }) => GroupDroResult,
) {
  return defineOp({
    name: "strategy_group_dro",
    shader,
    workgroupSize: [64, 1, 1],
    params: { groups: "u32", responses: "u32", source_count: "u32", eta: "f32" },
    buffers: {
      losses: { type: "f32", access: "read", shape: ["groups"] },
      group_start: { type: "u32", access: "read", shape: [({ groups }) => groups + 1] },
      sources: { type: "u32", access: "read", shape: ["responses"] },
      tilt: { type: "f32", access: "read_write", shape: ["groups"] },
      q: { type: "f32", access: "read_write", shape: ["groups"] },
      source_weights: { type: "f32", access: "read_write", shape: ["source_count"] },
      summary: { type: "f32", access: "read_write", shape: [SUMMARY_LENGTH] },
    },
    workgroups: () => [1, 1, 1],
    cpu(buffers, { groups, source_count, eta }) {
      const { group_start, source_weights } = buffers;
      const sources = Array.from({ length: groups }, (_, g) =>
        buffers.sources.subarray(group_start[g], group_start[g + 1]!),
      );
      const started = source_weights.some((weight) => weight > 0);
      const result = evaluate({
        losses: buffers.losses.subarray(0, groups),
        sources,
        sourceWeights: started ? source_weights.slice(0, source_count) : undefined,
        sourceCount: source_count,
        eta,
      });
      writePlain(result, buffers);
      source_weights.set(result.sourceWeights ?? []);
    },
  });
}
