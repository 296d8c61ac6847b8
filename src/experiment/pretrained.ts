/** A pretrained model brought by the caller: weights and tokenizer, opened and checked against each other. */
import { TiltError } from "../base/errors.ts";
import { type ByteSource, readText } from "../model/checkpoint/bytes.ts";
import { type Checkpoint, openCheckpoint } from "../model/checkpoint/checkpoint.ts";
import type { Tokenizer } from "../text/tokenizer.ts";
import { huggingFaceTokenizer } from "../text/tokenizer_hugging_face.ts";
import { readLlama2cTokenizer } from "../text/tokenizer_llama2c.ts";

export interface Pretrained {
  /** "file:" and the SHA-256 of the weights: what a spec names in model.pretrained. */
  readonly id: string;
  readonly checkpoint: Checkpoint;
  readonly tokenizer: Tokenizer;
}

/**
 * Opens a model's files: config.json, *.safetensors, tokenizer.json and tokenizer_config.json, or a llama2.c model and
 * its tok*.bin.
 * @param id where the weights were hashed before
 * @throws TiltError naming the file and what is wrong with it
 */
export async function openPretrained(files: readonly ByteSource[], id?: string): Promise<Pretrained> {
  const checkpoint = await openCheckpoint(files);
  const tokenizer = await openTokenizer(files);
  if (tokenizer.vocabSize > checkpoint.config.vocab) {
    throw new TiltError(
      `The tokenizer has ${tokenizer.vocabSize} tokens, but the model ${checkpoint.config.vocab}`,
      { where: "tokenizer", remedy: "Give the tokenizer that belongs to the model." },
    );
  }
  return { id: id ?? `file:${await weightsHash(files)}`, checkpoint, tokenizer };
}

async function openTokenizer(files: readonly ByteSource[]): Promise<Tokenizer> {
  const named = (pattern: RegExp): ByteSource | undefined =>
    files.find(({ name }) => pattern.test(name.split("/").pop()!));
  const hub = named(/^tokenizer\.json$/);
  if (hub) {
    const config = named(/^tokenizer_config\.json$/);
    return huggingFaceTokenizer(await parsed(hub), config ? await parsed(config) : {});
  }
  const bin = named(/^tok.*\.bin$/);
  if (bin) return readLlama2cTokenizer((await bin.read(0, bin.size)).buffer, bin.name);
  throw new TiltError("There is no tokenizer among these files", {
    where: files.map(({ name }) => name).join(", "),
    remedy: "Give tokenizer.json with tokenizer_config.json, or the tok*.bin of a llama2.c model.",
  });
}

async function parsed(source: ByteSource): Promise<object> {
  let json: unknown;
  try {
    json = JSON.parse(await readText(source));
  } catch {
    json = undefined;
  }
  if (typeof json === "object" && json !== null) return json;
  throw new TiltError("is not a JSON object", { where: source.name, remedy: "Get the file again." });
}

/** SHA-256 of the weights; of several files, of their hashes in the order of their names. */
async function weightsHash(files: readonly ByteSource[]): Promise<string> {
  const weights = files
    .filter(({ name }) => /\.safetensors$/.test(name) || (/\.bin$/.test(name) && !/tok[^/]*$/.test(name)))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const hashes = await Promise.all(
    weights.map(async (file) => hexOf(await crypto.subtle.digest("SHA-256", await file.read(0, file.size)))),
  );
  if (hashes.length === 1) return hashes[0]!;
  return hexOf(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(hashes.join("\n"))));
}

function hexOf(hash: ArrayBuffer): string {
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
