/** Bringing data in: files, links, another reading of either, and the report on what was left out. */
import { problemOf } from "../../base/errors.ts";
import type { Problem } from "../../experiment/events.ts";
import type {
  ImportOutcome,
  ImportProgress,
  Look,
  ReadChoices,
  ReportFormat,
  WebFile,
  WebSize,
} from "../../worker/api.ts";
import { cutShort } from "../import/reasons.ts";
import { saveFile } from "../save_file.ts";
import { count } from "../text.ts";
import type { TaskContext } from "./tasks.ts";

type Progress = (progress: ImportProgress) => void;

export interface ImportEffects {
  refreshDatasets(wanted?: string): Promise<void>;
  useDataset(hash: string): Promise<void>;
  /** Before something is read to be stored. */
  makeRoom(): void;
  /** After something was stored. */
  kept(): void;
}

export function importTasks(
  { engine, store }: TaskContext,
  { refreshDatasets, useDataset, makeRoom, kept }: ImportEffects,
) {
  const { dispatch, get } = store;
  /** The files being named by hand. */
  let refused: readonly File[] = [];

  function fail(thrown: unknown): void {
    dispatch({ type: "import-failed", failure: { problem: problemOf(thrown), problems: [] } });
  }

  /** Shows progress while `read` reads, then the dataset, or what went wrong. @returns whether there is a dataset */
  async function importing(
    first: ImportProgress,
    read: (onProgress: Progress) => Promise<ImportOutcome>,
    refusedFor: (problem: Problem) => Promise<boolean>,
  ): Promise<boolean> {
    if (get().importing) return false;
    if (get().route.view !== "workbench") location.hash = "#/workbench";
    makeRoom();
    dispatch({ type: "stage", stage: "data" });
    dispatch({ type: "row", row: null });
    dispatch({ type: "import-failed", failure: null });
    dispatch({ type: "import-progress", progress: first });
    try {
      const outcome = await read((progress) => {
        if (get().importing) dispatch({ type: "import-progress", progress });
      });
      if (!outcome.ok) {
        const { problem, problems } = outcome;
        if (!(await refusedFor(problem))) {
          dispatch({ type: "import-failed", failure: { problem, problems } });
          dispatch({ type: "say", text: problem.what });
        }
        return false;
      }
      const { hash, name, groups, reading, rowsLeftOut, problems } = outcome.dataset;
      dispatch({ type: "imported", hash });
      await refreshDatasets(hash);
      await useDataset(hash);
      const rows = reading?.counts.rowsKept ?? groups;
      const part = cutShort(problems).length > 0 ? " Not everything was read." : "";
      dispatch({ type: "say", text: `${name}: ${count(rows, "row")} kept, ${rowsLeftOut} left out.${part}` });
      kept();
      return true;
    } catch (thrown) {
      fail(thrown);
      return false;
    } finally {
      dispatch({ type: "import-progress", progress: null });
    }
  }

  /** Opens the mapper on files that could be opened, but not understood. @returns whether there is anything to name */
  async function mapRefused(files: readonly File[], problem: Problem): Promise<boolean> {
    // A file for which there is no room was understood.
    if (problem.where === "storage") return false;
    const look = await engine.look(files).catch(() => null);
    // A file with a single column has nothing to name.
    if (!look?.guess || look.columns.length < 2) return false;
    refused = files;
    dispatch({
      type: "mapper",
      mapper: { name: files[0]!.name, dataset: null, problem, look, choices: {} },
    });
    return true;
  }

  const start = (files: readonly File[]): ImportProgress => ({
    file: files[0]!.name,
    bytes: 0,
    ofBytes: files.reduce((sum, file) => sum + file.size, 0),
    rows: 0,
  });

  return {
    async importFiles(files: readonly File[], choices: ReadChoices = {}): Promise<void> {
      if (files.length === 0) return;
      dispatch({ type: "mapper", mapper: null });
      await importing(
        start(files),
        (onProgress) => engine.importFiles(files, onProgress, choices),
        (problem) => mapRefused(files, problem),
      );
    },
    cancelImport: () => engine.cancelImport(),

    /** Opens the mapper on a stored dataset, with what was guessed or chosen. */
    async changeReading(hash: string): Promise<void> {
      const dataset = get().datasets.find((one) => one.hash === hash);
      const choices = dataset?.reading?.choices ?? {};
      try {
        const look = await engine.look(hash, choices);
        dispatch({
          type: "mapper",
          mapper: { name: dataset?.name ?? "", dataset: hash, problem: null, look, choices },
        });
      } catch (thrown) {
        fail(thrown);
      }
    },
    closeMapper: () => dispatch({ type: "mapper", mapper: null }),
    /** How many files the mapper is open on: the place of the next one. */
    filesUnderMapper(): number {
      const { mapper, datasets } = get();
      if (!mapper || mapper.dataset === null) return refused.length;
      return datasets.find(({ hash }) => hash === mapper.dataset)?.reading?.files.length ?? 1;
    },
    /** Columns and shape of a file by itself. */
    lookInto: (file: File): Promise<Look> => engine.look([file]),
    /** The rows of the open mapper as other choices would read them. @param more files that come after those it is open on */
    lookAs: (choices: ReadChoices, more: readonly File[] = []): Promise<Look> =>
      engine.look(get().mapper?.dataset ?? refused, choices, more),
    /** Reads what the mapper is open on, and `more`, as told. */
    async readAs(choices: ReadChoices, more: readonly File[] = []): Promise<void> {
      const { mapper } = get();
      if (!mapper) return;
      const { dataset: hash } = mapper;
      const told = (problem: Problem): Promise<boolean> => {
        dispatch({ type: "mapper", mapper: { ...mapper, choices, problem } });
        return Promise.resolve(true);
      };
      if (hash === null)
        await importing(
          start(refused),
          (onProgress) => engine.importFiles([...refused, ...more], onProgress, choices),
          told,
        );
      else {
        const first = { file: mapper.name, bytes: 0, ofBytes: 0, rows: 0 };
        await importing(first, (onProgress) => engine.reread(hash, choices, onProgress, more), told);
      }
    },

    /** Opens the dialog for web addresses. Nothing is asked of the network. */
    askAddress: (link = "") => dispatch({ type: "dialog", dialog: "web", link }),
    readAddress: (link: string): Promise<WebFile> => engine.readAddress(link),
    askSize: (url: string): Promise<WebSize> => engine.askSize(url),
    async importAddress({ url, file }: WebFile, size: WebSize | null): Promise<void> {
      dispatch({ type: "dialog", dialog: null });
      dispatch({ type: "mapper", mapper: null });
      const first = { file, bytes: 0, ofBytes: size?.bytes ?? 0, rows: 0, fetching: true };
      await importing(
        first,
        (onProgress) => engine.importAddress(url, onProgress),
        () => Promise.resolve(false),
      );
    },

    /** @returns what went wrong, or null when the file is on its way */
    async saveReport(hash: string | null, format: ReportFormat): Promise<Problem | null> {
      try {
        const { name, blob } = await engine.importReport(hash, format);
        saveFile(name, blob);
        return null;
      } catch (thrown) {
        return problemOf(thrown);
      }
    },
  };
}
