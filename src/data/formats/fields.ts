/** Looking into a record: typed access to columns that ends in a `RowFault` naming the column. */
import type { Message, Text } from "../template.ts";
import { type Row, RowFault } from "./format.ts";

/** The column's value; undefined when the record itself does not have it. */
export function field(row: Row, name: string): unknown {
  return Object.hasOwn(row, name) ? row[name] : undefined;
}

/** Whether the record itself has all of these columns. */
export function has(row: Row, ...names: string[]): boolean {
  return names.every((name) => Object.hasOwn(row, name));
}

/** Whether a value is a record: an object, and no list. */
export function isRow(value: unknown): value is Row {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What a value is, in words: for messages. */
export function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  return typeof value === "undefined" ? "missing" : `a ${typeof value}`;
}

/** What is wrong with a column that has no value. */
function missing(row: Row, name: string): RowFault {
  return has(row, name)
    ? new RowFault(`Column \`${name}\` is null.`, name, "Fill it in, or leave the row out.")
    : new RowFault(`Column \`${name}\` is missing.`, name, `Add \`${name}\`, or leave the row out.`);
}

/** A string that must be there. It may be empty. */
export function needString(row: Row, name: string): string {
  const value = field(row, name);
  if (value === undefined || value === null) throw missing(row, name);
  if (typeof value !== "string") {
    throw new RowFault(`Column \`${name}\` should be text, but is ${kindOf(value)}.`, name);
  }
  return value;
}

/** A list that must be there. */
export function needList(row: Row, name: string): readonly unknown[] {
  const value = field(row, name);
  if (value === undefined || value === null) throw missing(row, name);
  if (!Array.isArray(value)) {
    throw new RowFault(`Column \`${name}\` should be a list, but is ${kindOf(value)}.`, name);
  }
  return value;
}

/** A list of texts that must be there; those that are null are empty. */
export function needStrings(row: Row, name: string): readonly string[] {
  return needList(row, name).map((item, i) => textOrNothing(item, `${name}[${i}]`));
}

