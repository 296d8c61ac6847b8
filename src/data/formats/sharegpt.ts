/** LLaMA-Factory's pairs: a conversation with two possible next turns, and two whole conversations side by side. */
import type { Message } from "../template.ts";
import { field, has, isMessages, needMessages, needText, optionalString } from "./fields.ts";
import { type Format, RowFault } from "./format.ts";
import { implicitPair } from "./implicit-pair.ts";
import { pairReading } from "./pair.ts";

/** Turns, or a list that should have held some. */
const isConversation = (value: unknown): boolean =>
  isMessages(value) || (Array.isArray(value) && value.length === 0);

export const sharegptPair: Format = {
  id: "sharegpt-pair",
  label: "ShareGPT preference",
  columns: ["conversations", "chosen", "rejected"],
  detect: (row) => has(row, "chosen", "rejected") && isConversation(field(row, "conversations")),
  read(row) {
    const system = optionalString(row, "system");
    const opening: Message[] = system === undefined ? [] : [{ role: "system", content: system }];
    const spoken = needMessages(row, "conversations");
    if (spoken.length === 0)
      throw new RowFault("The conversation before the two responses is empty.", "conversations");
    const prompt = [...opening, ...spoken];
    return pairReading(row, prompt, needText(row, "chosen"), needText(row, "rejected"));
  },
};

export const messagesPair: Format = {
  id: "messages-pair",
  label: "Two conversations",
  columns: ["chosen_messages", "rejected_messages"],
  note: "The prompt is the turns that both conversations have in common at their start.",
  detect: (row) => isMessages(field(row, "chosen_messages")) && has(row, "rejected_messages"),
  read: (row) => implicitPair(row, ["chosen_messages", "rejected_messages"]),
};
