/** What became of the rows of a file, in a line. */
import type { DatasetSummary } from "../../worker/api.ts";
import { cutShort } from "../import/reasons.ts";
import { count, integer } from "../text.ts";

/** How many rows were kept, what became of them where that is something else, and how many were repaired. */
export function keptWords({ groups, judged = 0, reading }: DatasetSummary): string {
  const kept = reading?.counts.rowsKept ?? groups;
  const repaired = reading?.counts.rowsRepaired ?? 0;
  const into = groups > 0 && groups + judged !== kept ? ` in ${count(groups, "group")}` : "";
  return `${integer(kept)} kept${into}${repaired > 0 ? ` (${integer(repaired)} repaired)` : ""}`;
}

/** The same where there is little room: rows kept and left out, and what a person still has to do. */
export function readInShort(data: DatasetSummary): string {
  const { rowsRead, rowsLeftOut, problems, target, name } = data;
  const parts = [
    `${name}: ${count(rowsRead, "row")} read, ${keptWords(data)}, ${rowsLeftOut > 0 ? integer(rowsLeftOut) : "none"} left out.`,
    cutShort(problems).length > 0 ? "Not everything was read." : "",
    target < 0 ? "Nobody is the target yet." : "",
  ];
  return parts.filter((part) => part !== "").join(" ");
}
