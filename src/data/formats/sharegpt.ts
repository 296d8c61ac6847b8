/** LLaMA-Factory's pairs: a conversation with two possible next turns, and two whole conversations side by side. */
import type { Message } from "../template.ts";
import { field, has, isMessages, needMessages, needText, optionalString } from "./fields.ts";
import type { Format } from "./format.ts";
import { implicitPair } from "./implicit-pair.ts";
import { pairReading } from "./pair.ts";

export const sharegptPair: Format = {
  id: "sharegpt-pair",
  label: "ShareGPT preference",
  columns: ["conversations", "chosen", "rejected"],
  detect: (row) => has(row, "chosen", "rejected") && isMessages(field(row, "conversations")),
  read(row) {
    const system = optionalString(row, "system");
    const opening: Message[] = system === undefined ? [] : [{ role: "system", content: system }];
    const prompt = [...opening, ...needMessages(row, "conversations")];
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
