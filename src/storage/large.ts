/**
 * Datasets with more groups than a database takes in one value (Chromium: 127 MiB): the groups then lie in blobs of JSON, piece by
 * piece, so that neither writing nor reading needs one large copy.
 */
import type { Dataset, Group } from "../data/dataset.ts";
import { approximateBytes } from "./size.ts";

/** Bytes of groups, about, from which they are packed; and of one piece. */
const LARGE = 32 * 2 ** 20;
const PIECE = 8 * 2 ** 20;

interface Packed extends Dataset {
  readonly packed: readonly Blob[];
}

/** The dataset as it is stored. */
export function packGroups(dataset: Dataset): Dataset | Packed {
  const sizes = dataset.groups.map(approximateBytes);
  if (sizes.reduce((sum, size) => sum + size, 0) < LARGE) return dataset;
  const packed: Blob[] = [];
  let piece: Group[] = [];
  let bytes = 0;
  const settle = (): void => {
    packed.push(new Blob([JSON.stringify(piece)]));
    piece = [];
    bytes = 0;
  };
  dataset.groups.forEach((group, i) => {
    piece.push(group);
    bytes += sizes[i]!;
    if (bytes >= PIECE) settle();
  });
  if (piece.length > 0) settle();
  return { ...dataset, groups: [], packed };
}

/** The dataset as it was given to `packGroups`. */
export async function unpackGroups(stored: Dataset): Promise<Dataset> {
  if (!("packed" in stored)) return stored;
  const { packed, ...dataset } = stored as Packed;
  const groups: Group[] = [];
  for (const blob of packed) for (const group of JSON.parse(await blob.text()) as Group[]) groups.push(group);
  return { ...dataset, groups };
}
