/** The trained policy as files: a Hugging Face model, and a PEFT adapter where adapters were trained. */
import { type ExportedFile, exportAdapter, exportModel } from "../model/checkpoint/export.ts";
import type { Llama } from "../model/llama.ts";
import type { Tokenizer } from "../text/tokenizer.ts";
import { huggingFaceFiles } from "../text/tokenizer_to_hugging_face.ts";
import { modelName } from "./model_names.ts";
import type { Prepared } from "./prepare.ts";
import type { Spec } from "./spec.ts";

/**
 * The model's files with its tokenizer. With adapters, the model is the frozen reference and the adapter lies in a folder
 * of its own; a reference that is the pretrained model itself, not fine-tuned, is not written again.
 */
export async function exportPolicy(
  model: Llama,
  spec: Spec,
  { tokenizer, pretrained }: Prepared,
): Promise<ExportedFile[]> {
  const asItCame = pretrained !== undefined && spec.sft.steps === 0;
  const adapter = (await exportAdapter(model, asItCame ? modelName(spec) : "..")).map(({ name, bytes }) => ({
    name: `adapter/${name}`,
    bytes,
  }));
  if (asItCame && adapter.length > 0) return adapter;
  const { eosId, bosId } = tokenizer;
  const whole = await exportModel(model, "F32", { eos_token_id: eosId, bos_token_id: bosId });
  return [...whole, ...tokenizerFiles(tokenizer), ...adapter];
}

/** As tokenizer.json; a llama2.c tokenizer, which has no such file, as Tilt describes it. */
function tokenizerFiles(tokenizer: Tokenizer): ExportedFile[] {
  const described = tokenizer.toJSON();
  if (described.kind === "llama2c") return [json("tilt_tokenizer.json", described)];
  const { tokenizer: whole, config } = huggingFaceFiles(described);
  return [json("tokenizer.json", whole), json("tokenizer_config.json", config)];
}

function json(name: string, content: object): ExportedFile {
  return { name, bytes: new TextEncoder().encode(JSON.stringify(content)) };
}
