/**
 * The checkpoint of llama2.c: seven int32, then float32 weights in a fixed order. https://github.com/karpathy/llama2.c
 */
import { TiltError } from "../../base/errors.ts";
import { checkConfig, type LlamaConfig } from "../config.ts";
import { weightName } from "../layout.ts";
import type { ByteSource } from "./bytes.ts";
import { decodeFloats } from "./float_formats.ts";
import type { StoredTensor } from "./safetensors.ts";

const HEADER_BYTES = 28;

/** @throws TiltError when the header makes no model, or the file is not exactly as long as the header asks */
export async function openLlama2c(
  source: ByteSource,
): Promise<{ config: LlamaConfig; tensors: Map<string, StoredTensor> }> {
  const fail = (what: string): never => {
    throw new TiltError(what, {
      where: source.name,
      remedy: "Give a llama2.c checkpoint (version 0, float32) that is whole.",
    });
  };
  if (source.size < HEADER_BYTES) fail(`is ${source.size} bytes long, too short for a header`);
  const head = await source.read(0, HEADER_BYTES);
  const view = new DataView(head.buffer, head.byteOffset, HEADER_BYTES);
  const [dim, hidden, layers, heads, kvHeads, signedVocab, positions] = Array.from({ length: 7 }, (_, i) =>
    view.getInt32(4 * i, true),
  ) as [number, number, number, number, number, number, number];
  // A negative vocabulary says that the output matrix is not the embedding.
  const config: LlamaConfig = {
    vocab: Math.abs(signedVocab),
    dim,
    layers,
    heads,
    kvHeads,
    headDim: dim / heads,
    hidden,
    ropeTheta: 10_000,
    interleavedRope: true,
    normEps: 1e-5,
    tied: signedVocab > 0,
    maxPositions: positions,
  };
  try {
    checkConfig(config);
  } catch (thrown) {
    fail(`has a header that makes no model (${thrown instanceof TiltError ? thrown.what : String(thrown)})`);
  }
  const { vocab, headDim } = config;
  const places: { name: string; shape: number[]; at: number }[] = [];
  let at = HEADER_BYTES;
  const place = (name: string | undefined, ...shape: number[]): void => {
    if (name) places.push({ name, shape, at });
    at += 4 * shape.reduce((product, n) => product * n, 1);
  };
  const each = (name: (layer: number) => string, ...shape: number[]): void => {
    for (let layer = 0; layer < layers; layer++) place(name(layer), ...shape);
  };
  place("model.embed_tokens.weight", vocab, dim);
  each((layer) => `model.layers.${layer}.input_layernorm.weight`, dim);
  each((layer) => weightName(layer, "q_proj"), heads * headDim, dim);
  each((layer) => weightName(layer, "k_proj"), kvHeads * headDim, dim);
  each((layer) => weightName(layer, "v_proj"), kvHeads * headDim, dim);
  each((layer) => weightName(layer, "o_proj"), dim, heads * headDim);
  each((layer) => `model.layers.${layer}.post_attention_layernorm.weight`, dim);
  each((layer) => weightName(layer, "gate_proj"), hidden, dim);
  each((layer) => weightName(layer, "down_proj"), dim, hidden);
  each((layer) => weightName(layer, "up_proj"), hidden, dim);
  place("model.norm.weight", dim);
  // Two tables of rotary angles that the format keeps and nobody reads.
  place(undefined, positions, headDim);
  if (!config.tied) place("lm_head.weight", vocab, dim);
  if (at !== source.size) fail(`its header asks for ${at} bytes, but the file has ${source.size}`);

  const tensors = new Map<string, StoredTensor>();
  for (const { name, shape, at: begin } of places) {
    const length = 4 * shape.reduce((product, n) => product * n, 1);
    tensors.set(name, {
      name,
      shape,
      format: "F32",
      values: async () =>
        decodeFloats(await source.read(begin, begin + length), "F32", `${source.name}, tensor "${name}"`),
    });
  }
  return { config, tensors };
}
