/** The dataset in use: who wrote how much, who is the target, what was left out; and the others stored here. */
import { html, nothing } from "lit";
import type { DataChecks, DatasetSummary } from "../../worker/api.ts";
import { TiltElement } from "../element.ts";
import type { App } from "../engine/app.ts";
import { sourceMark } from "../marks.ts";
import { sourceLooks } from "../names.ts";
import "../rows/data_checks.ts";
import type { RunView } from "../state/run_view.ts";
import { count, fixed, integer } from "../text.ts";
import "./export_panel.ts";
import { needReading } from "../import/parts.ts";
import { cutShort } from "../import/reasons.ts";
import { importReport } from "./import_problems.ts";
import "./paste.ts";
import { problem } from "./problem.ts";
import { keptWords } from "./read_words.ts";

class TiltDatasetPanel extends TiltElement {
  static override properties = { app: {}, data: {}, all: {}, run: {}, runs: {}, checks: {}, checking: {} };
  declare app: App;
  declare data: DatasetSummary | null;
  declare all: readonly DatasetSummary[];
  /** The run whose weights can be saved. */
  declare run: RunView | null;
  /** Runs on this dataset. */
  declare runs: readonly RunView[];
  declare checks: DataChecks | null;
  declare checking: number;

  override render() {
    return html`${this.data ? this.#about(this.data) : nothing} ${this.data ? this.#more(this.data) : nothing}
      ${this.#stored()} ${this.#drop()}`;
  }

