/** How the pretrained models that come with Tilt are fetched and opened. */
import { messageOf, TiltError } from "../base/errors.ts";
import { bytesInMemory } from "../model/checkpoint/bytes.ts";
import { BUILTIN_MODELS, modelName, readerName } from "./model_names.ts";
import { openPretrained, type Pretrained } from "./pretrained.ts";
import type { Spec } from "./spec.ts";

/**
 * Reads a file of a model that comes with Tilt, e.g. "chatter/config.json". A page fetches it from models/ beside
 * itself, a command reads it from public/models.
 */
export type ReadModelFile = (path: string) => Promise<Uint8Array>;

const FILES = ["config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors"] as const;

/** The models that a run wants, as a job takes them. */
export interface RunModels {
  readonly pretrained?: Pretrained;
  readonly reader?: Pretrained;
}

/**
 * Opens what the spec names of Tilt's own models: the one to start from, and the one whose states the source classifier
 * reads.
 * @param brought a model that the caller has already; it is passed on where the spec names it
 */
export async function modelsFor(spec: Spec, read: ReadModelFile, brought?: Pretrained): Promise<RunModels> {
  if (spec.data.source === "builtin:plane") return {};
  const opened = new Map(brought && [[brought.id, brought]]);
  const named = async (name: string): Promise<Pretrained | undefined> => {
    if (!opened.has(name) && name.startsWith("builtin:"))
      opened.set(name, await openBuiltinModel(name, read));
    return opened.get(name);
  };
  const pretrained = await named(modelName(spec));
  const reader = await named(readerName(spec));
  return { ...(pretrained && { pretrained }), ...(reader && { reader }) };
}

/** @throws TiltError when there is no such model, a file cannot be read, or the weights are not the ones meant */
export async function openBuiltinModel(id: string, read: ReadModelFile): Promise<Pretrained> {
  const model = BUILTIN_MODELS.find((known) => known.id === id);
  if (!model) {
    throw new TiltError(`Tilt comes with no model called ${id}.`, {
      where: "model.pretrained",
      remedy: `Use one of: ${BUILTIN_MODELS.map((known) => known.id).join(", ")}.`,
    });
  }
  const folder = id.slice("builtin:".length);
  const files = await Promise.all(
    FILES.map(async (name) => {
      try {
        return bytesInMemory(`${folder}/${name}`, await read(`${folder}/${name}`));
      } catch (thrown) {
        throw new TiltError(`The model's file cannot be read: ${messageOf(thrown)}`, {
          where: `models/${folder}/${name}`,
          remedy: "Check the connection and try again, or choose a fresh transformer.",
          cause: thrown,
        });
      }
    }),
  );
  const opened = await openPretrained(files);
  if (opened.id !== `file:${model.sha256}`) {
    throw new TiltError("These weights are not the ones that Tilt came with.", {
      where: `models/${folder}/model.safetensors`,
      remedy: "Reload the page, or get Tilt again.",
    });
  }
  return { ...opened, id };
}
