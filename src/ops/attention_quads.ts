/** The attention kernels unrolled for heads of one size, by quads of invocations: for CPUs that emulate a GPU. */
import forward16Shader from "../../shaders/attention_forward_quads.wgsl?const=quads:4,each:2&linked";
import forward32Shader from "../../shaders/attention_forward_quads.wgsl?const=quads:8,each:2&linked";
import key16Shader from "../../shaders/attention_key_gradient_quads.wgsl?const=quads:4,each:2&linked";
import key32Shader from "../../shaders/attention_key_gradient_quads.wgsl?const=quads:8,each:2&linked";
import query16Shader from "../../shaders/attention_query_gradient_quads.wgsl?const=quads:4,each:2&linked";
import query32Shader from "../../shaders/attention_query_gradient_quads.wgsl?const=quads:8,each:2&linked";
import { grid1d, type Kernel } from "../backend/contract.ts";
import type { LinkedShader } from "../backend/shader.ts";

type Params = Readonly<Record<"tokens" | "heads" | "kvHeads" | "headDim", "u32">>;
type AttentionKernel = Kernel<Params>;

/** Tokens to a workgroup: two to each invocation. With four it runs a fifth faster, but takes twice as long to compile. */
const TOKENS = 8;

function byQuads(shader: LinkedShader, headDim: number, heads: "heads" | "kvHeads"): AttentionKernel {
  return {
    id: "quads",
    shader,
    workgroupSize: [4, 1, 1],
    needs: ["subgroups"],
    // The ops have no room for larger heads, so the only multiple left is the size itself.
    multiples: { headDim },
    suits: ({ emulated }) => emulated,
    workgroups: (values) => grid1d(Math.ceil(values.tokens / TOKENS) * values[heads], 1),
  };
}

export interface QuadKernels {
  readonly forward: AttentionKernel;
  readonly query: AttentionKernel;
  readonly key: AttentionKernel;
}

export const attentionQuads16: QuadKernels = {
  forward: byQuads(forward16Shader, 16, "heads"),
  query: byQuads(query16Shader, 16, "heads"),
  key: byQuads(key16Shader, 16, "kvHeads"),
};
export const attentionQuads32: QuadKernels = {
  forward: byQuads(forward32Shader, 32, "heads"),
  query: byQuads(query32Shader, 32, "heads"),
  key: byQuads(key32Shader, 32, "kvHeads"),
};
