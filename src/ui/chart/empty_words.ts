/** What an empty chart says in its middle: as many lines as its width asks for. */
import { svg } from "lit";

/** Pixels of a character of the serif text, on average, and of a line. */
const CHARACTER = 6.6;
const LINE = 18;

/** @param width pixels between the axes @param y middle of the text */
export function emptyWords(words: string, x: number, y: number, width: number) {
  const lines = wrapped(words, Math.max(12, Math.floor((width - 12) / CHARACTER)));
  const top = y - ((lines.length - 1) * LINE) / 2;
  return svg`<text class="empty" y=${top} text-anchor="middle">${lines.map(
    (line, i) =>
      svg`<tspan x=${x} dy=${i === 0 ? 0 : LINE}>${line}${i < lines.length - 1 ? " " : ""}</tspan>`,
  )}</text>`;
}

/** Lines of at most so many characters, as even as they can be; longer words stand alone. */
export function wrapped(text: string, most: number): readonly string[] {
  const fill = (limit: number): string[] => {
    const lines: string[] = [];
    for (const word of text.split(" ")) {
      const last = lines.at(-1);
      if (last !== undefined && last.length + 1 + word.length <= limit)
        lines[lines.length - 1] = `${last} ${word}`;
      else lines.push(word);
    }
    return lines;
  };
  const lines = fill(most);
  for (let limit = Math.ceil(text.length / lines.length); limit < most; limit++) {
    const even = fill(limit);
    if (even.length === lines.length) return even;
  }
  return lines;
}
