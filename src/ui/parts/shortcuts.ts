/** The list of keys. */
import { html } from "lit";
import { TiltElement } from "../element.ts";
import type { App } from "../engine/app.ts";
import { SHORTCUTS } from "../keys.ts";

class TiltShortcuts extends TiltElement {
  static override properties = { app: {}, open: { type: Boolean }, single: { type: Boolean } };
  declare app: App;
  declare open: boolean;
  /** Whether single keys act. */
  declare single: boolean;

  override updated(): void {
    const dialog = this.querySelector("dialog")!;
    if (this.open && !dialog.open) dialog.showModal();
    if (!this.open && dialog.open) dialog.close();
  }

  override render() {
    return html`<dialog aria-labelledby="shortcuts-title" @close=${() => this.app.showShortcuts(false)}>
      <h2 id="shortcuts-title">Keys</h2>
      <dl>
        ${SHORTCUTS.map(
          ([keys, words]) =>
            html`<dt>${keys.map((key) => html`<kbd>${key}</kbd> `)}</dt>
              <dd>${words}</dd>`,
        )}
      </dl>
      <p><label class="pick"><input type="checkbox" .checked=${this.single} @change=${(event: Event) => this.app.setSingleKeys((event.currentTarget as HTMLInputElement).checked)} />Single keys act</label></p>
      <p class="small dim">Single keys are off while you type in a field. Turned off here, only Esc, arrows and Ctrl or ⌘ with a key act.</p>
      <div class="btns"><button class="btn" @click=${() => this.app.showShortcuts(false)}>Close</button><a href="#guide=words" @click=${() => this.app.showShortcuts(false)}>Words, charts and settings: the guide</a></div>
    </dialog>`;
  }
}

customElements.define("tilt-shortcuts", TiltShortcuts);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-shortcuts": TiltShortcuts;
  }
}
