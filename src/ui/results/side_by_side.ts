/** Settings in columns: what differs between them, and what they reached. More than fit scroll under the first column. */
import { html, nothing, type TemplateResult } from "lit";
import { TiltElement } from "../element.ts";
import { strategyMark } from "../marks.ts";
import { csvLinks } from "../parts/csv_link.ts";
import { isGoing } from "../state/run_view.ts";
import { count } from "../text.ts";
import type { ColumnAnswers } from "./answers_of.ts";
import { type Column, differingFields, fieldsOf, shown, usedValue } from "./columns.ts";
import type { ResultsModel } from "./model.ts";
import { comparisonData, type Section, type Shown, sectionsOf } from "./readings.ts";

class TiltSideBySide extends TiltElement {
  static override properties = {
    model: {},
    columns: {},
    answers: {},
    target: {},
    whole: { state: true },
    naming: { state: true },
  };
  declare model: ResultsModel;
  declare columns: readonly Column[];
  declare answers: readonly ColumnAnswers[];
  /** Name of the target source; undefined without one. */
  declare target: string | undefined;
  /** Whether settings that are equal everywhere are listed, too. */
  declare whole: boolean;
  /** Id of the run that is being named. */
  declare naming: string | null;

  constructor() {
    super();
    this.columns = [];
    this.answers = [];
    this.whole = false;
    this.naming = null;
  }

  override render() {
    const { columns, whole } = this;
    const specs = columns.map(({ runs: [run] }) => run.spec!);
    const all = fieldsOf(specs).filter(({ path }) => !ELSEWHERE.has(path));
    const differing = differingFields(specs).filter(({ path }) => !ELSEWHERE.has(path));
    const settings = (whole ? all : differing).map((field) => ({
      name: field.label,
      unit: field.unit ?? "",
      values: specs.map((spec) => shown(field, usedValue(spec, field))),
    }));
    const sections = sectionsOf(columns, this.answers, this.target);
    return html`<div class="block">
      <h2 class="sub">
        <span>Runs side by side</span>
        ${csvLinks("runs side by side", () => comparisonData(columns, settings, sections))}
      </h2>
      <label class="only"><input type="checkbox" .checked=${!whole} @change=${() => (this.whole = !whole)} />
        only what differs <span class="dim">(${differing.length} of ${all.length} settings)</span></label>
      <div class="scrolls" tabindex="0" role="region" aria-label="Runs side by side, table">
        <table class="t cmp">
          <thead>
            <tr>
              <td></td>
              ${columns.map((column) => this.#head(column))}
            </tr>
          </thead>
          ${settings.length > 0 ? this.#settings(settings) : nothing}
          ${sections.map((section) => this.#section(section))}
        </table>
      </div>
      <p class="small dim">± is one standard deviation over seeds, where nothing else is said. ${seedWords(columns)}</p>
    </div>`;
  }

  #head(column: Column): TemplateResult {
    const [run] = column.runs;
    const going = isGoing(run);
    const state = going
      ? `step ${run.train.length} of ${run.spec!.train.steps}`
      : run.status === "done"
        ? ""
        : run.status;
    return html`<th scope="col" class="num">
      ${strategyMark(column.strategy)}
      ${column.label.includes(",") ? html`<span class="small">${column.label.slice(column.label.indexOf(",") + 2)}</span>` : nothing}
      ${this.naming === run.id ? this.#nameField(run.id, run.name) : html`<span class="small name">${run.name}${going ? nothing : html` <button class="link" @click=${() => this.#startNaming(run.id)}>rename<span class="vh"> ${run.name}</span></button>`}</span>`}
      <span class="small dim">${column.runs.length > 1 ? count(column.runs.length, "seed") : `seed ${run.spec!.seed}`}${state ? html`, <span class="prov">${state}</span>` : nothing}</span>
    </th>`;
  }

  #nameField(id: string, name: string): TemplateResult {
    return html`<input class="naming" aria-label="Name of this run" maxlength="60" .value=${name}
      @keydown=${(event: KeyboardEvent) => {
        event.stopPropagation();
        if (event.key === "Escape") this.naming = null;
        if (event.key === "Enter") (event.currentTarget as HTMLInputElement).blur();
      }}
      @blur=${(event: Event) => {
        if (this.naming !== id) return;
        const next = (event.currentTarget as HTMLInputElement).value.trim();
        this.naming = null;
        if (next !== "" && next !== name) void this.model.rename(id, next);
      }} />`;
  }

  #startNaming(id: string): void {
    this.naming = id;
    void this.updateComplete.then(() => this.querySelector<HTMLInputElement>(".naming")?.select());
  }

  #settings(settings: readonly { name: string; unit: string; values: readonly string[] }[]): TemplateResult {
    return html`<tbody>
      <tr class="sec"><th scope="rowgroup" colspan=${this.columns.length + 1}><span>Settings</span></th></tr>
      ${settings.map(({ name, unit, values }) => {
        const same = new Set(values).size < 2;
        return html`<tr class=${same ? "same" : ""}>
          <th scope="row">${name} <span class="unit">${unit}</span></th>
          ${values.map((value) => html`<td class="num">${value}</td>`)}
        </tr>`;
      })}
    </tbody>`;
  }

  #section({ title, readings }: Section): TemplateResult {
    return html`<tbody>
      <tr class="sec"><th scope="rowgroup" colspan=${this.columns.length + 1}><span>${title}</span></th></tr>
      ${readings.map(
        ({ name, unit, cells }) =>
          html`<tr>
            <th scope="row">${name} <span class="unit">${unit}</span></th>
            ${cells.map((cell) => cellOf(cell))}
          </tr>`,
      )}
    </tbody>`;
  }
}

/** Settings that a column says by its name, its data or its seeds. */
const ELSEWHERE = new Set(["train.strategy", "seed", "data.sha256"]);

function cellOf({ text, spread, provisional, caveat }: Shown): TemplateResult {
  return html`<td class="num ${provisional ? "prov" : ""}" title=${provisional ? "not final" : nothing}>${caveat ? html`<span class="caveat" title=${caveat}>≈<span class="vh"> ${caveat}</span></span> ` : nothing}${text}${spread ? html` <span class="spread">${spread}</span>` : nothing}</td>`;
}

function seedWords(columns: readonly Column[]): string {
  const fewest = Math.min(...columns.map(({ runs }) => runs.length));
  if (fewest >= 3) return "";
  return fewest === 1
    ? "One seed says how one training went: differences of this size can be chance. Run other seeds before you rank them."
    : "Two seeds say little about how much training varies: run a third before you rank them.";
}

customElements.define("tilt-side-by-side", TiltSideBySide);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-side-by-side": TiltSideBySide;
  }
}
