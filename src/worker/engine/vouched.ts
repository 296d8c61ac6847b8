/**
 * What of a backup's datasets and models is vouched for by the hash they are kept under: a dataset's rows are those of its file, a model's
 * weights those of its name. Runs, links and estimates take such a name as proof of the content. Nothing is lost for it: rows that
 * are not those of their file are read from it again, and rows without a file are kept under a hash of their own.
 */
import { canonicalJson } from "../../base/canonical.ts";
import { TiltError } from "../../base/errors.ts";
import { nextTask } from "../../base/pause.ts";
import { openSha256 } from "../../base/sha256.ts";
import { addressOf } from "../../data/address.ts";
import type { Dataset } from "../../data/dataset.ts";
import { importFiles } from "../../data/import.ts";
import type { ReadChoices } from "../../data/options.ts";
import { openPretrained } from "../../experiment/pretrained.ts";
import { bytesOfBlob } from "../../model/checkpoint/bytes.ts";
import type { BackupRecord, Vetted } from "../../storage/backup.ts";
import { entryOfDataset } from "../../storage/datasets.ts";
import { type OpenRoom, packGroups, unpackGroups } from "../../storage/large.ts";
import type { ModelFile } from "../../storage/models.ts";
import type { DatasetSummary } from "../api.ts";
import { namedFiles } from "./original_files.ts";
import { summarise } from "./summary.ts";

/** Rows compared without a break. */
const STRETCH = 1000;

interface DatasetSlots {
  readonly value: Dataset;
  readonly files?: readonly Blob[];
  readonly options?: ReadChoices | null;
  readonly about?: DatasetSummary | null;
}

/**
 * Reads the files again, as they were read, and compares.
 * @param openRoom where the texts of large data may lie while they are compared
 * @throws TiltError when the files are not those of the hash
 */
export async function vouchedDataset(record: BackupRecord, openRoom: OpenRoom): Promise<Vetted> {
  const { value, files = [], options, about = null } = record.slots as unknown as DatasetSlots;
  const stored = await unpackGroups(value, openRoom);
  if (files.length === 0) {
    const own = await hashOfRows(stored);
    if (own === record.id) return { record };
    return {
      record: await holding(record, { ...stored, hash: own }, about && { ...about, hash: own }),
      remark:
        "The file it was read from is not in the backup, so it is kept under a hash of its rows; runs of it are listed as those of other data.",
    };
  }
  const choices = options ?? {};
  const originals = namedFiles(files, about);
  const size = files.reduce((sum, file) => sum + file.size, 0);
  const read = async (target: string | undefined): Promise<Dataset> => {
    const { target: _, ...shape } = choices;
    const room = await openRoom(size);
    return (await importFiles(originals, { ...shape, ...(target !== undefined && { target }), room }))
      .dataset;
  };
  const again = await read(choices.target);
  if (addressOf(again.hash, choices) !== record.id)
    throw new TiltError("Its file does not have the SHA-256 that it is kept under.");
  let differs = await differenceOf(stored, again);
  // Whoever was the target when the files were read may be the one preferred, whoever is the target now.
  for (const target of [undefined, ...stored.sources]) {
    if (differs !== "judgements") break;
    if (target !== choices.target) differs = await differenceOf(stored, await read(target));
  }
  if (differs === null) return { record };
  const named = canonicalJson(stored.sources) === canonicalJson(again.sources);
  const current = { ...again, hash: record.id, ...(named && { target: stored.target }) };
  return {
    record: await holding(record, current, about && summarise(current, false, about.notes, about.reading)),
    remark: "Its rows in the backup were not those of its file; they were read from the file again.",
  };
}

/** The record with another dataset in it, under the dataset's own hash. */
async function holding(
  { kind, slots }: BackupRecord,
  dataset: Dataset,
  about: DatasetSummary | null,
): Promise<BackupRecord> {
  const { value, bytes } = await packGroups(dataset, async () => false);
  const entry = entryOfDataset(dataset, bytes, (slots as unknown as DatasetSlots).files ?? []);
  return { kind, id: dataset.hash, slots: { ...slots, value, entry, about } };
}

/** SHA-256 of a dataset's sources and rows, for data without a file. */
async function hashOfRows({ sources, groups, unpaired }: Dataset): Promise<string> {
  const hash = openSha256();
  const encoder = new TextEncoder();
  hash.update(encoder.encode(canonicalJson(sources)));
  for (const rows of [groups, unpaired])
    for (let i = 0; i < rows.length; i++) {
      if (i % STRETCH === 0) await nextTask();
      hash.update(encoder.encode(`\n${canonicalJson(rows[i])}`));
    }
  return hash.hex();
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

/** Hashes a model's weights again. @throws TiltError when they are not those of its name */
export async function vouchedModel(record: BackupRecord): Promise<Vetted> {
  const files = record.slots.value as readonly ModelFile[];
  const opened = await openPretrained(files.map(({ name, blob }) => bytesOfBlob(name, blob)));
  if (opened.id !== record.id)
    throw new TiltError("Its files do not have the SHA-256 that it is kept under.");
  return { record };
}