/** A number, or text that reads as one; undefined for anything else. */
export function toNumber(value: unknown): number | undefined {
  if (typeof value === "bigint") return Number(value);
  if (typeof value === "string" && value.trim() !== "") {
    const parsed = Number(value);
    return Number.isFinite(parsed) ? parsed : undefined;
  }
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

/** A number that must be there. */
export function needNumber(row: Row, name: string): number {
  const value = field(row, name);
  if (value === undefined || value === null) throw missing(row, name);
  const parsed = toNumber(value);
  if (parsed === undefined) {
    throw new RowFault(`Column \`${name}\` should be a number, but is ${kindOf(value)}.`, name);
  }
  return parsed;
}

/** The column's number, also where it is written as text; undefined when there is none. */
export function optionalNumber(row: Row, name: string): number | undefined {
  return toNumber(field(row, name));
}

/** The column's text; undefined when it is empty or no text. */
export function optionalString(row: Row, name: string): string | undefined {
  const value = field(row, name);
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** A yes or no in the spellings that files use; undefined for anything else. */
export function toBoolean(value: unknown): boolean | undefined {
  if (typeof value === "boolean") return value;
  if (value === 1 || value === "1" || value === 1n) return true;
  if (value === 0 || value === "0" || value === 0n) return false;
  if (typeof value === "string") {
    const word = value.trim().toLowerCase();
    if (word === "true" || word === "yes") return true;
    if (word === "false" || word === "no") return false;
  }
  return undefined;
}

/** The text of a message's content: a string, or a list of parts with `text` or `value`. */
function contentText(content: unknown): string | undefined {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return undefined;
  const parts: string[] = [];
  for (const part of content) {
    const text =
      typeof part === "string"
        ? part
        : isRow(part)
          ? (field(part, "text") ?? field(part, "value"))
          : undefined;
    if (typeof text !== "string") return undefined;
    parts.push(text);
  }
  return parts.join("");
}

const roles: Readonly<Record<string, string>> = {
  human: "user",
  user: "user",
  prompter: "user",
  gpt: "assistant",
  assistant: "assistant",
  chatgpt: "assistant",
  model: "assistant",
  bot: "assistant",
  ai: "assistant",
  chatbot: "assistant",
  bing: "assistant",
  bard: "assistant",
  claude: "assistant",
  system: "system",
};

/** One turn in either spelling, `role`/`content` or `from`/`value`; null when it is neither. */
export function toMessage(value: unknown): Message | null {
  if (!isRow(value)) return null;
  const role = field(value, "role") ?? field(value, "from");
  const content = contentText(field(value, "content") ?? field(value, "value"));
  if (typeof role !== "string" || content === undefined) return null;
  const known = role.toLowerCase();
  return { role: Object.hasOwn(roles, known) ? roles[known]! : role, content };
}

/** Whether a value is a list of turns (its first element looks like one). */
export function isMessages(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && toMessage(value[0]) !== null;
}

/** Why an item of a list is no turn. */
function noTurn(item: unknown, at: string): RowFault {
  if (!isRow(item)) {
    return new RowFault(
      `\`${at}\` should be a turn with \`role\` and \`content\`, but is ${kindOf(item)}.`,
      at,
    );
  }
  if (typeof (field(item, "role") ?? field(item, "from")) !== "string")
    return new RowFault(`The turn \`${at}\` has no \`role\`.`, at);
  const content = field(item, has(item, "content") ? "content" : "value");
  return new RowFault(
    Array.isArray(content)
      ? `The \`content\` of the turn \`${at}\` has parts that are not text.`
      : `The \`content\` of the turn \`${at}\` should be text, but is ${kindOf(content)}.`,
    at,
    "Write what was said as text, or leave the row out.",
  );
}

/** Turns that must be there. */
export function needMessages(row: Row, name: string): readonly Message[] {
  return needList(row, name).map((item, i) => {
    const message = toMessage(item);
    if (message === null) throw noTurn(item, `${name}[${i}]`);
    return message;
  });
}

/** A prompt or response that must be there: text, one turn, or a list of turns. */
export function needText(row: Row, name: string): Text {
  const value = field(row, name);
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return needMessages(row, name);
  const single = toMessage(value);
  if (single) return [single];
  if (value === undefined || value === null) throw missing(row, name);
  throw new RowFault(`Column \`${name}\` should be text or a list of turns, but is ${kindOf(value)}.`, name);
}

/** Whether a prompt or response says nothing. */
export function isBlank(text: Text): boolean {
  return typeof text === "string" ? text.trim() === "" : text.every((turn) => turn.content.trim() === "");
}

/** A part of a column's value that is an object of its own: faults name it by its path, "answers[2].rank". */
export function within<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    if (!(thrown instanceof RowFault) || thrown.field === undefined) throw thrown;
    const { what, field: name, remedy } = thrown;
    throw new RowFault(
      what.replaceAll(`\`${name}\``, `\`${path}.${name}\``),
      `${path}.${name}`,
      remedy.replaceAll(`\`${name}\``, `\`${path}.${name}\``),
    );
  }
}

/** A text in a list of responses: empty where it is null, as it is skipped then. @throws RowFault for anything else */
export function textOrNothing(value: unknown, at: string): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value;
  throw new RowFault(`\`${at}\` should be text, but is ${kindOf(value)}.`, at);
}

/** A weight of the row, if it has one; a column of that name that holds no number means something else. */
export function weightOf(row: Row): number | undefined {
  const weight = optionalNumber(row, "weight");
  if (weight === undefined || weight >= 0) return weight;
  throw new RowFault(`\`weight\` is ${weight}; it should be 0 or more.`, "weight");
}

/** Splits a conversation before its trailing assistant turns: prompt and completion. */
export function splitConversation(turns: readonly Message[]): {
  prompt: readonly Message[];
  completion: readonly Message[];
} {
  let cut = turns.length;
  while (cut > 0 && turns[cut - 1]!.role === "assistant") cut--;
  return { prompt: turns.slice(0, cut), completion: turns.slice(cut) };
}
