/** The builder for teachers: what readers see, a live preview in a frame of the true size, and the lines to paste. */
import { html, nothing } from "lit";
import { problemOf } from "../../base/errors.ts";
import type { Problem } from "../../experiment/events.ts";
import { CONTROL_IDS } from "../../lessons/controls.ts";
import { TiltElement } from "../element.ts";
import {
  CONTROL_PARTS,
  EMBED_STRATEGIES,
  FIGURE_PARTS,
  FIRST_HIDDEN,
  MORE_STRATEGIES,
  type Part,
  STRATEGY_PARTS,
} from "../embed/parts.ts";
import { embedAddress, heightOf, SIZES, type SizeId, snippetOf } from "../embed/snippet.ts";
import type { App } from "../engine/app.ts";
import { control } from "../lessons/control.ts";
import { nameOf } from "../names.ts";
import { problem } from "../parts/problem.ts";
import type { Changes } from "../play/model.ts";
import { addSheet } from "../sheet.ts";
import type { State } from "../state/state.ts";
import sheet from "../style/lessons.css?url";

await addSheet(sheet);

const FIRST: Changes = { "data.shift": 0.75 };
/** Milliseconds without a change before the preview follows. */
const CALM = 500;

class TiltEmbed extends TiltElement {
  static override properties = {
    app: {},
    state: {},
    heading: { state: true },
    changes: { state: true },
    hidden_: { state: true },
    size: { state: true },
    address: { state: true },
    failure: { state: true },
    copied: { state: true },
  };
  declare app: App;
  declare state: State;
  declare heading: string;
  declare changes: Changes;
  declare hidden_: ReadonlySet<string>;
  declare size: SizeId;
  declare address: string;
  declare failure: Problem | null;
  declare copied: string;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.heading = "Which policy settles inside the solid line?";
    this.changes = FIRST;
    this.hidden_ = new Set(FIRST_HIDDEN);
    this.size = "wide";
    this.address = "";
    this.failure = null;
    this.copied = "";
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#address();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  #later(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#address(), CALM);
  }

  async #address(): Promise<void> {
    try {
      const { heading: title, changes, hidden_ } = this;
      this.address = await embedAddress({ title, changes, hide: [...hidden_] }, location.href.split("#")[0]!);
      this.failure = null;
    } catch (thrown) {
      this.failure = problemOf(thrown);
    }
  }

  override render() {
    const { size, address, heading } = this;
    const { width } = SIZES[size];
    const own = String(this.changes["train.strategy"] ?? "dora_inside");
    const all = new Set<string>([...EMBED_STRATEGIES, own]);
    const policies = [...all].filter((id) => !this.hidden_.has(id)).length;
    const controls = CONTROL_IDS.filter((id) => !this.hidden_.has(id)).length;
    const height = heightOf(size, policies, this.hidden_, controls);
    const snippet = snippetOf(address, heading, size, height);
    return html`<main class="page builder" id="stage" tabindex="-1">
      <div class="builder-view">
        <h1>A playground on your page</h1>
        <p class="say">This is what your readers see. It waits until they press Play; nothing is computed before, and nothing they do leaves
          their browser.</p>
        ${this.failure ? problem(this.failure) : nothing}
        <div class="preview ${width === "100%" ? "fluid" : ""}">
          ${address === "" ? nothing : html`<iframe class="w-${size}" title="Preview of the embedded playground" .src=${address} height=${height}></iframe>`}
        </div>
        <p class="small dim">${width === "100%" ? "As wide as its column" : `${width} px wide`}, ${height} px high.</p>
      </div>
      <div class="builder-side">
        <div class="block">
          <h2 class="sub">What readers see <span class="dim">hidden controls keep their value</span></h2>
          <label class="line">Title <input type="text" maxlength="120" .value=${heading} @input=${(
            event: Event,
          ) => {
            this.heading = (event.currentTarget as HTMLInputElement).value;
            this.#later();
          }} /></label>
          ${this.#ticks("Strategies", STRATEGY_PARTS)} ${this.#more()} ${this.#ticks("Figures and buttons", FIGURE_PARTS)}
          ${this.#ticks("Controls", CONTROL_PARTS)}
        </div>
        <div class="block">
          <h2 class="sub">Settings it starts with</h2>
          ${CONTROL_IDS.map((id) =>
            control(id, {
              changes: this.changes,
              home: FIRST,
              pointed: false,
              onChange: (changes) => {
                this.changes = { ...this.changes, ...changes };
                this.#later();
              },
            }),
          )}
        </div>
        <div class="block">
          <h2 class="sub">Size</h2>
          <span class="group" role="radiogroup" aria-label="Size of the frame">
            ${Object.entries(SIZES).map(
              ([id, { words }]) =>
                html`<label class="btn"><input type="radio" name="size" .checked=${id === size} @change=${() => {
                  this.size = id as SizeId;
                }} />${words}</label>`,
            )}
          </span>
        </div>
        <div class="block">
          <h2 class="sub">Lines for your page <span class="dim">no cookies, works offline</span></h2>
          <pre class="snippet" tabindex="0" aria-label="HTML to paste"><code>${snippet}</code></pre>
          <div class="btns">
            <button class="btn main" ?disabled=${address === ""} @click=${() => void this.#copy("snippet", snippet)}>${this.copied === "snippet" ? "Copied" : "Copy the lines"}</button>
            <button class="btn" ?disabled=${address === ""} @click=${() => void this.#copy("link", address)}>${this.copied === "link" ? "Copied" : "Copy the link alone"}</button>
          </div>
          <p class="small dim">Steps of lessons embed too: copy a step’s link and add <code>&amp;embed=1</code>, and <code>&amp;hide=timeline,lambda</code> for what readers need not see.</p>
        </div>
      </div>
    </main>`;
  }

  /** One policy more, beside the four: the experiment's own strategy. */
  #more() {
    const own = String(this.changes["train.strategy"] ?? "dora_inside");
    return html`<label class="line">And one more
      <select @change=${(event: Event) => {
        this.changes = {
          ...this.changes,
          "train.strategy": (event.currentTarget as HTMLSelectElement).value,
        };
        this.#later();
      }}>
        <option value="dora_inside" ?selected=${own === "dora_inside"}>none</option>
        ${MORE_STRATEGIES.map((id) => html`<option value=${id} ?selected=${id === own}>${nameOf(id)}</option>`)}
      </select></label>`;
  }

  #ticks(name: string, parts: readonly Part[]) {
    return html`<fieldset class="ticks-list">
      <legend class="small dim">${name}</legend>
      ${parts.map(
        ({ id, words }) => html`<label class="pick">
          <input type="checkbox" .checked=${!this.hidden_.has(id)} @change=${() => this.#toggle(id)} />${words}<code class="dim">${id}</code>
        </label>`,
      )}
    </fieldset>`;
  }

  #toggle(id: string): void {
    const next = new Set(this.hidden_);
    if (!next.delete(id)) next.add(id);
    // A playground without any policy shows nothing.
    if (STRATEGY_PARTS.every((part) => next.has(part.id))) {
      this.requestUpdate();
      return;
    }
    this.hidden_ = next;
    this.#later();
  }

  async #copy(what: string, text: string): Promise<void> {
    await navigator.clipboard.writeText(text);
    this.copied = what;
    this.app.store.dispatch({ type: "say", text: "Copied." });
    setTimeout(() => {
      this.copied = "";
    }, 2500);
  }
}

customElements.define("tilt-embed", TiltEmbed);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-embed": TiltEmbed;
  }
}
