/** Bringing a model: files, a folder, or a place on the Hugging Face Hub; those kept here; and saving trained ones. */
import { html, nothing, type TemplateResult } from "lit";
import { problemOf } from "../../base/errors.ts";
import type { Problem } from "../../experiment/events.ts";
import type { HubModel, HubPlace, ModelProgress, StoredModel } from "../../worker/api.ts";
import type { TableData } from "../chart/table_data.ts";
import { TiltElement } from "../element.ts";
import type { App } from "../engine/app.ts";
import { nameOf } from "../names.ts";
import { csvLinks } from "../parts/csv_link.ts";
import { problem } from "../parts/problem.ts";
import type { RunView } from "../state/run_view.ts";
import { datasetRuns } from "../state/select.ts";
import type { State } from "../state/state.ts";
import { bytes, percent } from "../text.ts";
import { million } from "./choice.ts";

/** Finished runs offered for saving. */
const NEWEST = 8;

class TiltModelDialog extends TiltElement {
  static override properties = {
    app: {},
    state: {},
    place: { state: true },
    hub: { state: true },
    progress: { state: true },
    wrong: { state: true },
    saved: { state: true },
  };
  declare app: App;
  declare state: State;
  /** Where a link points, before anything is asked. */
  declare place: HubPlace | null;
  /** What the hub said is there. */
  declare hub: HubModel | null;
  declare progress: ModelProgress | null;
  declare wrong: Problem | null;
  declare saved: Problem | null;

  constructor() {
    super();
    this.place = null;
    this.hub = null;
    this.progress = null;
    this.wrong = null;
    this.saved = null;
  }

  override firstUpdated(): void {
    this.querySelector("dialog")!.showModal();
  }

  override updated(): void {
    const files = this.state.modelFiles;
    if (files.length === 0 || this.progress) return;
    this.app.modelFilesTaken();
    void this.#take((tell) => this.app.importModel(files, tell));
  }

  override render() {
    return html`<dialog class="models" aria-labelledby="models-title" @close=${() => this.app.closeDialog()}>
      <h2 id="models-title">Models</h2>
      <p class="ink2">
        Llama-style models: config.json, model.safetensors (or its parts with their index) and tokenizer.json, or a llama2.c
        .bin with its tokenizer. They stay in this browser.
      </p>
      ${this.wrong ? problem(this.wrong, { dismiss: () => (this.wrong = null) }) : nothing}
      ${this.progress ? this.#progress(this.progress) : this.#bring()}
      ${this.#kept()} ${this.#trained()}
      <div class="btns"><button class="btn" @click=${() => this.querySelector("dialog")!.close()}>Close</button></div>
    </dialog>`;
  }

