/** What is odd about a row, in words. */
import { html, nothing, type TemplateResult } from "lit";
import type { Row, RowFlag } from "../../worker/api.ts";

export const FLAG_WORDS: Readonly<Record<RowFlag, string>> = {
  prompt: "Same prompt",
  response: "Same response",
  "near-prompt": "Nearly the same prompt",
  "near-response": "Nearly the same response",
  "across-sources": "Same response by another source",
  leak: "Nearly the same prompt on the other side of the split",
};

const TAGS: readonly (readonly [words: string, flags: readonly RowFlag[], title: string])[] = [
  ["leak", ["leak"], "Held out, but its prompt, or nearly the same one, is also trained on."],
  [
    "copy",
    ["prompt", "response", "across-sources"],
    "Its prompt, or one of its responses, stands word for word in another place.",
  ],
  [
    "near copy",
    ["near-prompt", "near-response"],
    "Its prompt, or a response, nearly stands in another place.",
  ],
];

/** Short marks behind a prompt: held out, and the strongest of what is odd. */
export function rowTags({ split, flags }: Pick<Row, "split" | "flags">): TemplateResult | typeof nothing {
  const odd = TAGS.filter(([, own]) => own.some((flag) => flags.includes(flag)));
  const shown = odd.filter(([words]) => words !== "near copy" || !odd.some(([other]) => other === "copy"));
  if (split === "train" && shown.length === 0) return nothing;
  return html`<span class="tags">
    ${shown.map(([words, , title]) => html`<span class="tag odd" title=${title}>${words}</span>`)}
    ${split === "held-out" ? html`<span class="tag">held out</span>` : nothing}
  </span>`;
}
