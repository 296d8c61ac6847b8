/** Files of the models that come with Tilt, from the server that the page came from. */
import { TiltError } from "../../base/errors.ts";
import type { ReadModelFile } from "../../experiment/builtin_models.ts";
import type { Pretrained } from "../../experiment/pretrained.ts";
import type { Spec } from "../../experiment/spec.ts";

/** Built, this file lies in a folder beside index.html, whatever the path on the server; from source, the page is the root. */
const pageFolder = (): URL => new URL(import.meta.env.DEV ? "/" : "../", import.meta.url);

export const fetchModelFile: ReadModelFile = async (path) => {
  const response = await fetch(new URL(`models/${path}`, pageFolder()));
  // A server that answers a missing file with its start page says "text/html".
  if (!response.ok || response.headers.get("content-type")?.startsWith("text/html"))
    throw new TiltError(`The server has no such file (${response.status}).`);
  return new Uint8Array(await response.arrayBuffer());
};

/** The model that the spec starts from, where it comes with Tilt. What reads it is loaded only then. */
export async function modelFor(spec: Spec): Promise<Pretrained | undefined> {
  if (spec.model.kind !== "pretrained") return undefined;
  const { builtinModelFor } = await import("../../experiment/builtin_models.ts");
  return builtinModelFor(spec, fetchModelFile);
}
