/** Which model a run starts from, how large it is, and whether it fits: before anything is allocated. */
import { html, nothing, type TemplateResult } from "lit";
import type { Problem } from "../../experiment/events.ts";
import { fieldAt, type Spec } from "../../experiment/spec.ts";
import type { ModelMemory, StoredModel } from "../../worker/api.ts";
import { TiltElement } from "../element.ts";
import type { App } from "../engine/app.ts";
import { bytes, integer } from "../text.ts";

/** Milliseconds without a change, after which the estimate is asked for again. */
const SETTLED = 300;

class TiltModelChoice extends TiltElement {
  static override properties = { app: {}, spec: {}, memory: { state: true }, wrong: { state: true } };
  declare app: App;
  declare spec: Spec;
  declare memory: ModelMemory | Problem | null;
  declare wrong: Problem | null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = "";
  #listed = false;
  #release: () => void = () => {};

  constructor() {
    super();
    this.memory = null;
    this.wrong = null;
  }

  override firstUpdated(): void {
    let { engine, models } = this.app.store.get();
    this.#release = this.app.store.subscribe((state) => {
      if (state.engine !== engine || state.models !== models) this.requestUpdate();
      ({ engine, models } = state);
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#release();
    clearTimeout(this.#timer);
  }

  override updated(): void {
    const { engine, models } = this.app.store.get();
    if (engine === "ready" && models === null && !this.#listed) {
      this.#listed = true;
      this.app.refreshModels().catch(() => {}); // the list stays empty; opening the dialog tells why
    }
    const { data, model, train } = this.spec;
    const asked = JSON.stringify([engine, data.maxTokens, data.responses, model, train]);
    if (engine !== "ready" || asked === this.#asked) return;
    this.#asked = asked;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(async () => {
      this.memory = await this.app.memoryNeeded();
    }, SETTLED);
  }

  override render() {
    const { model, data } = this.spec;
    if (data.source === "builtin:plane") return nothing;
    const brought = this.app.store.get().models ?? [];
    const builtin = fieldAt("model.pretrained")?.suggestions ?? [];
    const chosen = model.kind === "llama" ? "" : model.pretrained || "suited";
    const known = ["", "suited", ...builtin.map(({ value }) => value), ...brought.map(({ id }) => id)];
    return html`<div class="fld">
        <label for="model">${chosen === "" ? nothing : html`<span class="mod" title="changed"></span>`}Starts from</label>
        <span class="in">
          <select id="model" aria-describedby="model-about" @change=${this.#choose}>
            <option value="" .selected=${chosen === ""}>a fresh transformer</option>
            <option value="suited" .selected=${chosen === "suited"}>built in, what suits the data</option>
            ${builtin.map(({ value, label }) => html`<option value=${value} .selected=${value === chosen}>built in: ${label}</option>`)}
            ${brought.map((one) => html`<option value=${one.id} .selected=${one.id === chosen}>${one.name}, ${million(one)}</option>`)}
            ${known.includes(chosen) ? nothing : html`<option value=${chosen} .selected=${true}>not here: ${chosen.slice(0, 17)}…</option>`}
          </select>
        </span>
      </div>
      <div id="model-about" class="small model-about">
        ${this.wrong ? html`<p class="wrong" role="alert">${this.wrong.what} ${this.wrong.remedy}</p>` : nothing}
        ${this.#memory()}
        <p><button class="link" @click=${() => this.app.openModels()}>bring a model, or save a trained one</button></p>
        <p class="dim">How the built-in ones were made: ${builtin.map(({ value }, i) => card(value.slice("builtin:".length), i))}.</p>
      </div>`;
  }

  #memory(): TemplateResult | typeof nothing {
    const { memory } = this;
    if (!memory) return nothing;
    if ("what" in memory) return html`<p class="wrong">${memory.what} ${memory.remedy}</p>`;
    const { parameters, weights, training, activations, total, largest, allowed, tooLarge } = memory;
    return html`<p class="dim" title="Weights ${bytes(weights)}, gradients and moments ${bytes(training)}, activations up to ${bytes(activations)}. Largest buffer ${bytes(largest)} of ${bytes(allowed)} that this device allows.">
        ${integer(parameters)} numbers; training takes up to <b>${bytes(total)}</b>, the largest buffer ${bytes(largest)} of
        ${Number.isFinite(allowed) && allowed < 2 ** 50 ? bytes(allowed) : "any size"}.
      </p>
      ${tooLarge ? html`<p class="wrong" role="alert">Does not fit: ${tooLarge}. A smaller batch, more micro-batches or shorter sequences need less.</p>` : nothing}`;
  }

  #choose(event: Event): void {
    const { value } = event.currentTarget as HTMLSelectElement;
    this.wrong =
      value === "suited"
        ? this.app.setFields({ "model.kind": "pretrained", "model.pretrained": "" })
        : this.app.useModel(value);
  }
}

/** A link to what a built-in model was made from, and with what loss. */
const card = (name: string, i: number): TemplateResult =>
  html`${i > 0 ? ", " : ""}<a href="models/${name}/README.md" target="_blank" rel="noopener">${name}</a>`;

/** "0.66 M numbers". */
export function million({ parameters }: Pick<StoredModel, "parameters">): string {
  return parameters < 1e6
    ? `${Math.round(parameters / 1000)} k numbers`
    : `${(parameters / 1e6).toFixed(1)} M numbers`;
}

customElements.define("tilt-model-choice", TiltModelChoice);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-model-choice": TiltModelChoice;
  }
}
