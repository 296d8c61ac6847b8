/** The search field of the table: asks when typing pauses, at once on Enter; Escape empties it. */
import { html } from "lit";
import { TiltElement } from "../element.ts";
import type { App } from "../engine/app.ts";

/** Milliseconds without a key before rows are asked for. */
const PAUSE = 250;

class TiltSearchField extends TiltElement {
  static override properties = { app: {}, search: {} };
  declare app: App;
  declare search: string;
  #typing: ReturnType<typeof setTimeout> | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#typing);
  }

  override render() {
    return html`<input
      id="search"
      class="search"
      type="search"
      placeholder="Search prompts and responses"
      aria-label="Search prompts and responses"
      aria-keyshortcuts="/"
      .value=${this.search}
      @input=${() => {
        clearTimeout(this.#typing);
        this.#typing = setTimeout(this.#ask, PAUSE);
      }}
      @keydown=${(event: KeyboardEvent) => {
        if (event.key === "Enter") this.#ask();
      }}
    />`;
  }

  readonly #ask = (): void => {
    clearTimeout(this.#typing);
    const search = this.querySelector("input")!.value;
    if (search !== this.search) void this.app.loadRows({ search });
  };
}

customElements.define("tilt-search-field", TiltSearchField);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-search-field": TiltSearchField;
  }
}
