/** Single responses labelled good or bad, as KTO trains on them: `prompt`, `completion`, `label`, or a labelled conversation. */

import type { Text } from "../template.ts";
import {
  field,
  has,
  isBlank,
  isMessages,
  kindOf,
  needMessages,
  needText,
  optionalString,
  splitConversation,
  toBoolean,
} from "./fields.ts";
import { type Format, type Row, RowFault } from "./format.ts";

function parts(row: Row): { prompt: Text; completion: Text; column: string } {
  if (!has(row, "messages")) {
    return { prompt: needText(row, "prompt"), completion: needText(row, "completion"), column: "completion" };
  }
  return { ...splitConversation(needMessages(row, "messages")), column: "messages" };
}

export const unpaired: Format = {
  id: "kto",
  label: "Labelled single responses (KTO)",
  columns: ["prompt", "completion", "label"],
  detect: (row) =>
    has(row, "label") && (has(row, "prompt", "completion") || isMessages(field(row, "messages"))),
  read(row) {
    const { prompt, completion, column } = parts(row);
    if (typeof completion !== "string" && completion.length === 0)
      throw new RowFault("The conversation does not end with an assistant's turn.", column);
    if (isBlank(completion)) throw new RowFault("The response is empty.", column);
    const desirable = toBoolean(field(row, "label"));
    if (desirable === undefined) {
      throw new RowFault(
        `\`label\` should be true or false, but is ${kindOf(field(row, "label"))}.`,
        "label",
      );
    }
    const source = optionalString(row, "source") ?? optionalString(row, "model");
    return { kind: "unpaired", prompt, response: { text: completion, source }, desirable };
  },
};
