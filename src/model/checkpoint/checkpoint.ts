/** Opens a model from its files, and checks that every weight is there with the shape its configuration asks for. */
import { TiltError } from "../../base/errors.ts";
import type { LlamaConfig } from "../config.ts";
import { modelLayout } from "../layout.ts";
import type { Pool } from "../pool.ts";
import { type ByteSource, readText } from "./bytes.ts";
import { configFromJson } from "./config_json.ts";
import { openLlama2c } from "./llama2c.ts";
import { openSafetensors, type StoredTensor } from "./safetensors.ts";

/** A model's configuration and weights, not yet read. */
export interface Checkpoint {
  readonly config: LlamaConfig;
  /** By Hugging Face name. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

/** Buffers of training frameworks that carry no weight. */
const IGNORED = /rotary_emb\.inv_freq$|masked_bias$/;

/**
 * Opens dropped or downloaded files: config.json with model.safetensors, or with shards and their
 * model.safetensors.index.json; or one llama2.c .bin. Names are compared without folders.
 * @throws TiltError naming what is missing, superfluous or of another shape
 */
export async function openCheckpoint(files: readonly ByteSource[]): Promise<Checkpoint> {
  const byName = new Map(files.map((file) => [file.name.split("/").pop()!, file]));
  const bin = files.find((file) => file.name.endsWith(".bin") && !/tok|pytorch_model/.test(file.name));
  const stored = [...byName.keys()].filter((name) => name.endsWith(".safetensors"));
  if (stored.length === 0 && bin) return matched(await openLlama2c(bin), bin.name);
  const config = byName.get("config.json");
  if (stored.length === 0) {
    throw new TiltError("There are no weights among these files", {
      where: files.map((file) => file.name).join(", "),
      remedy: "Give config.json with model.safetensors, or a llama2.c .bin.",
    });
  }
  if (!config) {
    throw new TiltError("config.json is missing", { remedy: "Give it together with the weights." });
  }
  const tensors = new Map<string, StoredTensor>();
  const index = byName.get("model.safetensors.index.json");
  const shards = index ? await shardNames(index) : stored;
  for (const name of shards) {
    const shard = byName.get(name);
    if (!shard) {
      throw new TiltError(`shard "${name}" is missing`, {
        where: index?.name ?? name,
        remedy: "Give all shards.",
      });
    }
    for (const [tensor, place] of await openSafetensors(shard)) {
      if (tensors.has(tensor)) {
        throw new TiltError(`tensor "${tensor}" is in two files`, {
          where: name,
          remedy: "Give one model at a time.",
        });
      }
      tensors.set(tensor, place);
    }
  }
  return matched({ config: configFromJson(await readText(config), config.name), tensors }, stored.join(", "));
}

async function shardNames(index: ByteSource): Promise<string[]> {
  let map: unknown;
  try {
    map = (JSON.parse(await readText(index)) as Record<string, unknown>).weight_map;
  } catch {
    map = undefined;
  }
  if (
    typeof map !== "object" ||
    map === null ||
    !Object.values(map).every((name) => typeof name === "string")
  ) {
    throw new TiltError("has no weight_map of tensor names to file names", { where: index.name });
  }
  return [...new Set(Object.values(map) as string[])].sort();
}

/** Compares the tensors with what the configuration asks for. */
function matched(checkpoint: Checkpoint, where: string): Checkpoint {
  const { config } = checkpoint;
  const tensors = new Map([...checkpoint.tensors].filter(([name]) => !IGNORED.test(name)));
  // Some exporters write a tied output matrix out.
  if (config.tied) tensors.delete("lm_head.weight");
  const places = modelLayout(config, 1).weights;
  for (const { name, shape } of places.values()) {
    const tensor = tensors.get(name);
    if (!tensor) {
      throw new TiltError(`tensor "${name}" is missing`, { where, remedy: "Give all files of the model." });
    }
    if (tensor.shape.join() !== shape.join()) {
      throw new TiltError(
        `tensor "${name}" is ${tensor.shape.join(" x ")}, but the configuration asks for ${shape.join(" x ")}`,
        { where, remedy: "Use the config.json that belongs to these weights." },
      );
    }
  }
  for (const name of tensors.keys()) {
    if (!places.has(name)) {
      throw new TiltError(`tensor "${name}" has no place in this kind of model`, {
        where,
        remedy: "Use a Llama-style model without biases or extra weights.",
      });
    }
  }
  return { config, tensors };
}

/** Reads all weights into a model's pool, one tensor at a time. */
export async function loadWeights(
  checkpoint: Checkpoint,
  pool: Pool,
  progress: (done: number, all: number) => void = () => {},
): Promise<void> {
  let done = 0;
  for (const [name, tensor] of checkpoint.tensors) {
    pool.set(name, await tensor.values());
    progress(++done, checkpoint.tensors.size);
  }
}
