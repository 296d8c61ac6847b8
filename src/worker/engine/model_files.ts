/** Models in and out: files that are checked before they are kept, a hub that is asked first, trained policies as files. */
import { problemOf, TiltError } from "../../base/errors.ts";
import { paced } from "../../base/paced.ts";
import type { RunRecord } from "../../experiment/events.ts";
import type { TrainedWeights } from "../../experiment/job.ts";
import { readSpec } from "../../experiment/migrate.ts";
import { modelName } from "../../experiment/model_names.ts";
import { builtinDataset } from "../../experiment/source.ts";
import type { LlamaConfig } from "../../model/config.ts";
import type { ModelFile } from "../../storage/models.ts";
import type { ModelApi, ModelProgress, StoredModel } from "../api/models.ts";
import type { Core } from "./core.ts";
import { modelsOf } from "./models.ts";
import { fetchFile, request } from "./web.ts";

/** Files of a folder that can be part of a model. */
const PART_OF_MODEL =
  /(?:^|\/)(?:config|tokenizer|tokenizer_config)\.json$|\.safetensors(?:\.index\.json)?$|\.bin$/;
/** More than this is no one model. */
const MOST_FILES = 200;

/** Milliseconds between two words on how far a model has come. */
const TELL_EVERY = 50;

/** What opens models: fetched when the first one comes. */
const machinery = async () => {
  const [pretrained, layout, bytes] = await Promise.all([
    import("../../experiment/pretrained.ts"),
    import("../../model/layout.ts"),
    import("../../model/checkpoint/bytes.ts"),
  ]);
  return { ...pretrained, ...layout, ...bytes };
};

