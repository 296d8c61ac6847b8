/** Files of the models that come with Tilt, from the server that the page came from. */
import { TiltError } from "../../base/errors.ts";
import type { ReadModelFile, RunModels } from "../../experiment/builtin_models.ts";
import { modelName, readerName } from "../../experiment/model_names.ts";
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

/** The models that the spec names, where they come with Tilt. What reads them is loaded only then. */
export async function modelsOf(spec: Spec): Promise<RunModels> {
  if (modelName(spec) === "" && readerName(spec) === "") return {};
  const { modelsFor } = await import("../../experiment/builtin_models.ts");
  return modelsFor(spec, fetchModelFile);
}
