/**
 * Causal grouped-query attention over packed groups, never holding the scores of a whole sequence. Dao et al.,
 * arXiv 2205.14135. `qkv` [tokens, (heads + 2 kvHeads) headDim] holds turned queries, turned keys, values; `spans`
 * [tokens, 4] = (prefixStart, prefixEnd, selfStart, queryEnd): token t reads keys [prefixStart, prefixEnd) and
 * [selfStart, t], and is read by [t, queryEnd). `ranges` is `blockRanges(spans)`, which the kernels read; the loops need
 * only the spans.
 */
import forwardShader from "../../shaders/attention_forward.wgsl?const=quads:16&linked";
import forward16LanesShader from "../../shaders/attention_forward.wgsl?if=lanes&const=quads:4&linked";
import forward32LanesShader from "../../shaders/attention_forward.wgsl?if=lanes&const=quads:8&linked";
import forward64LanesShader from "../../shaders/attention_forward.wgsl?if=lanes&const=quads:16&linked";
import forward16Shader from "../../shaders/attention_forward.wgsl?if=vec4&const=quads:4&linked";
import forward32Shader from "../../shaders/attention_forward.wgsl?if=vec4&const=quads:8&linked";
import forward64Shader from "../../shaders/attention_forward.wgsl?if=vec4&const=quads:16&linked";
import forward256Shader from "../../shaders/attention_forward.wgsl?if=vec4&const=quads:64&linked";
import keyShader from "../../shaders/attention_key_gradient.wgsl?const=quads:16&linked";
import key16LanesShader from "../../shaders/attention_key_gradient.wgsl?if=lanes&const=quads:4&linked";
import key32LanesShader from "../../shaders/attention_key_gradient.wgsl?if=lanes&const=quads:8&linked";
import key64LanesShader from "../../shaders/attention_key_gradient.wgsl?if=lanes&const=quads:16&linked";
import key16Shader from "../../shaders/attention_key_gradient.wgsl?if=vec4&const=quads:4&linked";
import key32Shader from "../../shaders/attention_key_gradient.wgsl?if=vec4&const=quads:8&linked";
import key64Shader from "../../shaders/attention_key_gradient.wgsl?if=vec4&const=quads:16&linked";
import key256Shader from "../../shaders/attention_key_gradient.wgsl?if=vec4&const=quads:64&linked";
import queryShader from "../../shaders/attention_query_gradient.wgsl?const=quads:16&linked";
import query16LanesShader from "../../shaders/attention_query_gradient.wgsl?if=lanes&const=quads:4&linked";
import query32LanesShader from "../../shaders/attention_query_gradient.wgsl?if=lanes&const=quads:8&linked";
import query64LanesShader from "../../shaders/attention_query_gradient.wgsl?if=lanes&const=quads:16&linked";
import query16Shader from "../../shaders/attention_query_gradient.wgsl?if=vec4&const=quads:4&linked";
import query32Shader from "../../shaders/attention_query_gradient.wgsl?if=vec4&const=quads:8&linked";
import query64Shader from "../../shaders/attention_query_gradient.wgsl?if=vec4&const=quads:16&linked";
import query256Shader from "../../shaders/attention_query_gradient.wgsl?if=vec4&const=quads:64&linked";
import {
  type AdapterTraits,
  defineOp,
  type FloatArray,
  grid1d,
  type Kernel,
  type Values,
} from "../backend/contract.ts";
import type { LinkedShader } from "../backend/shader.ts";
import { TiltError } from "../base/errors.ts";
import { attentionQuads16, attentionQuads32, type QuadKernels } from "./attention_quads.ts";

/** Largest head that the kernels have room for. */
const MAX_HEAD_DIM = 256;

const params = { tokens: "u32", heads: "u32", kvHeads: "u32", headDim: "u32" } as const;
type AttentionParams = Values<typeof params>;

const width = ({ heads, kvHeads, headDim }: AttentionParams): number => (heads + 2 * kvHeads) * headDim;

/** Tokens that the kernels walk together. */
const BLOCK = 16;
const blocks = ({ tokens }: AttentionParams): number => Math.ceil(tokens / BLOCK);

