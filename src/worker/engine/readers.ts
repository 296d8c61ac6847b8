/** What reading files takes, in one piece that is loaded when somebody brings a file. */

import { rolesOfFormat, rolesOfMapping } from "../../data/guess-roles.ts";
import type { ImportResult } from "../../data/import.ts";
import { examplesOf, look } from "../../data/look.ts";
import type { ReadChoices } from "../../data/options.ts";
import { peek } from "../../data/peek.ts";
import type { Reading } from "../api.ts";

export { fileNameOf, fileUrl } from "../../data/hub-url.ts";
export { importFiles } from "../../data/import.ts";
export { REPORT_TYPES, reportText } from "../../data/report.ts";
export { examplesOf, look };

/** In words and examples, how a dataset was read. */
export async function readingOf(
  { dataset, formats }: ImportResult,
  files: readonly File[],
  { mapping }: ReadChoices,
): Promise<Pick<Reading, "label" | "roles" | "examples">> {
  const label = formats.map((format) => format.label).join(" and ");
  const examples = examplesOf(
    dataset,
    files.map(({ name }) => name),
  );
  if (mapping) return { label, roles: rolesOfMapping(mapping), examples };
  const { columns } = await peek(files);
  const format = formats[0]?.id;
  return { label, roles: format === undefined ? null : rolesOfFormat(format, columns), examples };
}
