/** Shapes with one text per row. Tilt compares responses, so it recognises these only to say what they lack. */
import { field, has, isMessages, needMessages, needString, needText, splitConversation } from "./fields.ts";
import type { Format, Reading, Row } from "./format.ts";

function conversation(row: Row, column: string): Reading {
  const turns = needMessages(row, column);
  const { prompt, completion } = splitConversation(turns);
  return { kind: "single", prompt, response: completion, turns };
}

export const promptCompletion: Format = {
  id: "prompt-completion",
  label: "Prompt and completion",
  columns: ["prompt", "completion"],
  single: true,
  detect: (row) => has(row, "prompt", "completion"),
  read: (row) => ({ kind: "single", prompt: needText(row, "prompt"), response: needText(row, "completion") }),
};

export const instructionOutput: Format = {
  id: "instruction-output",
  label: "Instruction and output",
  columns: ["instruction", "output"],
  single: true,
  detect: (row) => has(row, "instruction", "output"),
  read: (row) => ({
    kind: "single",
    prompt: needString(row, "instruction"),
    response: needString(row, "output"),
  }),
};

export const messages: Format = {
  id: "messages",
  label: "Conversation",
  columns: ["messages"],
  single: true,
  detect: (row) => isMessages(field(row, "messages")),
  read: (row) => conversation(row, "messages"),
};

export const conversations: Format = {
  id: "sharegpt",
  label: "ShareGPT conversation",
  columns: ["conversations"],
  single: true,
  detect: (row) => isMessages(field(row, "conversations")),
  read: (row) => conversation(row, "conversations"),
};

export const plainText: Format = {
  id: "text",
  label: "Plain text",
  columns: ["text"],
  single: true,
  detect: (row) => typeof field(row, "text") === "string",
  read: (row) => ({ kind: "single", prompt: null, response: needString(row, "text") }),
};

export const promptOnly: Format = {
  id: "prompt-only",
  label: "Prompts alone",
  columns: ["prompt"],
  single: true,
  detect: (row) => has(row, "prompt") && !["chosen", "rejected", "completion"].some((name) => has(row, name)),
  read: (row) => ({ kind: "single", prompt: needText(row, "prompt"), response: null }),
};
