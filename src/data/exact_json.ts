/** JSON with whole numbers that a double cannot hold: ids of 64 bits, mostly. */

/** Where such a number stands, a text with this before its digits is read: no JSON text holds a bare NUL, and hardly one an escaped one. */
const MARK = "\0";
const marked = /^\0-?\d{16,}$/;

/** Behind the quote that closes the string whose first quote is at `start`. */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text[at - 1 - slashes] === "\\") slashes++;
    if (slashes % 2 === 0) return at + 1;
  }
  return text.length;
}

/** Valid JSON whose long whole numbers are marked texts. */
function withMarks(text: string): string {
  const token = /"|-?\d[\d.eE+-]*/g;
  let out = "";
  let from = 0;
  for (let match = token.exec(text); match; match = token.exec(text)) {
    const [found] = match;
    if (found === '"') token.lastIndex = endOfString(text, match.index);
    else if (/^-?\d{16,}$/.test(found) && !Number.isSafeInteger(Number(found))) {
      out += `${text.slice(from, match.index)}${JSON.stringify(MARK + found)}`;
      from = token.lastIndex;
    }
  }
  return out + text.slice(from);
}

/** @param value what `text` was parsed to @returns it with every digit: whole numbers that a double would round are big integers */
export function exactJson(text: string | undefined, value: unknown): unknown {
  if (text === undefined || !/\d{16}/.test(text)) return value;
  const exact = withMarks(text);
  if (exact === text) return value;
  return JSON.parse(exact, (_key, item: unknown) =>
    typeof item === "string" && marked.test(item) ? BigInt(item.slice(MARK.length)) : item,
  );
}
