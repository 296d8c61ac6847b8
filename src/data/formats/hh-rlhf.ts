/** Anthropic's HH-RLHF: two whole dialogues that differ in the last assistant turn. */
import { field, has, needString } from "./fields.ts";
import { type Format, RowFault } from "./format.ts";
import { pairReading } from "./pair.ts";

const human = "\n\nHuman:";
const assistant = "\n\nAssistant:";

function isDialogue(value: unknown): boolean {
  return typeof value === "string" && value.includes(human) && value.includes(assistant);
}

/** Everything through the last `\n\nAssistant:`; the answer keeps its leading space. */
function promptOf(dialogue: string, column: string): string {
  const at = dialogue.lastIndexOf(assistant);
  if (at < 0) throw new RowFault("The dialogue has no `Assistant:` turn.", column);
  return dialogue.slice(0, at + assistant.length);
}

export const hhRlhf: Format = {
  id: "hh-rlhf",
  label: "HH-RLHF",
  columns: ["chosen", "rejected"],
  detect: (row) =>
    !has(row, "prompt") && isDialogue(field(row, "chosen")) && isDialogue(field(row, "rejected")),
  read(row) {
    const chosen = needString(row, "chosen");
    const rejected = needString(row, "rejected");
    const prompt = promptOf(chosen, "chosen");
    if (promptOf(rejected, "rejected") !== prompt) {
      throw new RowFault(
        "Chosen and rejected part before the last assistant turn, so they do not answer the same prompt.",
        "rejected",
        "Leave the row out, or make both dialogues equal up to their last turn.",
      );
    }
    return pairReading(row, prompt, chosen.slice(prompt.length), rejected.slice(prompt.length));
  },
};
