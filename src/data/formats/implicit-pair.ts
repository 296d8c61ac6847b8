/** Pairs whose prompt is what both sides have in common at their start. */
import type { Message } from "../template.ts";
import { isDialogue } from "./dialogue.ts";
import { needText } from "./fields.ts";
import { type Reading, type Row, RowFault } from "./format.ts";
import { pairReading } from "./pair.ts";

const DIFFER = "A pair must differ; correct it or leave the row out.";

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

/** Reads two columns that hold whole texts or whole conversations. */
export function implicitPair(row: Row, columns: readonly [string, string]): Reading {
  const chosen = needText(row, columns[0]);
  const rejected = needText(row, columns[1]);
  if (typeof chosen === "string" && typeof rejected === "string") {
    if (isDialogue(chosen) !== isDialogue(rejected)) {
      throw new RowFault(
        `One of \`${columns[0]}\` and \`${columns[1]}\` is a dialogue of Human and Assistant, the other is not.`,
        columns[1],
      );
    }
    const cut = commonPrefix(chosen, rejected);
    if (chosen === rejected) {
      throw new RowFault("Chosen and rejected are the same text.", columns[1], DIFFER);
    }
    if (cut === Math.min(chosen.length, rejected.length)) {
      throw new RowFault(
        "One text is the beginning of the other, so nothing is left of it as a response.",
        columns[cut === chosen.length ? 0 : 1],
        "Add a `prompt` column, or leave the row out.",
      );
    }
    return pairReading(row, chosen.slice(0, cut), chosen.slice(cut), rejected.slice(cut), columns);
  }
  if (typeof chosen === "string" || typeof rejected === "string") {
    throw new RowFault(
      `One of \`${columns[0]}\` and \`${columns[1]}\` is text, the other a list of turns.`,
      columns[1],
    );
  }
  const cut = commonTurns(chosen, rejected);
  const parts = [chosen[cut], rejected[cut]];
  if (
    parts.some((turn) => turn?.role === "user" || turn?.role === "system") &&
    !parts.some((turn) => turn?.role === "assistant")
  ) {
    throw new RowFault(
      "Chosen and rejected part before an assistant's turn, so they do not answer the same prompt.",
      columns[1],
      "Make both conversations equal up to the response, or leave the row out.",
    );
  }
  if (chosen.length > 0 && cut === chosen.length && cut === rejected.length) {
    throw new RowFault("Chosen and rejected are the same conversation.", columns[1], DIFFER);
  }
  return pairReading(row, chosen.slice(0, cut), chosen.slice(cut), rejected.slice(cut), columns);
}