export function modelCalls({ device, store, shelf, turns }: Core): ModelApi {
  let fetching: AbortController | undefined;
  /** Shape of the model asked about last: files are not opened again for every change of another setting. */
  let asked: { readonly name: string; readonly config: LlamaConfig | undefined } | undefined;

  const known = async (): Promise<readonly StoredModel[]> =>
    (await (await store()).models.list()).map(({ summary }) => summary as StoredModel);

  async function keep(
    files: readonly ModelFile[],
    name: string,
    origin: string | null,
    onProgress: (progress: ModelProgress) => void,
  ): Promise<StoredModel> {
    const bytes = files.reduce((sum, { blob }) => sum + blob.size, 0);
    onProgress({ what: "Checking the weights", bytes: 0, ofBytes: bytes });
    const { openPretrained, modelLayout, bytesOfBlob } = await machinery();
    const opened = await openPretrained(files.map((file) => bytesOfBlob(file.name, file.blob)));
    const { vocab, dim, layers, heads, kvHeads, maxPositions } = opened.checkpoint.config;
    const model: StoredModel = {
      id: opened.id,
      name,
      origin,
      files: files.map((file) => ({ name: file.name, bytes: file.blob.size })),
      parameters: modelLayout(opened.checkpoint.config, 1).count,
      vocabulary: vocab,
      dim,
      layers,
      heads,
      kvHeads,
      positions: maxPositions,
      savedAt: new Date().toISOString(),
    };
    onProgress({ what: "Keeping the files", bytes, ofBytes: bytes });
    await (await store()).models.put(opened.id, files, model);
    return model;
  }

  return {
    models: known,

    async importModel(files, onProgress) {
      const parts = files.filter((file) => PART_OF_MODEL.test(pathOf(file)));
      if (parts.length === 0 || parts.length > MOST_FILES) {
        throw new TiltError(
          parts.length === 0
            ? "There is no model among these files."
            : `These are ${parts.length} files, too many for one model.`,
          {
            where: files
              .slice(0, 5)
              .map(({ name }) => name)
              .join(", "),
            remedy:
              "Give config.json, model.safetensors and tokenizer.json, or a llama2.c .bin with its tok*.bin: the files together, or their folder.",
          },
        );
      }
      return keep(
        parts.map((file) => ({ name: file.name, blob: file })),
        nameOf(parts),
        null,
        onProgress,
      );
    },

    async readHub(link) {
      const { hubRepository } = await import("../../data/hub-model.ts");
      return hubRepository(link);
    },
    async askHub(place) {
      const { listingUrl, modelFiles } = await import("../../data/hub-model.ts");
      const response = await request(listingUrl(place), {});
      const files = modelFiles(await response.json().catch(() => null), place.repo);
      return { ...place, files, bytes: files.reduce((sum, file) => sum + file.bytes, 0) };
    },
    async fetchModel(model, onProgress) {
      const { hubFileUrl } = await import("../../data/hub-model.ts");
      fetching?.abort(new TiltError("Another model is being fetched."));
      const abort = new AbortController();
      fetching = abort;
      const pace = paced(TELL_EVERY, onProgress);
      try {
        const files: ModelFile[] = [];
        let before = 0;
        for (const { name } of model.files) {
          const tell = (bytes: number): void =>
            pace.tell({ what: `Fetching ${name}`, bytes: before + bytes, ofBytes: model.bytes });
          const file = await fetchFile(hubFileUrl(model, name), name, abort.signal, tell);
          before += file.size;
          files.push({ name, blob: file });
        }
        pace.end();
        return await keep(files, model.repo, `https://${model.host}/${model.repo}`, onProgress);
      } finally {
        pace.end();
        if (fetching === abort) fetching = undefined;
      }
    },
    async cancelModel() {
      fetching?.abort(new TiltError("Fetching was cancelled."));
    },
    async deleteModel(id) {
      await (await store()).models.delete(id);
      asked = undefined;
    },

    async modelMemory(spec) {
      const { backend } = await device.open();
      const [{ memoryNeeded }, { checkMemory }] = await Promise.all([
        import("../../experiment/memory_needed.ts"),
        import("../../model/memory.ts"),
      ]);
      const name = modelName(spec);
      if (name !== "" && asked?.name !== name)
        asked = { name, config: (await modelsOf(spec, store)).pretrained?.checkpoint.config };
      const needed = memoryNeeded(spec, name === "" ? undefined : asked?.config);
      const model =
        name === "" ? "fresh transformer" : ((await known()).find(({ id }) => id === name)?.name ?? name);
      let tooLarge: string | null = null;
      try {
        checkMemory(needed, backend.info.maxTensorBytes);
      } catch (thrown) {
        tooLarge = problemOf(thrown).what;
      }
      return { ...needed, allowed: backend.info.maxTensorBytes, model, tooLarge };
    },

    async exportModel(run, what) {
      const records = await store();
      const record = (await records.runs.get(run)) as RunRecord | null;
      const weights = (await records.runs.beside(run, "weights")) as TrainedWeights | null;
      if (!record || !weights) {
        throw new TiltError("This run kept no weights.", {
          where: record?.name ?? run,
          remedy: "Run it again; runs that end by themselves keep theirs.",
        });
      }
      const spec = readSpec(record.spec);
      const release = await turns.take("Saving a model");
      try {
        const { backend } = await device.open();
        const dataset = builtinDataset(spec) ?? (await shelf.forSpec(spec));
        const { pretrained } = await modelsOf(spec, store);
        const { exportRun } = await import("../../experiment/export_run.ts");
        const files = await exportRun(
          backend,
          { spec, dataset, weights, ...(pretrained && { pretrained }) },
          what,
        );
        return files.map(({ name, bytes }) => ({ name, blob: new Blob([bytes]) }));
      } finally {
        release();
      }
    },
  };
}

const pathOf = (file: File): string => file.webkitRelativePath || file.name;

/** What files that were dropped are called: their folder, or the file of the weights. */
function nameOf(files: readonly File[]): string {
  const folder = files
    .map(pathOf)
    .find((path) => path.includes("/"))
    ?.split("/")
    .at(-2);
  const weights = files.find(({ name }) => /\.(?:safetensors|bin)$/.test(name) && !/^tok/.test(name));
  return (folder ?? weights?.name ?? files[0]!.name).replace(/\.(?:safetensors|bin)$/, "").slice(0, 80);
}
