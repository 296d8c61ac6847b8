/** Links and recipe files: written, opened, and kept to once the reader agrees. */
import { problemOf } from "../../base/errors.ts";
import type { Problem, RunRecord } from "../../experiment/events.ts";
import type { LinkContent } from "../../experiment/link.ts";
import { type Spec, withFields } from "../../experiment/spec.ts";
import type { ImportProgress, LinkRequest, MadeLink, OpenedLink } from "../../worker/api.ts";
import { saveFile } from "../save_file.ts";
import type { TaskContext } from "./tasks.ts";

/** The start of a recipe file: it tells one from a dataset. experiment/link.ts checks the rest. */
const RECIPE = /^\uFEFF?\s*\{\s*"tilt"\s*:\s*"recipe"/;
/** Bytes of the largest file that can be a recipe. */
const MOST = 1_000_000;

export interface LinkEffects {
  refreshDatasets(wanted?: string): Promise<void>;
  useDataset(hash: string): Promise<void>;
  importFiles(files: readonly File[]): Promise<void>;
  runLinked: (spec: Spec, datasetHash: string, expected?: LinkContent["digest"]) => Promise<RunRecord | null>;
}

export function linkTasks({ engine, store }: TaskContext, effects: LinkEffects) {
  const { dispatch, get } = store;
  let wanting: ((files: readonly File[]) => void) | null = null;

  const page = (): string => location.href.replace(/#.*$/s, "");

  async function recipeOf(files: readonly File[]): Promise<string | null> {
    const [file] = files;
    if (files.length !== 1 || !file || file.size > MOST) return null;
    if (!RECIPE.test(await file.slice(0, 200).text())) return null;
    return file.text();
  }

  return {
    makeLink: (request: Omit<LinkRequest, "page">): Promise<MadeLink> =>
      engine.makeLink({ ...request, page: page() }),
    openLink: (fragment: string): Promise<OpenedLink> => engine.openLink(`#${fragment}`),

    /** Files from outside: a recipe opens its card, the file a card waits for goes to it, all others are data. */
    async takeFiles(files: readonly File[]): Promise<void> {
      const recipe = await recipeOf(files);
      if (recipe !== null) {
        try {
          location.hash = await engine.recipeLink(recipe);
        } catch (thrown) {
          dispatch({ type: "stage", stage: "data" });
          dispatch({ type: "import-failed", failure: { problem: problemOf(thrown), problems: [] } });
          location.hash = "#/workbench";
        }
      } else if (wanting && get().route.view === "link") wanting(files);
      else {
        if (get().route.view === "link") location.hash = "#/workbench";
        await effects.importFiles(files);
      }
    },
    /** The open card asks for the next files that are dropped; null when it no longer does. */
    wantFiles(take: ((files: readonly File[]) => void) | null): void {
      wanting = take;
    },

    /** @returns the hash of the data that the link names, or what is wrong */
    async bringLinked(
      content: LinkContent,
      files: readonly File[] | null,
      onProgress: (progress: ImportProgress) => void,
    ): Promise<string | Problem> {
      try {
        const outcome = await engine.bringLinked(content, files, onProgress);
        if (!outcome.ok) return outcome.problem;
        await effects.refreshDatasets();
        return outcome.dataset.hash;
      } catch (thrown) {
        return problemOf(thrown);
      }
    },

    /** Runs a link's experiment as it is. @param dataset hash of its data; null for built-in data */
    async runOpened({ content }: OpenedLink, dataset: string | null): Promise<RunRecord | Problem | null> {
      dispatch({ type: "run-problem", problem: null });
      const spec = dataset === null ? content.spec : onThis(content.spec, dataset);
      const made = get().datasets.find((one) => `builtin:${one.format}` === spec.data.source);
      const record = await effects.runLinked(spec, dataset ?? made?.hash ?? "", content.digest);
      return record ?? get().runProblem;
    },

    /** Fills the workbench's settings with those of a link, and goes there. Runs nothing. */
    async useOpened({ content, dataset }: OpenedLink, brought: string | null): Promise<void> {
      const hash = brought ?? dataset;
      const made = get().datasets.find((one) => `builtin:${one.format}` === content.spec.data.source);
      const data = hash ?? made?.hash;
      if (data) await effects.useDataset(data);
      dispatch({ type: "spec", spec: hash ? onThis(content.spec, hash) : withoutData(content.spec) });
      dispatch({ type: "strategies", strategies: [content.spec.train.strategy] });
      dispatch({ type: "stage", stage: "policy" });
      location.hash = "#/workbench";
    },

    /** @returns what went wrong, or null when the files are on their way */
    async saveReportOf(runs: readonly string[]): Promise<Problem | null> {
      try {
        for (const { name, blob } of await engine.report(runs, page())) saveFile(name, blob);
        return null;
      } catch (thrown) {
        return problemOf(thrown);
      }
    },
  };
}

/** The same experiment on data that is stored here. */
function onThis(spec: Spec, hash: string): Spec {
  return withFields(spec, { "data.source": `file:${hash}`, "data.sha256": null });
}

/** Settings without data that is not here: the reader's own data stays in use. */
function withoutData(spec: Spec): Spec {
  if (spec.data.source.startsWith("builtin:")) return spec;
  const elsewhere = { "data.source": "builtin:chatter", "data.sha256": null, "data.target": "" } as const;
  try {
    return withFields(spec, elsewhere);
  } catch {
    return withFields(spec, { ...elsewhere, "ratio.source": "classifier" });
  }
}
