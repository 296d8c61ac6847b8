/** Models: brought from files or a hub, chosen, let go, and saved as files; and the time of a training step. */
import { problemOf } from "../../base/errors.ts";
import type { Problem } from "../../experiment/events.ts";
import { withFields } from "../../experiment/spec.ts";
import type { HubModel, ModelMemory, ModelProgress, StepProfile, StoredModel } from "../../worker/api.ts";
import { saveFile } from "../save_file.ts";
import { currentDataset } from "../state/select.ts";
import { specForDataset } from "../state/spec_for.ts";
import type { TaskContext } from "./tasks.ts";

type Progress = (progress: ModelProgress) => void;

export function modelTasks({ engine, store }: TaskContext) {
  const { dispatch, get } = store;

  async function refreshModels(): Promise<void> {
    dispatch({ type: "models", models: await engine.models() });
  }

  /** @returns the model, which is in use then, or what is wrong */
  async function bring(how: () => Promise<StoredModel>): Promise<StoredModel | Problem> {
    try {
      const model = await how();
      await refreshModels();
      useModel(model.id);
      dispatch({ type: "say", text: `${model.name} is kept in this browser, and in use.` });
      return model;
    } catch (thrown) {
      return problemOf(thrown);
    }
  }

  /** @param id "" for a fresh transformer @returns what does not go with it */
  function useModel(id: string): Problem | null {
    try {
      const values = { "model.kind": id === "" ? "llama" : "pretrained", "model.pretrained": id };
      dispatch({ type: "spec", spec: withFields(get().spec, values) });
      return null;
    } catch (thrown) {
      return problemOf(thrown);
    }
  }

  return {
    refreshModels,
    openModels: () => {
      dispatch({ type: "dialog", dialog: "models" });
      void refreshModels().catch((thrown) => dispatch({ type: "run-problem", problem: problemOf(thrown) }));
    },
    useModel,
    /** Model files that were dropped: shows the dialog, which takes them. */
    takeModel(files: readonly File[]): void {
      location.hash = "#/workbench";
      dispatch({ type: "model-files", files });
      dispatch({ type: "dialog", dialog: "models" });
      void refreshModels().catch((thrown) => dispatch({ type: "run-problem", problem: problemOf(thrown) }));
    },
    /** The dialog took them. */
    modelFilesTaken: () => dispatch({ type: "model-files", files: [] }),
    importModel: (files: readonly File[], onProgress: Progress): Promise<StoredModel | Problem> =>
      bring(() => engine.importModel(files, onProgress)),
    fetchModel: (model: HubModel, onProgress: Progress): Promise<StoredModel | Problem> =>
      bring(() => engine.fetchModel(model, onProgress)),
    cancelModel: () => engine.cancelModel(),
    async deleteModel(id: string): Promise<void> {
      await engine.deleteModel(id);
      if (get().spec.model.pretrained === id) useModel("");
      await refreshModels();
    },
    /** What training with the current settings takes at most. */
    async memoryNeeded(): Promise<ModelMemory | Problem> {
      try {
        return await engine.modelMemory(get().spec);
      } catch (thrown) {
        return problemOf(thrown);
      }
    },
    /** @returns what went wrong, or null when the files are on their way */
    async saveModel(run: string, what: "model" | "adapter"): Promise<Problem | null> {
      try {
        for (const { name, blob } of await engine.exportModel(run, what)) saveFile(name, blob);
        return null;
      } catch (thrown) {
        return problemOf(thrown);
      }
    },
    /** GPU time of a training step under the current settings; null where there is no GPU or no clock. */
    async profileStep(): Promise<StepProfile | Problem | null> {
      const dataset = currentDataset(get());
      if (!dataset) return null;
      try {
        return await engine.profileStep(specForDataset(get().spec, dataset));
      } catch (thrown) {
        return problemOf(thrown);
      }
    },
  };
}