  #about(data: DatasetSummary) {
    const { rowsLeftOut, problems, problemsOmitted, notes } = data;
    const cut = cutShort(problems);
    return html`${data.target < 0 ? this.#askTarget(data) : nothing}
      <div class="block">
        <h2 class="sub">${data.name}<span class="dim">${data.builtin ? "built-in world" : data.format}</span></h2>
        <p class="ink2">
          ${count(data.rowsRead, "row")} read, ${keptWords(data)},
          ${rowsLeftOut > 0 ? html`<b id="left-out-count">${count(rowsLeftOut, "row")} left out</b>` : "none left out"}.
          ${count(data.pairs, "pair")} from ${count(data.responses, "response")}.
          ${data.judged ? `${count(data.judged, "single response")} judged good or bad.` : nothing}
        </p>
        ${notes.map((note) => html`<p class="small dim">${note}</p>`)}
      </div>
      ${cut.map(({ file, what, remedy }) => problem({ what: `Not all of ${file} was read. ${what}`, ...(remedy !== undefined && { remedy }) }, { warn: true }))}
      ${this.#reading(data)}
      ${this.#sources(data)}
      ${
        problems.length > 0
          ? html`<details class="fold block" ?open=${rowsLeftOut > 0 || cut.length > 0}>
              <summary>
                ${rowsLeftOut > 0 ? `${count(rowsLeftOut, "row")} left out` : cut.length > 0 ? "Read in part" : "Repaired"}<span class="dim">${count(problems.length + problemsOmitted, "problem")}</span>
              </summary>
              ${importReport(this.app, data.hash, problems, problemsOmitted)}
            </details>`
          : nothing
      }`;
  }

  #more(data: DatasetSummary) {
    const { app, checks, checking, runs, run } = this;
    return html`<div class="block"><tilt-data-checks .app=${app} .data=${data} .checks=${checks} .checking=${checking}></tilt-data-checks></div>
      <div class="block"><tilt-export-panel .app=${app} .runs=${runs} .run=${run}></tilt-export-panel></div>`;
  }

  #reading(data: DatasetSummary) {
    if (!data.reading) return nothing;
    const { app } = this;
    const { fresh, spec } = app.store.get();
    needReading(app.tell);
    return html`<tilt-how-read .app=${app} .data=${data} ?fresh=${fresh === data.hash} .ratio=${spec.ratio.source}></tilt-how-read>`;
  }

  /** Without a target there is no ratio: the first thing to settle. */
  #askTarget(data: DatasetSummary) {
    const { app } = this;
    return html`<div class="problem warn" role="alert">
      <h2>${data.sources.length > 0 ? "Which source is the target?" : "No column says who wrote what"}</h2>
      <p>
        The target is the source to align to: people, or golden answers. Without it, or weights of the file’s own, there is no ratio,
        so Reweighting and DoRA cannot run.
      </p>
      <div class="btns">
        ${data.sources.map(
          (source, i) =>
            html`<button class="btn" @click=${() => app.setTarget(data.hash, i)}>${source.name}</button>`,
        )}
        <button class="btn ${data.sources.length > 0 ? "" : "main"}" @click=${() => app.preferredIsTarget(data.hash)}>
          Preferred is human, other is synthetic
        </button>
        ${data.reading ? html`<button class="btn" @click=${() => void app.changeReading(data.hash)}>By a rule, or a second file</button>` : nothing}
        <button class="btn" @click=${() => app.withoutTarget()}>Go on with ERM and DRO only</button>
      </div>
    </div>`;
  }

  #sources(data: DatasetSummary) {
    const { sources, target } = data;
    if (sources.length === 0) return nothing;
    const looks = sourceLooks(data);
    const total = Math.max(
      1,
      sources.reduce((sum, source) => sum + source.responses, 0),
    );
    return html`<div class="block">
      <h2 class="sub">Sources <span class="dim">${count(total, "response")}</span></h2>
      <table class="t sources">
        <thead>
          <tr>
            <th scope="col">source</th>
            <th scope="col" class="num">responses</th>
            <th scope="col" class="num">share, %</th>
            <th scope="col" class="num">mean words</th>
          </tr>
        </thead>
        <tbody>
          ${looks.order.map((i) => {
            const { name, responses, meanWords } = sources[i]!;
            return html`<tr>
              <td>${sourceMark(looks.at(i), true)}${i === target ? html` <span class="dim">target</span>` : nothing}</td>
              <td class="num">${integer(responses)}</td>
              <td class="num">${fixed((100 * responses) / total, 1)}</td>
              <td class="num" aria-label=${`${fixed(meanWords, 1)} words in ${name}`}>${fixed(meanWords, 1)}</td>
            </tr>`;
          })}
        </tbody>
      </table>
      ${
        target >= 0 && !data.builtin && sources.length > 1
          ? html`<div class="fld">
              <label for="target">Target source</label>
              <select id="target" @change=${(event: Event) => this.#retarget(event, data.hash)}>
                ${sources.map((source, i) => html`<option value=${i} ?selected=${i === target}>${source.name}</option>`)}
              </select>
            </div>`
          : nothing
      }
    </div>`;
  }

  #retarget(event: Event, hash: string): void {
    void this.app.setTarget(hash, Number((event.currentTarget as HTMLSelectElement).value));
  }

  #stored() {
    const { all, data, app } = this;
    if (all.length === 0) return nothing;
    return html`<div class="block">
      <h2 class="sub">In this browser <span><span class="dim">${count(all.length, "dataset")}</span>
        <button class="link" aria-haspopup="dialog" @click=${() => app.openStorage()}>Storage</button></span></h2>
      <ul class="stored">
        ${all.map(
          (one) =>
            html`<li>
              <button class="pick-set" aria-current=${one.hash === data?.hash ? "true" : nothing} @click=${() => app.changeDataset(one.hash)}>
                <b>${one.name}</b> <span class="dim small">${count(one.pairs, "pair")}, ${count(one.sources.length, "source")}</span>
              </button>
              ${
                one.builtin
                  ? html`<span class="dim small">built in</span>`
                  : html`<button class="link" aria-label="Forget ${one.name}" @click=${() => app.deleteDataset(one.hash)}>forget</button>`
              }
            </li>`,
        )}
      </ul>
    </div>`;
  }

  #drop() {
    return html`<div class="block">
      <div class="drop">
        <p class="hd">Your own preferences</p>
        <p>Drop files anywhere on this page: JSON, JSON lines, CSV or Parquet, also gzipped. Or paste rows, files or a link. It stays in this tab.</p>
        <div class="btns">
          <button class="btn" @click=${() => document.querySelector<HTMLInputElement>("#file")?.click()}>
            Choose a file
          </button>
          <tilt-paste .app=${this.app}></tilt-paste>
          <button class="btn" aria-haspopup="dialog" @click=${() => this.app.askAddress()}>From an address</button>
        </div>
      </div>
    </div>`;
  }
}

customElements.define("tilt-dataset-panel", TiltDatasetPanel);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-dataset-panel": TiltDatasetPanel;
  }
}
