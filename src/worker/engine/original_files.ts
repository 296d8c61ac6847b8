/** The stored files of a dataset, under the names they came with. */
import type { DatasetSummary } from "../api.ts";

/** @param about summary of the dataset; null where it is not known */
export function namedFiles(
  files: readonly Blob[],
  about: Pick<DatasetSummary, "reading"> | null,
): readonly File[] {
  const names = about?.reading?.files ?? [];
  return files.map((file, i) =>
    file instanceof File ? file : new File([file], names[i]?.name ?? `file ${i + 1}`),
  );
}
