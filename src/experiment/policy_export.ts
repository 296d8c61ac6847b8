/** The trained policy as files: a Hugging Face model, and a PEFT adapter where adapters were trained. */
import { type ExportedFile, exportAdapter, exportModel } from "../model/checkpoint/export.ts";
import type { Llama } from "../model/llama.ts";
import { modelName } from "./model_names.ts";
import type { Prepared } from "./prepare.ts";
import type { Spec } from "./spec.ts";

/**
 * The model's files with their tokenizer as Tilt describes it (tilt_tokenizer.json). With adapters, the model is the frozen
 * reference and the adapter lies in a folder of its own; a pretrained reference is not written again.
 */
export async function exportPolicy(
  model: Llama,
  spec: Spec,
  { tokenizer, pretrained }: Prepared,
): Promise<ExportedFile[]> {
  const adapter = (await exportAdapter(model, modelName(spec) || "..")).map(({ name, bytes }) => ({
    name: `adapter/${name}`,
    bytes,
  }));
  if (pretrained && adapter.length > 0) return adapter;
  const { eosId, bosId } = tokenizer;
  const whole = await exportModel(model, "F32", { eos_token_id: eosId, bos_token_id: bosId });
  const described = new TextEncoder().encode(JSON.stringify(tokenizer.toJSON()));
  return [...whole, { name: "tilt_tokenizer.json", bytes: described }, ...adapter];
}
