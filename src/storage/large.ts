/**
 * Datasets with more groups than a database takes in one value (Chromium: 127 MiB): the groups then lie in blobs of JSON, piece by
 * piece, so that neither writing nor reading needs one large copy.
 */
import { nextTask } from "../base/pause.ts";
import type { Dataset, Group } from "../data/dataset.ts";
import { approximateBytes } from "./size.ts";

/** Bytes of groups, about, from which they are packed; and of one piece. */
const LARGE = 32 * 2 ** 20;
const PIECE = 8 * 2 ** 20;

interface Packed extends Dataset {
  readonly packed: readonly Blob[];
}

/** The dataset as it is stored, and about how many bytes that takes. Pieces are handed to the browser one by one, and then let go. */
export async function packGroups(
  dataset: Dataset,
): Promise<{ readonly value: Dataset | Packed; readonly bytes: number }> {
  const sizes = Float64Array.from(dataset.groups, approximateBytes);
  const all = approximateBytes({ ...dataset, groups: [] }) + sizes.reduce((sum, size) => sum + size, 0);
  if (all < LARGE) return { value: dataset, bytes: all };
  const packed: Blob[] = [];
  let piece: Group[] = [];
  let bytes = 0;
  const settle = (): void => {
    packed.push(new Blob([JSON.stringify(piece)]));
    piece = [];
    bytes = 0;
  };
  for (const [i, group] of dataset.groups.entries()) {
    piece.push(group);
    bytes += sizes[i]!;
    if (bytes < PIECE) continue;
    settle();
    await nextTask();
  }
  if (piece.length > 0) settle();
  return { value: { ...dataset, groups: [], packed }, bytes: all };
}

/** The dataset as it was given to `packGroups`. */
export async function unpackGroups(stored: Dataset): Promise<Dataset> {
  if (!("packed" in stored)) return stored;
  const { packed, ...dataset } = stored as Packed;
  const groups: Group[] = [];
  for (const blob of packed) for (const group of JSON.parse(await blob.text()) as Group[]) groups.push(group);
  return { ...dataset, groups };
}
