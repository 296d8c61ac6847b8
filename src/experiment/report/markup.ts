/** HTML as text: what is put into a template is escaped unless it is markup itself. */

/** A piece of finished HTML. The brand keeps plain strings from passing as one. */
export interface Markup {
  readonly html: string;
}

type Part = Markup | readonly Markup[] | string | number | null;

/** `markup`<p>${anything}</p>``: text is escaped, markup is kept, null is nothing. */
export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  let html = strings[0]!;
  parts.forEach((part, i) => {
    html += shown(part) + strings[i + 1]!;
  });
  return { html };
}

function shown(part: Part): string {
  if (part === null) return "";
  if (typeof part === "string" || typeof part === "number") return escaped(String(part));
  return "html" in part ? part.html : part.map(({ html }) => html).join("");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Safe as text and inside quoted attributes. Control characters, which HTML forbids, become U+FFFD. */
export function escaped(text: string): string {
  return (
    text
      .replace(/[&<>"']/g, (character) => ENTITIES[character]!)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, "\uFFFD")
  );
}
