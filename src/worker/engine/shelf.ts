/** The datasets in use: built-in ones are made, stored ones are read once and held for paging through their rows. */
import { TiltError } from "../../base/errors.ts";
import type { Dataset } from "../../data/dataset.ts";
import type { ReadChoices } from "../../data/options.ts";
import { builtinDataset } from "../../experiment/source.ts";
import type { Spec } from "../../experiment/spec.ts";
import type { Storage } from "../../storage/storage.ts";
import type { DatasetSummary } from "../api.ts";
import { summarise } from "./summary.ts";

export type Shelf = ReturnType<typeof createShelf>;

/** Stored datasets held in memory at once. */
const HELD = 2;

export function createShelf(store: () => Promise<Storage>) {
  const builtins = new Map<string, Dataset>();
  const held = new Map<string, Dataset>();

  function hold(dataset: Dataset): void {
    held.delete(dataset.hash);
    held.set(dataset.hash, dataset);
    const oldest = held.keys().next();
    if (held.size > HELD && !oldest.done) held.delete(oldest.value);
  }

  /** The built-in dataset that a spec describes; undefined when it names a file. */
  function builtin(spec: Spec): Dataset | undefined {
    const dataset = builtinDataset(spec);
    if (dataset && !builtins.has(dataset.hash)) builtins.set(dataset.hash, dataset);
    return dataset;
  }

  /** @throws TiltError when it is neither built in nor stored */
  async function find(hash: string): Promise<Dataset> {
    const dataset = builtins.get(hash) ?? held.get(hash) ?? (await (await store()).datasets.get(hash));
    if (!dataset) {
      throw new TiltError("This dataset is not stored here.", {
        where: hash.slice(0, 12),
        remedy: "Drop its file on the page again.",
      });
    }
    if (!builtins.has(hash)) hold(dataset);
    return dataset;
  }

  return {
    hold,
    builtin,
    find,
    builtins: (): readonly Dataset[] => [...builtins.values()],
    drop: (hash: string) => void held.delete(hash),
    /** After a restore, what is held may have been replaced. */
    clear: () => held.clear(),

    /** The dataset that a spec names. @throws TiltError when it is not here */
    async forSpec(spec: Spec): Promise<Dataset> {
      const made = builtin(spec);
      if (made) return made;
      if (spec.data.source.startsWith("file:")) return find(spec.data.source.slice("file:".length));
      throw new TiltError(`${spec.data.source} cannot be run here.`, {
        where: "data.source",
        remedy: "Choose the built-in Chatter data, or drop a file.",
      });
    },

    /** Without loading the rows of a dataset that is not in use. */
    async summaryOf(hash: string): Promise<DatasetSummary> {
      const made = builtins.get(hash);
      if (made) return summarise(made, true);
      const about = await (await store()).datasets.about(hash);
      return (about as DatasetSummary | null) ?? summarise(await find(hash), false);
    },

    /** Stores a changed dataset over its old self, with the files it came with; `choices` are those decided just now. */
    async replace(dataset: Dataset, choices: ReadChoices): Promise<DatasetSummary> {
      const records = await store();
      const { hash } = dataset;
      const [notes, files, options, before] = await Promise.all([
        records.datasets.notes(hash),
        records.datasets.files(hash),
        records.datasets.options(hash),
        records.datasets.about(hash) as Promise<DatasetSummary | null>,
      ]);
      const now = { ...(options as ReadChoices | null), ...choices };
      const reading = before?.reading && {
        ...before.reading,
        choices: now,
        examples: (await import("./readers.ts")).examplesOf(
          dataset,
          before.reading.files.map(({ name }) => name),
        ),
      };
      const about = summarise(dataset, false, notes, reading);
      await records.datasets.put(dataset, { notes, files, options: now, about });
      hold(dataset);
      return about;
    },
  };
}
