/** Anthropic's HH-RLHF: two whole dialogues that differ in the last assistant turn. */
import { assistant, isDialogue } from "./dialogue.ts";
import { field, has, needString } from "./fields.ts";
import { type Format, type Reading, type Row, RowFault } from "./format.ts";
import { pairReading } from "./pair.ts";

/** Everything through the last `\n\nAssistant:`; the answer keeps its leading space. */
function promptOf(dialogue: string, column: string): string {
  const at = dialogue.lastIndexOf(assistant);
  if (at < 0) throw new RowFault("The dialogue has no `Assistant:` turn.", column);
  return dialogue.slice(0, at + assistant.length);
}

/** Whether two columns hold whole dialogues in this layout. */
export function isDialoguePair(row: Row, [chosen, rejected]: readonly [string, string]): boolean {
  return isDialogue(field(row, chosen)) && isDialogue(field(row, rejected));
}

/** Reads two columns that hold whole dialogues. */
export function dialoguePair(row: Row, columns: readonly [string, string]): Reading {
  const chosen = needString(row, columns[0]);
  const rejected = needString(row, columns[1]);
  const prompt = promptOf(chosen, columns[0]);
  if (promptOf(rejected, columns[1]) !== prompt) {
    throw new RowFault(
      "Chosen and rejected part before the last assistant turn, so they do not answer the same prompt.",
      columns[1],
      "Leave the row out, or make both dialogues equal up to their last turn.",
    );
  }
  return pairReading(row, prompt, chosen.slice(prompt.length), rejected.slice(prompt.length), columns);
}

const columns = ["chosen", "rejected"] as const;

export const hhRlhf: Format = {
  id: "hh-rlhf",
  label: "HH-RLHF",
  columns,
  detect: (row) => !has(row, "prompt") && isDialoguePair(row, columns),
  read: (row) => dialoguePair(row, columns),
};
