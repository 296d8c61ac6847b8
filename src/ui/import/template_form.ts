/** How prompts are laid out, with the first row as it will be. */
import { html, nothing, type TemplateResult } from "lit";
import type { Preview, ReadChoices } from "../../worker/api.ts";
import { TEMPLATES } from "./words.ts";

/** Characters of the preview on either side of where the response begins. */
const SHOWN = 320;

export function templateForm(
  choices: ReadChoices,
  preview: Preview | null,
  change: (choices: ReadChoices) => void,
): TemplateResult {
  const chosen = choices.template ?? "as-is";
  const row = preview?.rows[0];
  return html`<fieldset>
    <legend>Prompts</legend>
    ${TEMPLATES.map(
      ([id, words, help]) =>
        html`<label class="tick"><input type="radio" name="template" value=${id} .checked=${id === chosen} @change=${() => {
          const { template: _, ...rest } = choices;
          change(id === "as-is" ? rest : { ...rest, template: id });
        }} /><span>${words} <span class="small dim">${help}</span></span></label>`,
    )}
    ${
      row
        ? html`<pre class="laid-out" aria-label="The first row as it is laid out"><span class="dim">${row.prompt.slice(-SHOWN)}</span>${row.responses[0]?.text.slice(0, SHOWN) ?? nothing}</pre>`
        : nothing
    }
  </fieldset>`;
}
