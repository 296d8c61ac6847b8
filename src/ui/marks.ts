/** Small pieces of markup that say which strategy or which source is meant. */
import { html, type TemplateResult } from "lit";
import { glyph } from "./icons.ts";
import { keyOf, nameOf, type SourceLook } from "./names.ts";

export function strategyMark(strategy: string): TemplateResult {
  const key = keyOf(strategy);
  return html`<span class="st ${key}">${glyph(key)}${nameOf(strategy)}</span>`;
}

/** A ring with a letter; its name is read out, and shown where `named`. */
export function sourceMark(look: SourceLook, named = false): TemplateResult {
  return html`<span class="src ${look.key}" title=${look.name} aria-hidden="true">${look.letter}</span
    ><span class=${named ? "" : "vh"}>${named ? " " : ""}${look.name}</span>`;
}
