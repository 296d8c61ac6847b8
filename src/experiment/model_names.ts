/** Names of the pretrained models that come with Tilt, and which one a spec means. */
import type { Spec } from "./spec.ts";

export interface BuiltinModel {
  /** As model.pretrained names it. */
  readonly id: `builtin:${string}`;
  /** For forms. */
  readonly label: string;
  /** Of model.safetensors: the same name always means the same weights. */
  readonly sha256: string;
}

export const BUILTIN_MODELS: readonly BuiltinModel[] = [
  {
    id: "builtin:chatter",
    label: "Chatter's words, all sources alike",
    sha256: "9820f043fcc6d246eb3439f7eb63bba828a11c4eff3c36c73fbadf18bd7cc978",
  },
  {
    id: "builtin:english",
    label: "English stories and plays, byte-pair pieces",
    sha256: "3a161ca2de4a7932eebe8647f715c5de6fd442cf82bc38e1a7bf394291537078",
  },
];

/** The model that a spec starts from, "" for a fresh one. A pretrained model without a name is the built-in one that suits the data. */
export function modelName({ model, data }: Pick<Spec, "model" | "data">): string {
  if (model.kind !== "pretrained") return "";
  return model.pretrained === "" ? suitedTo(data) : model.pretrained;
}

/** The model whose hidden states the source classifier reads: the one that the run starts from, or the built-in one that suits the data; "" where it reads n-grams. */
export function readerName(spec: Pick<Spec, "model" | "data" | "ratio">): string {
  const { ratio, data } = spec;
  if (ratio.source !== "classifier" || ratio.classifier !== "states") return "";
  return modelName(spec) || suitedTo(data);
}

function suitedTo({ source }: Spec["data"]): string {
  return source === "builtin:chatter" ? "builtin:chatter" : "builtin:english";
}