/**
 * For every sixteen tokens (prefixLow, prefixHigh, ownLow, queryHigh): the keys they read lie in [prefixLow, prefixHigh)
 * and [ownLow, the last of them], the queries that read them before queryHigh. Once per batch, on the CPU.
 */
export function blockRanges(spans: Uint32Array): Uint32Array {
  const tokens = spans.length / 4;
  const ranges = new Uint32Array(4 * Math.ceil(tokens / BLOCK));
  for (let block = 0; block < ranges.length / 4; block++) {
    let [prefixLow, prefixHigh, ownLow, queryHigh] = [tokens, 0, tokens, 0];
    for (let t = block * BLOCK; t < Math.min(tokens, (block + 1) * BLOCK); t++) {
      const [prefixStart, prefixEnd, selfStart, queryEnd] = spans.subarray(
        4 * t,
        4 * t + 4,
      ) as unknown as number[];
      if (prefixStart! < prefixEnd!) {
        prefixLow = Math.min(prefixLow, prefixStart!);
        prefixHigh = Math.max(prefixHigh, prefixEnd!);
      }
      ownLow = Math.min(ownLow, selfStart!);
      queryHigh = Math.max(queryHigh, queryEnd!);
    }
    ranges.set(
      [Math.min(prefixLow, prefixHigh), prefixHigh, Math.max(ownLow, prefixHigh), queryHigh],
      4 * block,
    );
  }
  return ranges;
}

/** Calls `visit` for every key that query t may read, in ascending order. */
function eachKey(spans: Uint32Array, t: number, visit: (key: number) => void): void {
  for (let j = spans[4 * t]!; j < spans[4 * t + 1]!; j++) visit(j);
  for (let j = spans[4 * t + 2]!; j <= t; j++) visit(j);
}

function dot(a: FloatArray, i: number, b: FloatArray, j: number, n: number): number {
  let sum = 0;
  for (let l = 0; l < n; l++) sum += a[i + l]! * b[j + l]!;
  return sum;
}

/** out = softmax(q k^T / sqrt(headDim)) v per head; lse keeps each row's log-sum-exp. */
export const attentionForward = defineOp({
  name: "attention_forward",
  shader: forwardShader,
  workgroupSize: [64, 1, 1],
  params,
  buffers: {
    spans: { type: "u32", access: "read", shape: ["tokens", 4] },
    ranges: { type: "u32", access: "read", shape: [blocks, 4] },
    qkv: { type: "f32", access: "read", shape: ["tokens", width] },
    out: { type: "f32", access: "read_write", shape: ["tokens", "heads", "headDim"] },
    lse: { type: "f32", access: "read_write", shape: ["tokens", "heads"] },
  },
  workgroups: ({ tokens, heads }) => grid1d(4 * Math.ceil(tokens / BLOCK) * heads, 64),
  cpu({ spans, qkv, out, lse }, p) {
    const { tokens, heads, kvHeads, headDim } = p;
    const row = width(p);
    const scores = new Float64Array(tokens);
    for (let t = 0; t < tokens; t++) {
      for (let h = 0; h < heads; h++) {
        const query = t * row + h * headDim;
        const key = (heads + Math.floor(h / (heads / kvHeads))) * headDim;
        let most = Number.NEGATIVE_INFINITY;
        eachKey(spans, t, (j) => {
          scores[j] = dot(qkv, query, qkv, j * row + key, headDim) / Math.sqrt(headDim);
          most = Math.max(most, scores[j]!);
        });
        let sum = 0;
        eachKey(spans, t, (j) => {
          scores[j] = Math.exp(scores[j]! - most);
          sum += scores[j]!;
        });
        lse[t * heads + h] = most + Math.log(sum);
        const to = (t * heads + h) * headDim;
        out.fill(0, to, to + headDim);
        eachKey(spans, t, (j) => {
          const value = j * row + key + kvHeads * headDim;
          for (let l = 0; l < headDim; l++) out[to + l]! += (scores[j]! / sum) * qkv[value + l]!;
        });
      }
    }
  },
});