  #progress({ what, bytes: done, ofBytes }: ModelProgress): TemplateResult {
    const share = ofBytes > 0 ? Math.min(1, done / ofBytes) : 0;
    return html`<div class="reading">
      <div class="pace">
        ${what}, ${bytes(done)} of ${bytes(ofBytes)} (${percent(share)})
        <progress max="1" .value=${share} aria-label=${what}></progress>
      </div>
      <button class="btn" @click=${() => void this.app.cancelModel()}>Cancel</button>
    </div>`;
  }

  #bring(): TemplateResult {
    return html`<h3>From this machine</h3>
      <p class="btns">
        <label class="btn file">Choose files<input type="file" multiple class="vh" accept=".json,.safetensors,.bin" @change=${this.#files} /></label>
        <label class="btn file">Choose a folder<input type="file" webkitdirectory class="vh" @change=${this.#files} /></label>
        <span class="dim small">or drop files or a folder anywhere</span>
      </p>
      <h3>From the Hugging Face Hub</h3>
      <form class="hub" @submit=${this.#read}>
        <label for="hub">Address of a model’s page, or owner/name</label>
        <span class="row"><input id="hub" type="text" autocomplete="off" spellcheck="false" placeholder="owner/name" /><button class="btn">Look</button></span>
      </form>
      ${this.place && !this.hub ? this.#ask(this.place) : nothing} ${this.hub ? this.#offer(this.hub) : nothing}`;
  }

  #ask(place: HubPlace): TemplateResult {
    return html`<div class="asks">
      <p>Nothing was asked yet. Tilt would ask <b>${place.host}</b> which files <b>${place.repo}</b> has (revision ${place.revision}), without cookies.</p>
      <button class="btn" @click=${() => this.#list(place)}>Ask ${place.host}</button>
    </div>`;
  }

  #offer(hub: HubModel): TemplateResult {
    return html`<div class="asks">
      <table class="t">
        <caption class="vh">Files of ${hub.repo}</caption>
        <thead><tr><th scope="col">file</th><th scope="col" class="num">size</th></tr></thead>
        <tbody>${hub.files.map((file) => html`<tr><td><code>${file.name}</code></td><td class="num">${bytes(file.bytes)}</td></tr>`)}</tbody>
      </table>
      <p class="small dim">From ${hub.host}, which may hand the large ones over from a host of its own.</p>
      <button class="btn main" @click=${() => void this.#download(hub)}>Download ${bytes(hub.bytes)} and keep</button>
    </div>`;
  }

  #kept(): TemplateResult {
    const { models, spec } = this.state;
    if (!models || models.length === 0) return html`<h3>Kept here</h3><p class="dim">None yet.</p>`;
    return html`<h3>Kept here ${csvLinks("kept models", () => modelTable(models))}</h3>
      <div class="scrolls" tabindex="0" role="region" aria-label="Models kept here">
        <table class="t">
          <thead>
            <tr>
              <th scope="col">model</th>
              <th scope="col" class="num">numbers</th>
              <th scope="col" class="num">shape</th>
              <th scope="col" class="num">reads</th>
              <th scope="col" class="num">kept</th>
              <th scope="col"><span class="vh">what to do</span></th>
            </tr>
          </thead>
          <tbody>
            ${models.map((one) => this.#model(one, spec.model.kind === "pretrained" && spec.model.pretrained === one.id))}
          </tbody>
        </table>
      </div>`;
  }

  #model(one: StoredModel, used: boolean): TemplateResult {
    return html`<tr>
      <th scope="row" title=${one.id}>${one.name}${one.origin ? html` <span class="dim">${one.origin.replace("https://", "")}</span>` : nothing}</th>
      <td class="num">${million(one).replace(" numbers", "")}</td>
      <td class="num">${one.layers} × ${one.dim}, ${one.heads} heads</td>
      <td class="num">${one.positions} tokens</td>
      <td class="num">${bytes(bytesOf(one))}</td>
      <td class="num">
        ${used ? html`<span class="dim">in use</span>` : html`<button class="link" aria-label="use ${one.name}" @click=${() => this.#use(one.id)}>use</button>`}
        <button class="link" aria-label="Delete ${one.name}" @click=${() => void this.app.deleteModel(one.id)}>delete</button>
      </td>
    </tr>`;
  }

  #trained(): TemplateResult | typeof nothing {
    const runs = datasetRuns(this.state)
      .filter((run) => run.status === "done" && run.loaded)
      .toReversed()
      .slice(0, NEWEST);
    if (runs.length === 0) return nothing;
    return html`<h3>Trained here</h3>
      ${this.saved ? problem(this.saved, { dismiss: () => (this.saved = null) }) : nothing}
      <ul class="plain">
        ${runs.map(
          (run) => html`<li>
            <span>${nameOf(run.strategy)}, ${run.name} <span class="dim">${new Date(run.startedAt).toLocaleString()}</span></span>
            <span class="btns">
              <button class="link" aria-label="Save the model of ${run.name}" @click=${() => void this.#save(run, "model")}>save the model</button>
              ${run.spec && run.spec.train.loraRank > 0 ? html`<button class="link" aria-label="Save the adapter of ${run.name}" @click=${() => void this.#save(run, "adapter")}>save the adapter (PEFT)</button>` : nothing}
            </span>
          </li>`,
        )}
      </ul>`;
  }

  #files(event: Event): void {
    const input = event.currentTarget as HTMLInputElement;
    const files = [...(input.files ?? [])];
    input.value = "";
    if (files.length > 0) void this.#take((tell) => this.app.importModel(files, tell));
  }

  async #read(event: Event): Promise<void> {
    event.preventDefault();
    this.wrong = this.hub = this.place = null;
    try {
      this.place = await this.app.engine.readHub(this.querySelector<HTMLInputElement>("#hub")!.value);
    } catch (thrown) {
      this.wrong = problemOf(thrown);
    }
  }

  async #list(place: HubPlace): Promise<void> {
    try {
      this.hub = await this.app.engine.askHub(place);
    } catch (thrown) {
      this.wrong = problemOf(thrown);
    }
  }

  async #download(hub: HubModel): Promise<void> {
    // What was cancelled or broke off can be tried again at once.
    if (await this.#take((tell) => this.app.fetchModel(hub, tell))) this.hub = this.place = null;
  }

  /** @returns whether there is a model more */
  async #take(
    how: (tell: (progress: ModelProgress) => void) => Promise<StoredModel | Problem>,
  ): Promise<boolean> {
    this.wrong = null;
    this.progress = { what: "Reading", bytes: 0, ofBytes: 0 };
    const outcome = await how((progress) => {
      this.progress = progress;
    });
    this.progress = null;
    if ("what" in outcome) this.wrong = outcome;
    return !("what" in outcome);
  }

  #use(id: string): void {
    this.wrong = this.app.useModel(id);
  }

  async #save({ id }: RunView, what: "model" | "adapter"): Promise<void> {
    this.saved = await this.app.saveModel(id, what);
  }
}

/** A model a row. */
function modelTable(models: readonly StoredModel[]): TableData {
  return {
    columns: [
      { name: "model" },
      { name: "id" },
      { name: "from" },
      { name: "numbers" },
      { name: "layers" },
      { name: "width" },
      { name: "heads" },
      { name: "reads", unit: "tokens" },
      { name: "kept", unit: "bytes" },
    ],
    rows: models.map((one) => [
      one.name,
      one.id,
      one.origin ?? "this machine",
      one.parameters,
      one.layers,
      one.dim,
      one.heads,
      one.positions,
      bytesOf(one),
    ]),
  };
}

const bytesOf = ({ files }: StoredModel): number => files.reduce((sum, file) => sum + file.bytes, 0);

customElements.define("tilt-model-dialog", TiltModelDialog);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-model-dialog": TiltModelDialog;
  }
}
