/** Files of the models that come with Tilt, from the server that the page came from. */
import { TiltError } from "../../base/errors.ts";
import type { ReadModelFile, RunModels } from "../../experiment/builtin_models.ts";
import { modelName, readerName } from "../../experiment/model_names.ts";
import type { Pretrained } from "../../experiment/pretrained.ts";
import type { Spec } from "../../experiment/spec.ts";
import type { Storage } from "../../storage/storage.ts";

/** Built, this file lies in a folder beside index.html, whatever the path on the server; from source, the page is the root. */
const pageFolder = (): URL => new URL(import.meta.env.DEV ? "/" : "../", import.meta.url);

export const fetchModelFile: ReadModelFile = async (path) => {
  const response = await fetch(new URL(`models/${path}`, pageFolder()));
  // A server that answers a missing file with its start page says "text/html".
  if (!response.ok || response.headers.get("content-type")?.startsWith("text/html"))
    throw new TiltError(`The server has no such file (${response.status}).`);
  return new Uint8Array(await response.arrayBuffer());
};

/**
 * The models that the spec names, where they come with Tilt or were brought. What reads them is loaded only then.
 * @param store where brought ones are kept
 */
export async function modelsOf(spec: Spec, store: () => Promise<Storage>): Promise<RunModels> {
  const name = modelName(spec);
  if (name === "" && readerName(spec) === "") return {};
  const { modelsFor } = await import("../../experiment/builtin_models.ts");
  const brought = name.startsWith("file:") ? await broughtModel(name, store) : undefined;
  return modelsFor(spec, fetchModelFile, brought);
}

async function broughtModel(id: string, store: () => Promise<Storage>): Promise<Pretrained> {
  const files = await (await store()).models.get(id);
  if (!files) {
    throw new TiltError("The model that these settings start from is not in this browser.", {
      where: "model.pretrained",
      remedy: "Bring its files again, or choose another model.",
    });
  }
  const [{ openPretrained }, { bytesOfBlob }] = await Promise.all([
    import("../../experiment/pretrained.ts"),
    import("../../model/checkpoint/bytes.ts"),
  ]);
  // Its weights were hashed when it was brought.
  return openPretrained(
    files.map(({ name, blob }) => bytesOfBlob(name, blob)),
    id,
  );
}
