/** A model on disk: config.json with weights and tokenizer, or a llama2.c model with its tokenizer. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type ByteSource, bytesInMemory } from "../model/checkpoint/bytes.ts";

/** Its files, as `openPretrained` takes them. */
export async function filesOfModel(folder: string): Promise<ByteSource[]> {
  const names = (await readdir(folder)).filter((name) => /\.(json|safetensors|bin)$/.test(name));
  return Promise.all(names.map(async (name) => bytesInMemory(name, await readFile(join(folder, name)))));
}
