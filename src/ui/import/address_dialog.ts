/** Data from a web address: what the link stands for, told without any request; the size, and then the file, only when asked for. */
import { html, nothing, type TemplateResult } from "lit";
import { problemOf } from "../../base/errors.ts";
import type { Problem } from "../../experiment/events.ts";
import type { WebFile, WebSize } from "../../worker/api.ts";
import { TiltElement } from "../element.ts";
import type { App } from "../engine/app.ts";
import { problem } from "../parts/problem.ts";
import { addSheet } from "../sheet.ts";
import sheet from "../style/import.css?url";
import { bytes } from "../text.ts";

await addSheet(sheet);

class TiltAddressDialog extends TiltElement {
  static override properties = {
    app: {},
    link: {},
    file: { state: true },
    size: { state: true },
    asking: { state: true },
    failure: { state: true },
  };
  declare app: App;
  /** What the dialog starts with. */
  declare link: string;
  declare file: WebFile | null;
  /** Null until the host was asked. */
  declare size: WebSize | null;
  declare asking: boolean;
  declare failure: Problem | null;
  #asked = 0;

  constructor() {
    super();
    this.link = "";
    this.file = this.size = this.failure = null;
    this.asking = false;
  }

  override firstUpdated(): void {
    this.querySelector("dialog")!.showModal();
    this.querySelector("input")!.value = this.link;
    void this.#readLink(this.link);
  }

  override render() {
    const { file, size, asking, failure } = this;
    const told = size?.bytes ?? null;
    return html`<dialog class="address" aria-labelledby="address-title" @close=${() => this.app.closeDialog()}>
      <h2 id="address-title">Data from an address</h2>
      <form @submit=${this.#fetch}>
        <label for="address">Link to a file: on a hub, in a repository, anywhere that lets pages read it</label>
        <input id="address" type="url" spellcheck="false" autocomplete="off" placeholder="https://" @input=${(
          event: Event,
        ) => void this.#readLink((event.currentTarget as HTMLInputElement).value)} />
        ${file ? this.#facts(file) : nothing} ${failure ? problem(failure, { warn: true }) : nothing}
        <p class="small ink2">
          ${
            file
              ? html`Nothing has been asked of ${file.host}${size ? " but the size" : ""}. It will see your IP address and which file you want; no cookies are sent, and not where you are. The file stays in this tab.`
              : "Nothing is fetched before you agree."
          }
        </p>
        <div class="btns">
          <button class="btn main" ?disabled=${!file}>${told === null ? "Download and read" : `Download ${bytes(told)} and read`}</button>
          ${file && !size ? html`<button type="button" class="btn" ?disabled=${asking} @click=${() => void this.#askSize(file)}>${asking ? "Asking" : "Ask for the size first"}</button>` : nothing}
          <button type="button" class="btn" @click=${this.#close}>Cancel</button>
        </div>
      </form>
    </dialog>`;
  }

  #facts(file: WebFile): TemplateResult {
    const { size } = this;
    return html`<dl class="address-facts">
      <dt>Host</dt><dd><b>${file.host}</b></dd>
      <dt>File</dt><dd>${file.file}</dd>
      <dt>Size</dt><dd>${size === null ? html`<span class="dim">not asked yet</span>` : size.bytes === null ? "the host does not say" : bytes(size.bytes)}${size?.answeredBy ? html`, answered by ${size.answeredBy}` : nothing}</dd>
      ${file.rewritten ? html`<dt>Asks for</dt><dd><code>${file.url}</code><p class="small dim">This is where the file itself lies.</p></dd>` : nothing}
    </dl>`;
  }

  async #readLink(link: string): Promise<void> {
    const mine = ++this.#asked;
    this.size = null;
    if (link.trim() === "") {
      this.file = this.failure = null;
      return;
    }
    try {
      const file = await this.app.readAddress(link);
      if (mine !== this.#asked) return;
      this.file = file;
      this.failure = null;
    } catch (thrown) {
      if (mine !== this.#asked) return;
      this.file = null;
      // Half a link is not worth a complaint.
      this.failure =
        /^[a-z]+:\/\/[^/]+\/./i.test(link.trim()) || !/^h?t?t?p?s?:?\/?\/?/.exec(link.trim())![0]
          ? problemOf(thrown)
          : null;
    }
  }

  async #askSize({ url }: WebFile): Promise<void> {
    const mine = this.#asked;
    this.asking = true;
    try {
      const size = await this.app.askSize(url);
      if (mine === this.#asked) this.size = size;
    } catch (thrown) {
      if (mine === this.#asked) this.failure = problemOf(thrown);
    } finally {
      this.asking = false;
    }
  }

  readonly #fetch = (event: Event): void => {
    event.preventDefault();
    if (this.file) void this.app.importAddress(this.file, this.size);
  };
  readonly #close = (): void => this.querySelector("dialog")!.close();
}

customElements.define("tilt-address-dialog", TiltAddressDialog);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-address-dialog": TiltAddressDialog;
  }
}
