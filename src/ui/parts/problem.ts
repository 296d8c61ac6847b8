/** A problem in words: what and where, the way out, and buttons that take it. */
import { html, nothing, type TemplateResult } from "lit";
import type { Problem } from "../../experiment/events.ts";
import { sentence } from "./words.ts";

export interface Way {
  readonly words: string;
  readonly go: () => void;
  /** The first way out is the main button. */
  readonly main?: boolean;
}

export function problem(
  { what, where, remedy }: Problem,
  options: { readonly ways?: readonly Way[]; readonly dismiss?: () => void; readonly warn?: boolean } = {},
): TemplateResult {
  const { ways = [], dismiss, warn } = options;
  return html`<div class="problem ${warn ? "warn" : ""}" role="alert">
    <h2><span>${sentence(what)}</span></h2>
    ${where ? html`<p><code>${where}</code></p>` : nothing} ${remedy ? html`<p>${sentence(remedy)}</p>` : nothing}
    ${
      ways.length > 0 || dismiss
        ? html`<div class="btns">
            ${ways.map((way) => html`<button class="btn ${way.main ? "main" : ""}" @click=${way.go}>${way.words}</button>`)}
            ${dismiss ? html`<button class="btn" @click=${dismiss}>Dismiss</button>` : nothing}
          </div>`
        : nothing
    }
  </div>`;
}
