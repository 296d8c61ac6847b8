/**
 * Datasets with more rows than a database takes in one value (Chromium: 127 MiB). Their texts lie in blobs, one per buffer that holds them
 * in memory, and their numbers in typed arrays, so that neither writing nor reading makes a second copy of all of it.
 */
import { nextTask } from "../base/pause.ts";
import { giveBack } from "../data/container/slices.ts";
import type { Dataset, Group } from "../data/dataset.ts";
import { columnsOf, groupPacker, groupsFrom, PACKED_FROM, type PackedGroups } from "../data/packed/groups.ts";
import { putAway, type Room, type Slab, wholeOf } from "../data/packed/room.ts";
import { singleColumnsOf, singlesFrom } from "../data/packed/singles.ts";
import { approximateBytes } from "./size.ts";

/** Bytes of groups, about, from which plain ones are packed. */
const LARGE = 32 * 2 ** 20;

/** Where so many bytes of text may lie outside of memory; null where there is no such place. */
export type OpenRoom = (bytes: number) => Promise<Room | null>;

/** Columns with their texts in blobs. */
type StoredColumns = Omit<PackedGroups, "texts"> & {
  readonly texts: Omit<PackedGroups["texts"], "chunks"> & { readonly chunks: readonly Blob[] };
};

/** A dataset whose rows are in columns. */
interface InColumns extends Dataset {
  readonly columns: {
    readonly groups: StoredColumns | null;
    readonly singles: { readonly groups: StoredColumns; readonly desirable: Uint8Array } | null;
  };
}

/** As Tilt stored them before: groups as pieces of JSON. */
interface InPieces extends Dataset {
  readonly packed: readonly Blob[];
}

/** The texts as blobs. @param copies whether pieces of a file can be stored as such; browsers hold other blobs in memory for a while */
async function toBlobs(columns: PackedGroups, copies: () => Promise<boolean>): Promise<StoredColumns> {
  const chunks: Blob[] = [];
  const files = new Map<Room, Blob | null>();
  for (const chunk of columns.texts.chunks) {
    if (!(chunk instanceof Uint8Array)) {
      const { room, at, length } = chunk;
      if (!files.has(room)) files.set(room, room.snapshot && (await copies()) ? await room.snapshot() : null);
      const file = files.get(room);
      if (file) {
        chunks.push(file.slice(at, at + length));
        continue;
      }
    }
    const { bytes, own } = wholeOf(chunk);
    const blob = new Blob([bytes]);
    chunks.push(blob);
    // Answered when the browser has taken the bytes over: what is on its way is one buffer, not all.
    await blob.slice(0, 1).arrayBuffer();
    if (own) giveBack(bytes);
    await nextTask();
  }
  return { ...columns, texts: { ...columns.texts, chunks } };
}

async function fromBlobs(stored: StoredColumns, openRoom: OpenRoom): Promise<PackedGroups> {
  const all = stored.texts.chunks.reduce((sum, { size }) => sum + size, 0);
  const room = all < PACKED_FROM ? null : await openRoom(all);
  const chunks: Slab[] = [];
  for (const blob of stored.texts.chunks) {
    const bytes = new Uint8Array(await blob.arrayBuffer());
    if (room === null) chunks.push(bytes);
    else {
      chunks.push(putAway(bytes, room));
      giveBack(bytes);
    }
  }
  return { ...stored, texts: { ...stored.texts, chunks } };
}

/** Groups as columns, where they take too much room as objects. */
function large(groups: readonly Group[]): PackedGroups | undefined {
  const columns = columnsOf(groups);
  if (columns) return columns;
  // Worlds know more of a group than columns hold; they are never stored.
  if (groups.some(({ trueLogRatio }) => trueLogRatio) || approximateBytes(groups) < LARGE) return undefined;
  const packer = groupPacker(0);
  for (const group of groups) packer.add(group);
  return columnsOf(packer.done());
}

/**
 * The dataset as it is stored, and about how many bytes that takes.
 * @param copies whether the database keeps the bytes of a piece of a file that goes
 */
export async function packGroups(
  dataset: Dataset,
  copies: () => Promise<boolean>,
): Promise<{ readonly value: Dataset | InColumns; readonly bytes: number }> {
  const groups = large(dataset.groups);
  const singles = singleColumnsOf(dataset.unpaired);
  if (!groups && !singles) return { value: dataset, bytes: approximateBytes(dataset) };
  const value: InColumns = {
    ...dataset,
    groups: groups ? [] : dataset.groups,
    unpaired: singles ? [] : dataset.unpaired,
    columns: {
      groups: groups ? await toBlobs(groups, copies) : null,
      singles: singles ? { ...singles, groups: await toBlobs(singles.groups, copies) } : null,
    },
  };
  return { value, bytes: approximateBytes(value) };
}

/** The dataset as it was given to `packGroups`. */
export async function unpackGroups(stored: Dataset, openRoom: OpenRoom): Promise<Dataset> {
  if ("columns" in stored) {
    const { columns, ...dataset } = stored as InColumns;
    const { groups, singles } = columns;
    return {
      ...dataset,
      ...(groups && { groups: groupsFrom(await fromBlobs(groups, openRoom)) }),
      ...(singles && {
        unpaired: singlesFrom({ ...singles, groups: await fromBlobs(singles.groups, openRoom) }),
      }),
    };
  }
  if (!("packed" in stored)) return stored;
  const { packed, ...dataset } = stored as InPieces;
  const packer = groupPacker();
  for (const blob of packed) for (const group of JSON.parse(await blob.text()) as Group[]) packer.add(group);
  return { ...dataset, groups: packer.done() };
}
