/** Brand, what computes, light or dark, and the list of keys. */
import { html, nothing } from "lit";
import type { Environment } from "../../experiment/events.ts";
import { TiltElement } from "../element.ts";
import type { App } from "../engine/app.ts";
import { mark, theme } from "../icons.ts";
import { fragmentOf, VIEW_IDS, type ViewId } from "../route.ts";
import type { EngineState } from "../state/state.ts";
import { toggleTheme } from "../theme.ts";
import { VIEWS } from "../views/views.ts";
import "./copy_link.ts";

class TiltHeader extends TiltElement {
  static override properties = { app: {}, view: {}, engine: {}, environment: {}, busy: { type: Boolean } };
  declare app: App;
  declare view: ViewId;
  declare engine: EngineState;
  declare environment: Environment | null;
  declare busy: boolean;

  /** On narrow screens the navigation scrolls: where one is stays in sight. */
  override updated(changed: Map<string, unknown>): void {
    if (changed.has("view"))
      this.querySelector("nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  override render() {
    return html`<header class="top">
      <a class="brand" href="./" aria-label="Tilt, start page">${mark}Tilt</a>
      <nav aria-label="Main">
        ${VIEW_IDS.map(
          (id) =>
            html`<a href=${fragmentOf({ view: id, rest: "" })} aria-current=${id === this.view || (id === "lessons" && this.view === "lesson") ? "page" : nothing}>${VIEWS[id].name}</a>`,
        )}
      </nav>
      <span class="fill"></span>
      <span class="stat opt">Nothing leaves this tab</span>
      ${this.#lamp()}
      <span class="tools">
        ${this.view === "workbench" || this.view === "play" ? html`<tilt-copy-link .app=${this.app}></tilt-copy-link>` : nothing}
        <button class="quiet wide" aria-haspopup="dialog" @click=${() => this.app.openStorage()}>Storage</button>
        <button class="quiet" aria-label="Switch between light and dark" @click=${toggleTheme}>${theme}</button>
        <button
          class="quiet"
          aria-label="Keyboard shortcuts"
          aria-keyshortcuts="?"
          @click=${() => this.app.showShortcuts(true)}
        >
          <kbd>?</kbd>
        </button>
      </span>
    </header>`;
  }

  #lamp() {
    const { environment, engine, busy } = this;
    const state = (lit: boolean, words: string, kind = "") =>
      html`<span class="stat engine ${kind}" title=${environment?.adapter ?? nothing}
        ><i class="lamp ${lit ? "on" : ""}"></i>${words}</span
      >`;
    if (engine === "opening") return state(false, "Looking for a GPU");
    if (engine === "restarting") return state(false, "Engine lost, restarting", "warn");
    if (engine === "broken" || !environment) return state(false, "Engine not running", "bad");
    const device = environment.backend === "webgpu" ? "GPU" : "CPU";
    return state(environment.backend === "webgpu" || busy, `${device} ${busy ? "busy" : "ready"}`);
  }
}

customElements.define("tilt-header", TiltHeader);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-header": TiltHeader;
  }
}
