/**
 * Whether what a backup holds under a hash is what was hashed: a dataset's rows those of its file, a model's weights those of
 * its name. Runs, links and estimates take such a name as proof of the content.
 */
import { canonicalJson } from "../../base/canonical.ts";
import { nextTask } from "../../base/pause.ts";
import { addressOf } from "../../data/address.ts";
import type { Dataset } from "../../data/dataset.ts";
import { importFiles } from "../../data/import.ts";
import type { ReadChoices } from "../../data/options.ts";
import { openPretrained } from "../../experiment/pretrained.ts";
import { bytesOfBlob } from "../../model/checkpoint/bytes.ts";
import { type OpenRoom, unpackGroups } from "../../storage/large.ts";
import type { ModelFile } from "../../storage/models.ts";
import type { DatasetSummary } from "../api.ts";
import { namedFiles } from "./original_files.ts";

/** Rows compared without a break. */
const STRETCH = 1000;

export interface DatasetSlots {
  readonly value: Dataset;
  readonly files?: readonly Blob[];
  readonly options?: ReadChoices | null;
  readonly about?: DatasetSummary | null;
}

/**
 * Reads the files again, as they were read, and compares.
 * @param openRoom where the texts of large data may lie while they are compared
 * @returns what is not as the hash says, in a sentence; null where all is
 */
export async function datasetFlaw(
  hash: string,
  { value, files = [], options, about }: DatasetSlots,
  openRoom: OpenRoom,
): Promise<string | null> {
  if (files.length === 0)
    return "The file it was read from is not in the backup, so nothing says that its rows are those of its SHA-256. Drop the file again.";
  const choices = options ?? {};
  const originals = namedFiles(files, about ?? null);
  const size = files.reduce((sum, file) => sum + file.size, 0);
  const read = async (target: string | undefined): Promise<Dataset> => {
    const { target: _, ...shape } = choices;
    const room = await openRoom(size);
    return (await importFiles(originals, { ...shape, ...(target !== undefined && { target }), room }))
      .dataset;
  };
  const again = await read(choices.target);
  if (addressOf(again.hash, choices) !== hash)
    return "Its file does not have the SHA-256 that it is kept under.";
  const stored = await unpackGroups(value, openRoom);
  let differs = await differenceOf(stored, again);
  // Whoever was the target when the files were read may be the one preferred, whoever is the target now.
  for (const target of [undefined, ...stored.sources]) {
    if (differs !== "judgements") break;
    if (target !== choices.target) differs = await differenceOf(stored, await read(target));
  }
  return differs === null ? null : "Its rows are not those of its file. Drop the file again.";
}

/** What two readings of the same files do not have in common. */
type Difference = "rows" | "judgements" | null;

async function differenceOf(stored: Dataset, read: Dataset): Promise<Difference> {
  const { groups, unpaired } = stored;
  if (canonicalJson(stored.sources) !== canonicalJson(read.sources)) return "rows";
  if (groups.length !== read.groups.length || unpaired.length !== read.unpaired.length) return "rows";
  let differs: Difference = null;
  for (let i = 0; i < groups.length; i++) {
    if (i % STRETCH === 0) await nextTask();
    const { preferences: here = null, ...one } = groups[i]!;
    const { preferences: there = null, ...other } = read.groups[i]!;
    if (canonicalJson(one) !== canonicalJson(other)) return "rows";
    if (canonicalJson(here) !== canonicalJson(there)) differs = "judgements";
  }
  for (let i = 0; i < unpaired.length; i++) {
    if (i % STRETCH === 0) await nextTask();
    if (canonicalJson(unpaired[i]) !== canonicalJson(read.unpaired[i])) return "rows";
  }
  return differs;
}

/** Hashes a model's weights again. @returns as `datasetFlaw` */
export async function modelFlaw(id: string, files: readonly ModelFile[]): Promise<string | null> {
  const opened = await openPretrained(files.map(({ name, blob }) => bytesOfBlob(name, blob)));
  return opened.id === id ? null : "Its files do not have the SHA-256 that it is kept under.";
}