/** Writes the query part of dqkv, and delta = dout . out per query and head for `attentionKeyGradient`. */
export const attentionQueryGradient = defineOp({
  name: "attention_query_gradient",
  shader: queryShader,
  workgroupSize: [64, 1, 1],
  params,
  buffers: {
    spans: { type: "u32", access: "read", shape: ["tokens", 4] },
    ranges: { type: "u32", access: "read", shape: [blocks, 4] },
    qkv: { type: "f32", access: "read", shape: ["tokens", width] },
    out: { type: "f32", access: "read", shape: ["tokens", "heads", "headDim"] },
    dout: { type: "f32", access: "read", shape: ["tokens", "heads", "headDim"] },
    lse: { type: "f32", access: "read", shape: ["tokens", "heads"] },
    delta: { type: "f32", access: "read_write", shape: ["tokens", "heads"] },
    dqkv: { type: "f32", access: "read_write", shape: ["tokens", width] },
  },
  workgroups: ({ tokens, heads }) => grid1d(4 * Math.ceil(tokens / BLOCK) * heads, 64),
  cpu({ spans, qkv, out, dout, lse, delta, dqkv }, p) {
    const { tokens, heads, kvHeads, headDim } = p;
    const row = width(p);
    const scale = 1 / Math.sqrt(headDim);
    for (let t = 0; t < tokens; t++) {
      for (let h = 0; h < heads; h++) {
        const query = t * row + h * headDim;
        const key = (heads + Math.floor(h / (heads / kvHeads))) * headDim;
        const outAt = (t * heads + h) * headDim;
        const product = dot(dout, outAt, out, outAt, headDim);
        delta[t * heads + h] = product;
        dqkv.fill(0, query, query + headDim);
        eachKey(spans, t, (j) => {
          const keyAt = j * row + key;
          const p = probability(dot(qkv, query, qkv, keyAt, headDim) * scale, lse[t * heads + h]!);
          const weight = p * (dot(dout, outAt, qkv, keyAt + kvHeads * headDim, headDim) - product) * scale;
          for (let l = 0; l < headDim; l++) dqkv[query + l]! += weight * qkv[keyAt + l]!;
        });
      }
    }
  },
});

/** Writes the key and value parts of dqkv; runs after `attentionQueryGradient`. */
export const attentionKeyGradient = defineOp({
  name: "attention_key_gradient",
  shader: keyShader,
  workgroupSize: [64, 1, 1],
  params,
  buffers: {
    spans: { type: "u32", access: "read", shape: ["tokens", 4] },
    ranges: { type: "u32", access: "read", shape: [blocks, 4] },
    qkv: { type: "f32", access: "read", shape: ["tokens", width] },
    dout: { type: "f32", access: "read", shape: ["tokens", "heads", "headDim"] },
    lse: { type: "f32", access: "read", shape: ["tokens", "heads"] },
    delta: { type: "f32", access: "read", shape: ["tokens", "heads"] },
    dqkv: { type: "f32", access: "read_write", shape: ["tokens", width] },
  },
  workgroups: ({ tokens, kvHeads }) => grid1d(4 * Math.ceil(tokens / BLOCK) * kvHeads, 64),
  cpu({ spans, qkv, dout, lse, delta, dqkv }, p) {
    const { tokens, heads, kvHeads, headDim } = p;
    const row = width(p);
    const scale = 1 / Math.sqrt(headDim);
    const perGroup = heads / kvHeads;
    for (let j = 0; j < tokens; j++) {
      for (let g = 0; g < kvHeads; g++) {
        const key = j * row + (heads + g) * headDim;
        const value = key + kvHeads * headDim;
        dqkv.fill(0, key, key + headDim);
        dqkv.fill(0, value, value + headDim);
        for (let h = g * perGroup; h < (g + 1) * perGroup; h++) {
          for (let t = j; t < spans[4 * j + 3]!; t++) {
            const query = t * row + h * headDim;
            const outAt = (t * heads + h) * headDim;
            const p = probability(dot(qkv, query, qkv, key, headDim) * scale, lse[t * heads + h]!);
            const weight = p * (dot(dout, outAt, qkv, value, headDim) - delta[t * heads + h]!) * scale;
            for (let l = 0; l < headDim; l++) {
              dqkv[key + l]! += weight * qkv[query + l]!;
              dqkv[value + l]! += p * dout[outAt + l]!;
            }
          }
        }
      }
    }
  },
});

