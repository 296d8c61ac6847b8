/** For a file of no known shape: which column is the prompt, which the preferred response, which the other. */
import { html, type TemplateResult } from "lit";
import type { Mapping, Peek } from "../../worker/api.ts";
import { TiltElement } from "../element.ts";
import type { App } from "../engine/app.ts";

type Part = "prompt" | "chosen" | "rejected" | "chosenBy" | "rejectedBy";

const PARTS: readonly (readonly [part: Part, words: string, needed: boolean])[] = [
  ["prompt", "Prompt", true],
  ["chosen", "Preferred response", true],
  ["rejected", "Other response", true],
  ["chosenBy", "Who wrote the preferred one", false],
  ["rejectedBy", "Who wrote the other one", false],
];

/** Characters of an example that are shown. */
const CUT = 80;

class TiltColumnForm extends TiltElement {
  static override properties = { app: {}, peek: {}, chosen: { state: true } };
  declare app: App;
  declare peek: Peek;
  declare chosen: Readonly<Record<Part, string>>;

  override willUpdate(changed: Map<string, unknown>): void {
    if (!changed.has("peek")) return;
    const { prompt = "", chosen = "", rejected = "", sourceColumns } = this.peek.guess?.mapping ?? {};
    const [chosenBy = "", rejectedBy = ""] = sourceColumns ?? [];
    this.chosen = { prompt, chosen, rejected, chosenBy, rejectedBy };
  }

  override render() {
    const { chosen } = this;
    const complete = PARTS.every(([part, , needed]) => !needed || chosen[part] !== "");
    const distinct = new Set([chosen.prompt, chosen.chosen, chosen.rejected]).size === 3;
    return html`<form class="block" @submit=${this.#read}>
      <h3 class="sub">Which column is which?</h3>
      ${PARTS.map(([part, words, needed]) => this.#part(part, words, needed))} ${this.#examples()}
      <div class="btns save">
        <button class="btn main" ?disabled=${!complete || !distinct}>Read it this way</button>
        ${complete && !distinct ? html`<span class="dim">Each part needs a column of its own.</span>` : ""}
      </div>
    </form>`;
  }

  #part(part: Part, words: string, needed: boolean): TemplateResult {
    const id = `column-${part}`;
    return html`<div class="fld">
      <label for=${id}>${words}</label>
      <select
        id=${id}
        @change=${(event: Event) => {
          this.chosen = { ...this.chosen, [part]: (event.currentTarget as HTMLSelectElement).value };
        }}
      >
        <option value="" .selected=${this.chosen[part] === ""}>${needed ? "choose" : "no column says it"}</option>
        ${this.peek.columns.map(
          ({ name }) => html`<option value=${name} .selected=${name === this.chosen[part]}>${name}</option>`,
        )}
      </select>
    </div>`;
  }

  #examples(): TemplateResult {
    const names = this.peek.columns.map((column) => column.name);
    const shown = (value: unknown): string => {
      const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
      return text.length > CUT ? `${text.slice(0, CUT)}…` : text;
    };
    return html`<div class="scrolls save" tabindex="0" role="region" aria-label="First rows of the file">
      <table class="t">
        <thead>
          <tr>
            ${names.map((name) => html`<th scope="col"><code>${name}</code></th>`)}
          </tr>
        </thead>
        <tbody>
          ${this.peek.exampleRows.map((row) => html`<tr>${names.map((name) => html`<td>${shown(row[name])}</td>`)}</tr>`)}
        </tbody>
      </table>
    </div>`;
  }

  #read(event: Event): void {
    event.preventDefault();
    const { prompt, chosen, rejected, chosenBy, rejectedBy } = this.chosen;
    const told = chosenBy !== "" && rejectedBy !== "";
    const mapping: Mapping = {
      prompt,
      chosen,
      rejected,
      ...(told && { sourceColumns: [chosenBy, rejectedBy] }),
    };
    void this.app.readMapped(mapping);
  }
}

customElements.define("tilt-column-form", TiltColumnForm);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-column-form": TiltColumnForm;
  }
}
