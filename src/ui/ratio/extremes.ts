/** The rows that count most and least: what h means in words. */
import { html, nothing, type TemplateResult } from "lit";
import type { Row, RowQuery } from "../../worker/api.ts";
import { TiltElement } from "../element.ts";
import type { App } from "../engine/app.ts";
import { sourceMark } from "../marks.ts";
import { nameOf, sourceLooks } from "../names.ts";
import { csvLinks } from "../parts/csv_link.ts";
import { isGoing, type RunView } from "../state/run_view.ts";
import { currentDataset } from "../state/select.ts";
import type { State } from "../state/state.ts";
import { fixed, integer } from "../text.ts";

const EACH = 3;

class TiltRatioExtremes extends TiltElement {
  static override properties = { app: {}, state: {}, run: {}, rows: { state: true } };
  declare app: App;
  declare state: State;
  declare run: RunView;
  declare rows: readonly Row[];
  #asked = "";

  constructor() {
    super();
    this.rows = [];
  }

  override willUpdate(): void {
    const { state, run } = this;
    if (isGoing(run) || state.dataset === null || run.datasetHash !== state.dataset) return;
    const key = `${state.dataset} ${run.id}`;
    if (key === this.#asked) return;
    this.#asked = key;
    this.rows = [];
    void this.#ask(state.dataset, key);
  }

  async #ask(dataset: string, key: string): Promise<void> {
    const { query } = this.state;
    const filter = { source: null, split: "train", flag: null, ranges: {} } as const;
    const of = (descending: boolean): RowQuery => ({
      ...query,
      offset: 0,
      limit: EACH,
      sort: "h",
      descending,
      search: "",
      filter,
      run: this.run.id,
    });
    try {
      const [loud, quiet] = await Promise.all([
        this.app.engine.rows(dataset, of(true)),
        this.app.engine.rows(dataset, of(false)),
      ]);
      if (this.#asked !== key) return;
      const known = [...loud.rows, ...quiet.rows.toReversed()].filter(({ h }) => h !== null);
      this.rows = [...new Map(known.map((row) => [row.id, row])).values()];
    } catch {
      // The dataset may be gone; the table of rows says so where it belongs.
    }
  }

  override render(): TemplateResult | typeof nothing {
    const dataset = currentDataset(this.state);
    const { rows, run } = this;
    if (rows.length === 0 || !dataset) return nothing;
    const looks = sourceLooks(dataset);
    return html`<div class="block">
      <h2 class="sub">
        <span>Loudest and quietest rows <span class="dim">weight: × equal share, last batch of ${nameOf(run.strategy)}</span></span>
        ${csvLinks("loudest and quietest rows", () => ({
          columns: ["row", "sources", "prompt", "h", "weight"].map((name) => ({ name })),
          rows: rows.map((row) => [
            row.row,
            [...new Set(row.responses.map(({ source }) => looks.at(source).name))].join("; "),
            row.prompt,
            row.h,
            row.weight,
          ]),
        }))}
      </h2>
      <div class="scrolls" tabindex="0" role="region" aria-label="Loudest and quietest rows, table">
        <table class="t extremes">
          <thead>
            <tr>
              <th scope="col" class="num">row</th>
              <th scope="col">source</th>
              <th scope="col">prompt</th>
              <th scope="col" class="num">h</th>
              <th scope="col" class="num">weight</th>
            </tr>
          </thead>
          <tbody>
            ${rows.map((row) => {
              const sources = [...new Set(row.responses.map(({ source }) => source))];
              return html`<tr>
                <td class="num">${integer(row.row)}</td>
                <td>${sources.map((source) => sourceMark(looks.at(source)))}</td>
                <td class="q"><button @click=${() => void this.app.openRow(row.id)}>${row.prompt}</button></td>
                <td class="num">${fixed(row.h, 2)}</td>
                <td class="num">${row.weight === null ? "–" : `${fixed(row.weight, 2)} ×`}</td>
              </tr>`;
            })}
          </tbody>
        </table>
      </div>
    </div>`;
  }
}

customElements.define("tilt-ratio-extremes", TiltRatioExtremes);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-ratio-extremes": TiltRatioExtremes;
  }
}
