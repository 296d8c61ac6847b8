/** The marks of a dialogue in HH-RLHF's layout. */
const human = "\n\nHuman:";
export const assistant = "\n\nAssistant:";

/** Whether a value is a text with turns of both. */
export function isDialogue(value: unknown): boolean {
  return typeof value === "string" && value.includes(human) && value.includes(assistant);
}
