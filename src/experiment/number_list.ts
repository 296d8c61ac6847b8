/** Positive numbers in one text, separated by commas: "0.5, 0.2". */

/** Whether a text is such a list, or empty. */
export function isNumberList(text: string): boolean {
  return text.trim() === "" || numberList(text).every((value) => Number.isFinite(value) && value > 0);
}

/** The numbers; NaN for a part that is none. */
export function numberList(text: string): number[] {
  return text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
}
