/** The few drawings that stand where no word fits. All are decorative: the button around them has a name. */
import { type SVGTemplateResult, svg } from "lit";

const icon = (size: number, body: SVGTemplateResult): SVGTemplateResult =>
  svg`<svg viewBox="0 0 ${size} ${size}" aria-hidden="true">${body}</svg>`;

export const mark = icon(
  22,
  svg`<path d="M1.5 14 20.5 6.5" fill="none" stroke="currentColor" stroke-width="2.6"/><path d="m11 12.6 4.6 7.4H6.4z" fill="currentColor"/>`,
);
export const play = icon(14, svg`<path d="M3 1.5v11l9-5.5z" fill="currentColor"/>`);
export const pause = icon(14, svg`<path d="M3 2h3v10H3zM8 2h3v10H8z" fill="currentColor"/>`);
export const step = icon(
  14,
  svg`<path d="M2 2v10l6.5-5z" fill="currentColor"/><path d="M11 2v10" stroke="currentColor" stroke-width="2"/>`,
);
export const reset = icon(
  14,
  svg`<path d="M3.2 4.4A5 5 0 1 1 2 7.6" fill="none" stroke="currentColor" stroke-width="1.6"/><path d="M2.2 1.2v4h4" fill="none" stroke="currentColor" stroke-width="1.6"/>`,
);
export const stop = icon(14, svg`<path d="M2.5 2.5h9v9h-9z" fill="currentColor"/>`);
export const link = icon(
  16,
  svg`<path d="M6.6 9.4a2.6 2.6 0 0 0 3.7 0l2.7-2.7a2.6 2.6 0 1 0-3.7-3.7l-1 1M9.4 6.6a2.6 2.6 0 0 0-3.7 0L3 9.3A2.6 2.6 0 1 0 6.7 13l1-1" fill="none" stroke="currentColor" stroke-width="1.4"/>`,
);
export const theme = icon(
  16,
  svg`<circle cx="8" cy="8" r="5.6" fill="none" stroke="currentColor" stroke-width="1.4"/><path d="M8 2.4a5.6 5.6 0 0 1 0 11.2z" fill="currentColor"/>`,
);

/** A strategy's weight against the loss: flat, a step by source, rising, a step that rises. */
const GLYPHS: Readonly<Record<string, string>> = {
  erm: "M1 7H19",
  rew: "M1 11H10V3H19",
  dro: "M1 11C9 11 14 9 19 1",
  dora: "M1 12H10C14 12 17 8 19 1",
};

export function glyph(key: string): SVGTemplateResult {
  return svg`<svg viewBox="0 0 20 14" aria-hidden="true"><path class="base" d="M1 13h18"/><path d=${GLYPHS[key] ?? "M1 9H19"}/></svg>`;
}
