/** The attention kernels unrolled for heads of one size, by quads of invocations: for CPUs that emulate a GPU. */
import forward16Shader from "../../shaders/attention_forward_quads.wgsl?const=quads:4&linked";
import forward32Shader from "../../shaders/attention_forward_quads.wgsl?const=quads:8&linked";
import key16Shader from "../../shaders/attention_key_gradient_quads.wgsl?const=quads:4,each:2&linked";
import key32Shader from "../../shaders/attention_key_gradient_quads.wgsl?const=quads:8,each:2&linked";
import query16Shader from "../../shaders/attention_query_gradient_quads.wgsl?const=quads:4,each:2&linked";
import query32Shader from "../../shaders/attention_query_gradient_quads.wgsl?const=quads:8,each:2&linked";
import { grid1d, type Kernel } from "../backend/contract.ts";
import type { LinkedShader } from "../backend/shader.ts";

type Params = Readonly<Record<"tokens" | "heads" | "kvHeads" | "headDim", "u32">>;
type AttentionKernel = Kernel<Params>;

/** @param tokens to a workgroup: four times what each invocation takes */
function byQuads(
  shader: LinkedShader,
  headDim: number,
  heads: "heads" | "kvHeads",
  tokens: 8 | 16,
): AttentionKernel {
  return {
    id: "quads",
    shader,
    workgroupSize: [4, 1, 1],
    needs: ["subgroups"],
    // The ops have no room for larger heads, so the only multiple left is the size itself.
    multiples: { headDim },
    suits: ({ emulated }) => emulated,
    workgroups: (values) => grid1d(Math.ceil(values.tokens / tokens) * values[heads], 1),
  };
}

export interface QuadKernels {
  readonly forward: AttentionKernel;
  readonly query: AttentionKernel;
  readonly key: AttentionKernel;
}

export const attentionQuads16: QuadKernels = {
  forward: byQuads(forward16Shader, 16, "heads", 16),
  query: byQuads(query16Shader, 16, "heads", 8),
  key: byQuads(key16Shader, 16, "kvHeads", 8),
};
export const attentionQuads32: QuadKernels = {
  forward: byQuads(forward32Shader, 32, "heads", 16),
  query: byQuads(query32Shader, 32, "heads", 8),
  key: byQuads(key32Shader, 32, "kvHeads", 8),
};
