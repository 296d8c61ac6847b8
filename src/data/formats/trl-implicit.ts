/** TRL's preference datasets with an implicit prompt: what `chosen` and `rejected` have in common at their start. */
import type { Message } from "../template.ts";
import { has, needText } from "./fields.ts";
import { type Format, RowFault } from "./format.ts";
import { pairReading } from "./pair.ts";

/** Length of the longest common start; never splits a surrogate pair; a final space goes to the completions. */
function commonPrefix(a: string, b: string): number {
  const limit = Math.min(a.length, b.length);
  let n = 0;
  while (n < limit && a.charCodeAt(n) === b.charCodeAt(n)) n++;
  const last = n > 0 ? a.charCodeAt(n - 1) : 0;
  if ((last >= 0xd800 && last <= 0xdbff) || last === 0x20) n--;
  return n;
}

function commonTurns(a: readonly Message[], b: readonly Message[]): number {
  const limit = Math.min(a.length, b.length);
  let n = 0;
  while (n < limit && a[n]!.role === b[n]!.role && a[n]!.content === b[n]!.content) n++;
  return n;
}

export const trlImplicit: Format = {
  id: "trl-implicit",
  label: "TRL preference, implicit prompt",
  columns: ["chosen", "rejected"],
  note: "The prompt is the common beginning of chosen and rejected.",
  detect: (row) => has(row, "chosen", "rejected") && !has(row, "prompt"),
  read(row) {
    const chosen = needText(row, "chosen");
    const rejected = needText(row, "rejected");
    if (typeof chosen === "string" && typeof rejected === "string") {
      const cut = commonPrefix(chosen, rejected);
      return pairReading(row, chosen.slice(0, cut), chosen.slice(cut), rejected.slice(cut));
    }
    if (typeof chosen === "string" || typeof rejected === "string") {
      throw new RowFault("One of `chosen` and `rejected` is text, the other a list of turns.", "rejected");
    }
    const cut = commonTurns(chosen, rejected);
    return pairReading(row, chosen.slice(0, cut), chosen.slice(cut), rejected.slice(cut));
  },
};
