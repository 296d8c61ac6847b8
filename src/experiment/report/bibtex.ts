/** Citations as BibTeX. */
import type { Citation } from "../../objective/citations.ts";

/** Entries, a blank line between them. */
export function bibtex(citations: readonly Citation[]): string {
  return `${citations.map(entry).join("\n\n")}\n`;
}

function entry(citation: Citation): string {
  const { key, kind, authors, title, year, venue, volume, pages, arxiv, doi } = citation;
  const [, number] = /\((.+)\)/.exec(volume ?? "") ?? [];
  const fields: readonly (readonly [string, string | undefined])[] = [
    ["author", authors.map(familyFirst).join(" and ")],
    ["title", kept(title)],
    [kind === "article" ? "journal" : "booktitle", venue],
    ["volume", volume?.replace(/\(.+\)/, "")],
    ["number", number],
    ["pages", pages],
    ["year", String(year)],
    ["eprint", arxiv],
    ["archivePrefix", arxiv && "arXiv"],
    ["doi", doi],
    ["url", arxiv && `https://arxiv.org/abs/${arxiv}`],
  ];
  const lines = fields.flatMap(([name, value]) => (value ? [`  ${name} = {${value}}`] : []));
  return `@${kind}{${key},\n${lines.join(",\n")}\n}`;
}

/** "Benjamin Van Durme" is "Van Durme, Benjamin"; the rest have one family name. */
function familyFirst(name: string): string {
  const words = name.split(" ");
  const family = words.at(-2) === "Van" ? words.splice(-2).join(" ") : words.pop()!;
  return texted(words.length > 0 ? `${family}, ${words.join(" ")}` : family);
}

/** Braces around words with capitals that a style would lower: acronyms, CamelCase. */
function kept(title: string): string {
  return texted(title).replace(/[\p{L}-]*\p{Lu}[\p{L}-]*\p{Lu}[\p{L}-]*/gu, (word) => `{${word}}`);
}

/** Letters outside ASCII as classic BibTeX wants them. */
function texted(text: string): string {
  return text.replaceAll("é", "{\\'e}").replaceAll("&", "\\&");
}

/** "Rafailov et al., Direct Preference Optimization …, 2023" for people. */
export function inWords({ authors, title, year, venue }: Citation): string {
  const names = authors.length > 3 ? `${authors[0]} et al.` : authors.join(", ");
  return `${names}${names.endsWith(".") ? "" : "."} ${title}. ${venue ? `${venue}, ` : ""}${year}.`;
}
