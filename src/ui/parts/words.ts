/** Sentences from the engine: what stands between backticks is a name from a file or a setting. */
import { html, type TemplateResult } from "lit";

export function sentence(text: string): TemplateResult {
  return html`${text.split("`").map((part, i) => (i % 2 === 1 ? html`<code>${part}</code>` : part))}`;
}
