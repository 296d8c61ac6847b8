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
export function halvedRows(values: FloatArray, headDim: number, inputs: number): FloatArray {
  const result = values.slice();
  const rows = values.length / inputs;
  for (let row = 0; row < rows; row++) {
    const inHead = row % headDim;
    const to = row - inHead + (inHead % 2) * (headDim / 2) + Math.floor(inHead / 2);
    result.set(values.subarray(row * inputs, (row + 1) * inputs), to * inputs);
  }
  return result;
}

/** The model's own weights in the Hugging Face layout, rotary pairs as halves whatever the model itself uses. */
export async function exportModel(
  model: Llama,
  format: FloatFormat = "F32",
  extra: Readonly<Record<string, unknown>> = {},
): Promise<ExportedFile[]> {
  const { config } = model;
  const reorder = (name: string, values: FloatArray): FloatArray =>
    config.interleavedRope && /\.[qk]_proj\.weight$/.test(name)
      ? halvedRows(values, config.headDim, config.dim)
      : values;
  return [
    text("config.json", configToJson(config, extra)),
    await weightsFile("model.safetensors", model.weights, format, reorder),
  ];
}

/** The adapters in the PEFT layout, for the model as it was opened. @param base name of the model they belong to */
export async function exportAdapter(model: Llama, base: string): Promise<ExportedFile[]> {
  if (!model.adapters || !model.lora) return [];
  return [
    text("adapter_config.json", adapterConfigToJson(model.lora, base)),
    await weightsFile("adapter_model.safetensors", model.adapters, "F32"),
  ];
}
