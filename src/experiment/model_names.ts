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
    sha256: "",
  },
  {
    id: "builtin:english",
    label: "English stories and plays, byte-pair pieces",
    sha256: "",
  },
];

/** The model that a spec starts from, "" for a fresh one. A pretrained model without a name is the built-in one that suits the data. */
export function modelName({ model, data }: Pick<Spec, "model" | "data">): string {
  if (model.kind !== "pretrained") return "";
  if (model.pretrained !== "") return model.pretrained;
  return data.source === "builtin:chatter" ? "builtin:chatter" : "builtin:english";
}
