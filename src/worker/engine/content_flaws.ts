/**
 * Whether what a backup holds under a hash is what was hashed: a dataset's rows those of its file, a model's weights those of
 * its name. Runs, links and estimates take such a name as proof of the content.
 */
import { canonicalJson } from "../../base/canonical.ts";
import { nextTask } from "../../base/pause.ts";
import { addressOf } from "../../data/address.ts";
import type { Dataset, Group, Unpaired } from "../../data/dataset.ts";
import { importFiles } from "../../data/import.ts";
import type { ReadChoices } from "../../data/options.ts";
import { preferTarget } from "../../data/sources.ts";
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
  const size = files.reduce((sum, file) => sum + file.size, 0);
  const { dataset: read } = await importFiles(namedFiles(files, about ?? null), {
    ...choices,
    // What the target is taken to win is told from what the file says.
    targetPreferred: false,
    room: await openRoom(size),
  });
  if (addressOf(read.hash, choices) !== hash)
    return "Its file does not have the SHA-256 that it is kept under.";
  const stored = await unpackGroups(value, openRoom);
  const same =
    canonicalJson(stored.sources) === canonicalJson(read.sources) &&
    (await allSame(stored.groups, read.groups, sameGroup)) &&
    (await allSame(stored.unpaired, read.unpaired, sameSingle));
  return same ? null : "Its rows are not those of its file. Drop the file again.";
}

async function allSame<T>(
  these: readonly T[],
  those: readonly T[],
  same: (one: T, other: T) => boolean,
): Promise<boolean> {
  if (these.length !== those.length) return false;
  for (let i = 0; i < these.length; i++) {
    if (i % STRETCH === 0) await nextTask();
    if (!same(these[i]!, those[i]!)) return false;
  }
  return true;
}

const sameSingle = (stored: Unpaired, read: Unpaired): boolean =>
  canonicalJson(stored) === canonicalJson(read);

/** The file's own judgements must be there; where it has none, the responses of one source may be preferred to all others. */
function sameGroup({ preferences, ...stored }: Group, { preferences: own, ...read }: Group): boolean {
  if (canonicalJson(stored) !== canonicalJson(read)) return false;
  if (own || !preferences) return canonicalJson(preferences ?? null) === canonicalJson(own ?? null);
  const winner = stored.responses[preferences[0]?.[0] ?? -1];
  if (!winner) return false;
  const [told] = preferTarget([stored], winner.source);
  return canonicalJson(preferences) === canonicalJson(told!.preferences ?? null);
}

/** Hashes a model's weights again. @returns as `datasetFlaw` */
export async function modelFlaw(id: string, files: readonly ModelFile[]): Promise<string | null> {
  const opened = await openPretrained(files.map(({ name, blob }) => bytesOfBlob(name, blob)));
  return opened.id === id ? null : "Its files do not have the SHA-256 that it is kept under.";
}
