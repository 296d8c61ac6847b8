/** Trained weights as files that other tools read. */

import type { FloatArray } from "../../backend/contract.ts";
import type { Llama } from "../llama.ts";
import type { Pool } from "../pool.ts";
import { adapterConfigToJson, configToJson } from "./config_json.ts";
import type { FloatFormat } from "./float_formats.ts";
import { writeSafetensors } from "./safetensors.ts";

export interface ExportedFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const text = (name: string, content: string): ExportedFile => ({
  name,
  bytes: new TextEncoder().encode(content),
});

async function weightsFile(
  name: string,
  pool: Pool,
  format: FloatFormat,
  change: (name: string, values: FloatArray) => FloatArray = (_, values) => values,
): Promise<ExportedFile> {
  const values = await pool.values();
  const tensors = [...pool.layout.weights.values()].map((place) => ({
    name: place.name,
    shape: place.shape,
    values: change(place.name, values.get(place.name)!),
  }));
  return { name, bytes: writeSafetensors(tensors, format) };
}

/**
 * Rows of a query or key matrix reordered so that rotary pairs that were neighbours are halves of the head: the order
 * that Hugging Face's Llama expects.
 */
function halvedRows(values: FloatArray, headDim: number, inputs: number): FloatArray {
  const result = values.slice();
  const rows = values.length / inputs;
  for (let row = 0; row < rows; row++) {
    const inHead = row % headDim;
    const to = row - inHead + (inHead % 2) * (headDim / 2) + Math.floor(inHead / 2);
    result.set(values.subarray(row * inputs, (row + 1) * inputs), to * inputs);
  }
  return result;
}

/** Rotary pairs as halves, whatever the model itself uses: of its query and key matrices, and of their adapters. */
function reorder({ config, lora }: Llama): (name: string, values: FloatArray) => FloatArray {
  return (name, values) => {
    if (!config.interleavedRope) return values;
    if (/\.[qk]_proj\.weight$/.test(name)) return halvedRows(values, config.headDim, config.dim);
    if (/\.[qk]_proj\.lora_B\.weight$/.test(name)) return halvedRows(values, config.headDim, lora!.rank);
    return values;
  };
}

/** The model's own weights in the Hugging Face layout. */
export async function exportModel(
  model: Llama,
  format: FloatFormat = "F32",
  extra: Readonly<Record<string, unknown>> = {},
): Promise<ExportedFile[]> {
  return [
    text("config.json", configToJson(model.config, extra)),
    await weightsFile("model.safetensors", model.weights, format, reorder(model)),
  ];
}

/** The adapters in the PEFT layout, for the model in the Hugging Face layout. @param base name of that model */
export async function exportAdapter(model: Llama, base: string): Promise<ExportedFile[]> {
  if (!model.adapters || !model.lora) return [];
  return [
    text("adapter_config.json", adapterConfigToJson(model.lora, base)),
    await weightsFile("adapter_model.safetensors", model.adapters, "F32", reorder(model)),
  ];
}
