/** How the dataset in use was read: the guess in words, three rows to judge it by, and a way to change it. */
import { html, nothing, type TemplateResult } from "lit";
import type { DatasetSummary, Reading } from "../../worker/api.ts";
import { TiltElement } from "../element.ts";
import type { App } from "../engine/app.ts";
import { addSheet } from "../sheet.ts";
import sheet from "../style/import.css?url";
import { bytes, integer } from "../text.ts";
import { exampleRows } from "./examples.ts";
import { rolesInWords, ruleInWords, TEMPLATES } from "./words.ts";

await addSheet(sheet);

const CONTAINERS: Readonly<Record<string, string>> = {
  jsonl: "JSON Lines",
  "json-array": "JSON",
  "json-document": "JSON",
  csv: "CSV",
  tsv: "TSV",
  parquet: "Parquet",
};

class TiltHowRead extends TiltElement {
  static override properties = { app: {}, data: {}, fresh: { type: Boolean }, ratio: {} };
  declare app: App;
  /** A dataset that came from files. */
  declare data: DatasetSummary;
  /** Whether it was read just now. */
  declare fresh: boolean;
  /** Where the settings take the ratio from. */
  declare ratio: string;

  override render() {
    const { app, data } = this;
    const { reading } = data;
    if (!reading) return nothing;
    const { label, roles, choices, examples } = reading;
    const template = TEMPLATES.find(([id]) => id === (choices.template ?? "as-is"))!;
    const target = data.sources[data.target]?.name ?? null;
    const names = data.sources.map(({ name }) => name);
    return html`<section class="block how" aria-labelledby="how-title">
      <h2 class="sub" id="how-title">How it was read
        <button class="link" aria-label="Change how ${data.name} is read" @click=${() => void app.changeReading(data.hash)}>Change</button></h2>
      <p class="ink2">
        Read as ${choices.mapping ? "columns named by hand" : label}${roles ? html`: ${rolesInWords(roles, choices)}` : "."}
        Prompts: ${template[1].replace(/^(?:As|Plain)/, (word) => word.toLowerCase())}.
        ${choices.sourceRule ? ruleInWords(choices.sourceRule) : nothing}
        ${target === null ? "No target yet." : html`Target: <b>${target}</b>.`}
      </p>
      ${this.#weights(reading)}
      <ul class="small dim">
        ${reading.files.map(
          (file) =>
            html`<li>${file.name}: ${bytes(file.size)}, ${CONTAINERS[file.container ?? ""] ?? "not read"}${file.gzipped ? ", gzipped" : ""}, ${integer(file.rowsRead)} rows</li>`,
        )}
        ${reading.origin ? html`<li>fetched from ${reading.origin}</li>` : nothing}
      </ul>
      <details class="fold" ?open=${this.fresh}>
        <summary>${examples.length === 1 ? "One row" : `${examples.length} rows`} as read</summary>
        ${exampleRows(examples, names, target)}
      </details>
    </section>`;
  }

  /** Probabilities and weights that came with the file can stand for the classifier's ratio. */
  #weights({ roles }: Reading): TemplateResult | typeof nothing {
    const { app, ratio } = this;
    const has = (name: string): boolean => roles?.weights.includes(name) ?? false;
    const mapping = this.data.reading?.choices.mapping;
    const ways = [
      ...(has("probs") || mapping?.probs ? [["file", "Use its probabilities as they are"] as const] : []),
      ...(has("weight") || mapping?.weight !== undefined
        ? [["weight", "Use its weights as they are"] as const]
        : []),
    ];
    if (ways.length === 0) return nothing;
    const used = ways.find(([source]) => source === ratio);
    return html`<div class="given">
      ${
        used
          ? html`<p class="small">The ratio comes from the file: no source classifier is trained.</p>
              <button class="btn" @click=${() => app.setField("ratio.source", "classifier")}>Train a classifier instead</button>`
          : ways.map(
              ([source, words]) =>
                html`<button class="btn" @click=${() => app.setField("ratio.source", source)}>${words}</button>`,
            )
      }
    </div>`;
  }
}

customElements.define("tilt-how-read", TiltHowRead);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-how-read": TiltHowRead;
  }
}
