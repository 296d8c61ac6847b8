/**
 * Unrolls `@repeat(i, count) { ... }` in WGSL text before it is linked: the body is written out `count` times with `#i`
 * replaced by 0, 1, ..., and without the braces, so that `var c#i = 0.0;` makes count variables. Register tiles need
 * this: WGSL has no unrolling, and arrays of accumulators end up in memory. `count` is a number or a constant of the
 * variant ("const=rows:16"). Blocks nest. Text after a block keeps its line, so errors still name the right one.
 */

const HEAD = /@repeat\(\s*(\w+)\s*,\s*(\w+)\s*\)\s*\{/;

/** @throws when a count is unknown or a block is not closed; the message names the line */
export function expandRepeats(text: string, constants: Readonly<Record<string, number>> = {}): string {
  const found = HEAD.exec(text);
  if (!found) return text;
  const [head, name, size] = found as unknown as [string, string, string];
  const line = text.slice(0, found.index).split("\n").length;
  const count = /^\d+$/.test(size) ? Number(size) : constants[size];
  if (count === undefined) throw new Error(`line ${line}: @repeat counts to "${size}", which is no constant`);

  const start = found.index + head.length;
  const end = closingBrace(text, start, line);
  const body = expandRepeats(text.slice(start, end), constants);
  const flat = body.replace(/\/\/.*$/gm, "").replace(/\s*\n\s*/g, " ");
  // "#i_#j" is two names: an underscore ends one.
  const use = new RegExp(`#${name}(?![A-Za-z0-9])`, "g");
  const copies = Array.from({ length: count }, (_, i) => flat.replace(use, String(i)));
  const lines = text.slice(found.index, end).split("\n").length - 1;
  const written = copies.join("").trim() + "\n".repeat(lines);
  return text.slice(0, found.index) + written + expandRepeats(text.slice(end + 1), constants);
}

function closingBrace(text: string, start: number, line: number): number {
  let depth = 1;
  for (let at = start; at < text.length; at++) {
    if (text[at] === "{") depth++;
    else if (text[at] === "}" && --depth === 0) return at;
  }
  throw new Error(`line ${line}: this @repeat is not closed`);
}
