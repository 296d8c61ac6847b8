/** The header's button for a link to what is shown, with its length; the dialog behind it comes when it is pressed. */
import { html, nothing } from "lit";
import { problemOf } from "../../base/errors.ts";
import { TiltElement } from "../element.ts";
import type { App } from "../engine/app.ts";
import { link } from "../icons.ts";
import { subjects } from "../link/subjects.ts";
import { onPlayChange } from "../play/linked.ts";
import type { State } from "../state/state.ts";
import { integer } from "../text.ts";

/** Milliseconds without a change before the length is worked out again. */
const CALM = 600;

class TiltCopyLink extends TiltElement {
  static override properties = { app: {}, length: { state: true }, open: { state: true } };
  declare app: App;
  declare length: number | null;
  declare open: boolean;
  #end: (() => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #key = "";
  #asked = 0;

  constructor() {
    super();
    this.length = null;
    this.open = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const { store } = this.app;
    const ends = [
      store.subscribe((state) => this.#follow(state)),
      onPlayChange(() => this.#follow(store.get())),
    ];
    this.#end = () => {
      for (const end of ends) end();
    };
    this.#follow(store.get());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#end?.();
    clearTimeout(this.#timer);
  }

  #follow(state: State): void {
    const [first] = subjects(state);
    const key = state.engine !== "ready" || !first ? "" : `${first.run ?? ""} ${JSON.stringify(first.spec)}`;
    if (key === this.#key) return;
    this.#key = key;
    clearTimeout(this.#timer);
    this.length = null;
    if (first && key !== "") this.#timer = setTimeout(() => void this.#measure(first), CALM);
  }

  async #measure({
    spec,
    run,
  }: {
    readonly spec: State["spec"];
    readonly run: string | null;
  }): Promise<void> {
    const mine = ++this.#asked;
    try {
      const made = await this.app.makeLink({ spec, run, title: "", inline: false });
      if (mine === this.#asked) this.length = made.length;
    } catch {
      // The dialog says what is wrong, when somebody asks.
    }
  }

  override render() {
    return html`<button class="quiet" aria-haspopup="dialog" @click=${() => void this.#show()}>
        ${link}<span class="name">Copy link</span>
        <span class="dim wide length">${this.length === null ? nothing : `${integer(this.length)} characters`}</span>
      </button>
      ${
        this.open
          ? html`<tilt-link-dialog
              .app=${this.app}
              @close=${() => {
                this.open = false;
              }}
            ></tilt-link-dialog>`
          : nothing
      }`;
  }

  async #show(): Promise<void> {
    try {
      await import("../link/dialog.ts");
      this.open = true;
    } catch (thrown) {
      this.app.tell(problemOf(thrown));
    }
  }
}

customElements.define("tilt-copy-link", TiltCopyLink);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-copy-link": TiltCopyLink;
  }
}
