/** The light marks of a lesson's words as markup: see src/lessons/lesson.ts. */
import { html, type TemplateResult } from "lit";
import { keyOf, nameOf } from "../names.ts";

const MARKS = /\*([^*]+)\*|\$([^$]+)\$|\{([a-zA-Z_]+)(?:\|([^}]+))?\}|\[([^\]]+)\]\((#[^)\s]+)\)/g;
const SOURCES: Readonly<Record<string, readonly [key: string, name: string]>> = {
  H: ["h", "human"],
  A: ["a", "synthetic A"],
  B: ["b", "synthetic B"],
};

/** One paragraph's inside. */
export function prose(text: string): TemplateResult[] {
  const parts: TemplateResult[] = [];
  let from = 0;
  for (const match of text.matchAll(MARKS)) {
    if (match.index > from) parts.push(html`${text.slice(from, match.index)}`);
    parts.push(marked(match));
    from = match.index + match[0].length;
  }
  if (from < text.length) parts.push(html`${text.slice(from)}`);
  return parts;
}

function marked([, emphasis, symbol, name, words, link, address]: RegExpMatchArray): TemplateResult {
  if (emphasis !== undefined) return html`<em>${emphasis}</em>`;
  if (symbol !== undefined) return html`<i class="sym">${symbol}</i>`;
  if (link !== undefined) return html`<a href=${address}>${link}</a>`;
  const source = SOURCES[name!];
  if (source) return html`<span class="word src-${source[0]}">${words ?? source[1]}</span>`;
  return html`<span class="word st-${keyOf(name!)}">${words ?? nameOf(name!)}</span>`;
}
