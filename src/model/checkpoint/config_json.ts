/** Hugging Face's config.json and what it means here; and PEFT's adapter_config.json. */
import { TiltError } from "../../base/errors.ts";
import { checkConfig, type LlamaConfig, type LoraConfig } from "../config.ts";

const UNSUPPORTED =
  "Tilt trains Llama-style models without biases or scaled rotary positions; choose such a model.";

/** Longest sequence opened by default: the rotary table and the attention kernels are made for it. */
const MAX_POSITIONS = 2048;

/** @throws TiltError naming the field that is missing, wrong or not supported */
export function configFromJson(text: string, file: string): LlamaConfig {
  const fail = (what: string, remedy = "Use the config.json that belongs to the model."): never => {
    throw new TiltError(what, { where: file, remedy });
  };
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return fail("is not JSON");
  }
  if (typeof parsed !== "object" || parsed === null) return fail("is no JSON object");
  const json = parsed as Record<string, unknown>;
  const count = (field: string, fallback?: number): number => {
    const value = json[field] ?? fallback;
    if (typeof value !== "number" || !Number.isInteger(value) || value < 1) {
      return fail(`"${field}" must be a positive whole number, not ${JSON.stringify(value)}`);
    }
    return value;
  };
  const number = (field: string, fallback: number): number => {
    const value = json[field] ?? fallback;
    return typeof value === "number"
      ? value
      : fail(`"${field}" must be a number, not ${JSON.stringify(value)}`);
  };

  if (json.model_type !== "llama")
    fail(`"model_type" is ${JSON.stringify(json.model_type)}, not "llama"`, UNSUPPORTED);
  if (json.attention_bias === true || json.mlp_bias === true) fail("the model has biases", UNSUPPORTED);
  if (json.rope_scaling != null) fail('"rope_scaling" is set', UNSUPPORTED);
  if ((json.hidden_act ?? "silu") !== "silu")
    fail(`"hidden_act" is ${JSON.stringify(json.hidden_act)}`, UNSUPPORTED);
  const heads = count("num_attention_heads");
  const dim = count("hidden_size");
  const config: LlamaConfig = {
    vocab: count("vocab_size"),
    dim,
    layers: count("num_hidden_layers"),
    heads,
    kvHeads: count("num_key_value_heads", heads),
    headDim: count("head_dim", dim / heads),
    hidden: count("intermediate_size"),
    ropeTheta: number("rope_theta", 10_000),
    interleavedRope: false,
    normEps: number("rms_norm_eps", 1e-6),
    tied: json.tie_word_embeddings === true,
    maxPositions: Math.min(MAX_POSITIONS, count("max_position_embeddings", MAX_POSITIONS)),
  };
  checkConfig(config);
  return config;
}

/** The config.json of an exported model. `extra` fields, such as bos_token_id, are added. */
export function configToJson(config: LlamaConfig, extra: Readonly<Record<string, unknown>> = {}): string {
  const json = {
    architectures: ["LlamaForCausalLM"],
    model_type: "llama",
    hidden_act: "silu",
    attention_bias: false,
    mlp_bias: false,
    vocab_size: config.vocab,
    hidden_size: config.dim,
    num_hidden_layers: config.layers,
    num_attention_heads: config.heads,
    num_key_value_heads: config.kvHeads,
    head_dim: config.headDim,
    intermediate_size: config.hidden,
    max_position_embeddings: config.maxPositions,
    rope_theta: config.ropeTheta,
    rope_scaling: null,
    rms_norm_eps: config.normEps,
    tie_word_embeddings: config.tied,
    torch_dtype: "float32",
    ...extra,
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}

/** PEFT's adapter_config.json. @param base name or path of the base model, as its reader should find it */
export function adapterConfigToJson(lora: LoraConfig, base: string): string {
  const json = {
    peft_type: "LORA",
    task_type: "CAUSAL_LM",
    base_model_name_or_path: base,
    r: lora.rank,
    lora_alpha: lora.alpha,
    lora_dropout: 0,
    bias: "none",
    fan_in_fan_out: false,
    inference_mode: true,
    target_modules: lora.targets,
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}
