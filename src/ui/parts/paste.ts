/** A box for rows that are on the clipboard. */
import { html } from "lit";
import { linkIn, pastedFile } from "../drop.ts";
import { TiltElement } from "../element.ts";
import type { App } from "../engine/app.ts";

class TiltPaste extends TiltElement {
  static override properties = { app: {} };
  declare app: App;

  override render() {
    return html`<button class="btn" @click=${() => this.#dialog.showModal()}>Paste rows</button>
      <dialog aria-labelledby="paste-title">
        <form method="dialog" @submit=${this.#read}>
          <h2 id="paste-title">Paste rows</h2>
          <label for="pasted">JSON, JSON lines, or CSV or TSV with a header line</label>
          <textarea id="pasted" spellcheck="false"></textarea>
          <div class="btns">
            <button class="btn main">Read these rows</button>
            <button class="btn" type="button" @click=${() => this.#dialog.close()}>Cancel</button>
          </div>
        </form>
      </dialog>`;
  }

  get #dialog(): HTMLDialogElement {
    return this.querySelector("dialog")!;
  }

  #read(event: Event): void {
    event.preventDefault();
    const box = this.querySelector("textarea")!;
    const text = box.value;
    this.#dialog.close();
    box.value = "";
    const link = linkIn(text);
    if (link !== null) this.app.askAddress(link);
    else if (text.trim() !== "") void this.app.importFiles([pastedFile(text)]);
  }
}

customElements.define("tilt-paste", TiltPaste);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-paste": TiltPaste;
  }
}