/** exp(score - lse), at most 1. */
function probability(score: number, lse: number): number {
  return Math.exp(Math.min(score - lse, 0));
}

/** The three kernels for one size of head. */
export interface AttentionOps {
  readonly forward: typeof attentionForward;
  readonly query: typeof attentionQueryGradient;
  readonly key: typeof attentionKeyGradient;
}

interface Shaders {
  readonly forward: LinkedShader;
  readonly query: LinkedShader;
  readonly key: LinkedShader;
}

/**
 * Kernels with room for heads of `most` elements, a multiple of 4; room costs time, so there are several.
 * @param lanes the same for subgroups of four lanes, which load together what they all need
 * @param quads the same again, unrolled for heads of exactly `most` elements
 */
function sized(most: number, plain: Shaders, lanes?: Shaders, quads?: QuadKernels): AttentionOps {
  const variant = <K extends Kernel<typeof params>>(
    kernel: K,
    shader: LinkedShader | undefined,
    unrolled: Kernel<typeof params> | undefined,
  ) =>
    shader && {
      variants: [
        ...(unrolled ? [unrolled] : []),
        {
          id: "lanes",
          shader,
          workgroupSize: kernel.workgroupSize,
          workgroups: kernel.workgroups,
          needs: ["subgroups"],
          multiples: { headDim: 4 },
          suits: ({ emulated }: AdapterTraits) => emulated,
        } satisfies Kernel<typeof params>,
      ],
    };
  const { forward, query, key } = plain;
  return {
    forward: defineOp({
      ...attentionForward,
      name: `attention_forward_${most}`,
      shader: forward,
      ...variant(attentionForward, lanes?.forward, quads?.forward),
    }),
    query: defineOp({
      ...attentionQueryGradient,
      name: `attention_query_gradient_${most}`,
      shader: query,
      ...variant(attentionQueryGradient, lanes?.query, quads?.query),
    }),
    key: defineOp({
      ...attentionKeyGradient,
      name: `attention_key_gradient_${most}`,
      shader: key,
      ...variant(attentionKeyGradient, lanes?.key, quads?.key),
    }),
  };
}

export const attention16 = sized(
  16,
  { forward: forward16Shader, query: query16Shader, key: key16Shader },
  { forward: forward16LanesShader, query: query16LanesShader, key: key16LanesShader },
  attentionQuads16,
);
export const attention32 = sized(
  32,
  { forward: forward32Shader, query: query32Shader, key: key32Shader },
  { forward: forward32LanesShader, query: query32LanesShader, key: key32LanesShader },
  attentionQuads32,
);
export const attention64 = sized(
  64,
  { forward: forward64Shader, query: query64Shader, key: key64Shader },
  { forward: forward64LanesShader, query: query64LanesShader, key: key64LanesShader },
);
export const attention256 = sized(256, {
  forward: forward256Shader,
  query: query256Shader,
  key: key256Shader,
});

/** All of them, where lists of ops look for ops. */
export const sizedAttentionOps = [attention16, attention32, attention64, attention256].flatMap((ops) => [
  ops.forward,
  ops.query,
  ops.key,
]);

/** Widest head that is no multiple of 4. */
const MAX_RAGGED_HEAD_DIM = 64;

/** The kernels for a head of this size. @throws TiltError when there is no room for it */
export function attentionOps(headDim: number): AttentionOps {
  const ragged = headDim % 4 !== 0;
  const most = ragged ? MAX_RAGGED_HEAD_DIM : MAX_HEAD_DIM;
  if (headDim > most) {
    throw new TiltError(
      `heads of ${headDim} elements are too wide; the attention kernels hold ${most}${ragged ? " when it is no multiple of 4" : ""}`,
      { where: "model configuration, head_dim", remedy: "Use a model with smaller heads." },
    );
  }
  if (ragged) return { forward: attentionForward, query: attentionQueryGradient, key: attentionKeyGradient };
  if (headDim <= 16) return attention16;
  if (headDim <= 32) return attention32;
  return headDim <= 64 ? attention64 : attention256;
}
