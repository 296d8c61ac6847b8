/** Presets of the objective: what the paper states, and what its released code does, with its quirks. */
import { html, nothing } from "lit";
import type { Problem } from "../../experiment/events.ts";
import { TiltElement } from "../element.ts";
import type { App } from "../engine/app.ts";

type Presets = typeof import("../../experiment/objective_presets.ts")["PRESETS"];

class TiltPresets extends TiltElement {
  static override properties = {
    app: {},
    list: { state: true },
    chosen: { state: true },
    wrong: { state: true },
  };
  declare app: App;
  declare list: Presets;
  declare chosen: string;
  declare wrong: Problem | null;

  constructor() {
    super();
    this.list = [];
    this.chosen = "";
    this.wrong = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void import("../../experiment/objective_presets.ts").then(({ PRESETS }) => {
      this.list = PRESETS;
    });
  }

  override render() {
    const preset = this.list.find(({ id }) => id === this.chosen);
    return html`<div class="fld">
        <label for="preset">Preset</label>
        <span class="in">
          <select id="preset" aria-describedby="preset-about" @change=${this.#choose}>
            <option value="" .selected=${this.chosen === ""}>of the objective …</option>
            ${this.list.map((one) => html`<option value=${one.id} .selected=${one.id === this.chosen}>${one.name}</option>`)}
          </select>
        </span>
      </div>
      <div id="preset-about" class="small">
        ${
          preset
            ? html`<p>${preset.explanation} It sets loss, strategy, λ and the ratio’s form${preset.batchSize ? `, and a batch of ${preset.batchSize}` : ""}; data and model stay.</p>
                <p class="btns">
                  <button class="btn" @click=${() => void this.#apply(preset.id)}>Set these</button>
                  <button class="link" @click=${() => this.#close()}>leave as it is</button>
                </p>
                <details class="fold">
                  <summary>${preset.quirks.length} things to know</summary>
                  <dl class="quirks">
                    ${preset.quirks.map(
                      ({ what, effect, here }) =>
                        html`<dt>${what}</dt>
                          <dd>${effect} <span class="dim">${here}</span></dd>`,
                    )}
                  </dl>
                </details>`
            : nothing
        }
        ${this.wrong ? html`<p class="wrong" role="alert">${this.wrong.what} ${this.wrong.remedy}</p>` : nothing}
      </div>`;
  }

  #choose(event: Event): void {
    this.chosen = (event.currentTarget as HTMLSelectElement).value;
    this.wrong = null;
  }

  #close(): void {
    this.chosen = "";
    this.wrong = null;
  }

  async #apply(id: string): Promise<void> {
    this.wrong = await this.app.applyPreset(id);
    if (!this.wrong) this.chosen = "";
  }
}

customElements.define("tilt-presets", TiltPresets);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-presets": TiltPresets;
  }
}
