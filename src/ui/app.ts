/** The page. */
import { html, nothing } from "lit";
import { problemOf } from "../base/errors.ts";
import { TiltElement } from "./element.ts";
import type { App } from "./engine/app.ts";
import "./parts/header.ts";
import "./parts/shortcuts.ts";
import { staysAwake } from "./awake.ts";
import { drops } from "./drop.ts";
import { needAddress, needStorage } from "./import/parts.ts";
import { keys, useSingleKeys } from "./keys.ts";
import { fallback } from "./parts/fallback.ts";
import { routeOf, type ViewId } from "./route.ts";
import { goingRun } from "./state/select.ts";
import type { State } from "./state/state.ts";
import { tips } from "./tips.ts";
import { pageTitle } from "./title.ts";
import { VIEWS } from "./views/views.ts";

class TiltApp extends TiltElement {
  static override properties = { app: {}, state: { state: true }, dragging: { state: true } };
  declare app: App | undefined;
  declare state: State | undefined;
  declare dragging: boolean;
  #release: (() => void)[] = [];
  readonly #loaded = new Set<ViewId>();

  override willUpdate(changed: Map<string, unknown>): void {
    if (!changed.has("app") || !this.app) return;
    for (const end of this.#release) end();
    const { app } = this;
    this.state = app.store.get();
    useSingleKeys(this.state.singleKeys);
    this.#release = [
      app.store.subscribe((state) => {
        this.state = state;
        useSingleKeys(state.singleKeys);
        document.title = pageTitle(state);
      }),
      keys(app),
      staysAwake(app.store),
      follows(app),
      tips(),
      drops(app, (dragging) => {
        this.dragging = dragging;
      }),
    ];
  }

  override updated(changed: Map<string, unknown>): void {
    if (changed.has("state"))
      document.querySelector("tilt-notices")?.classList.toggle("raised", Boolean(this.state?.toast));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const end of this.#release) end();
  }

  override render() {
    const { app, state } = this;
    if (!app || !state) return nothing;
    const going = goingRun(state);
    const frame = html`<tilt-header
        .app=${app}
        .view=${state.route.view}
        .engine=${state.engine}
        .environment=${state.environment}
        ?busy=${going !== null}
      ></tilt-header>
      ${fallback(state.environment)}`;
    return html`
      ${state.route.bare ? nothing : frame}
      ${this.#view(app, state)}
        <input
          id="file"
          type="file"
          multiple
          hidden
          aria-label="Choose a preference file"
          accept=".json,.jsonl,.ndjson,.gz,.csv,.tsv,.parquet"
          @change=${(event: Event) => {
            const input = event.currentTarget as HTMLInputElement;
            void app.takeFiles([...(input.files ?? [])]);
            input.value = "";
          }}
        />
      ${this.dragging ? html`<div class="dropping"><p>Drop to read it. It stays in this tab.</p></div>` : nothing}
      ${
        state.toast
          ? html`<div class="toast" role="status">
              <span>${state.toast.text}</span>
              ${state.toast.undo !== null ? html`<button @click=${() => app.undo()}>Undo</button>` : nothing}
            </div>`
          : nothing
      }
      ${this.#dialog(app, state)}
      <tilt-shortcuts .app=${app} ?open=${state.shortcuts} ?single=${state.singleKeys}></tilt-shortcuts>
      <p class="vh" role="status" aria-live="polite" id="live">${state.said}</p>
    `;
  }

  /** Dialogs whose code comes when they are opened. */
  #dialog(app: App, { dialog, link, toast, runs, datasets }: State) {
    if (dialog === "web") {
      needAddress(app.tell);
      return html`<tilt-address-dialog .app=${app} .link=${link}></tilt-address-dialog>`;
    }
    if (dialog !== "storage") return nothing;
    needStorage(app.tell);
    return html`<tilt-storage-dialog .app=${app} .toast=${toast} .runs=${runs} .datasets=${datasets}></tilt-storage-dialog>`;
  }

  /** The open view; one whose code is not here yet says so until it is. */
  #view(app: App, state: State) {
    const { view } = state.route;
    const { load, show } = VIEWS[view];
    if (!load || this.#loaded.has(view)) return show(app, state);
    void load().then(
      () => {
        this.#loaded.add(view);
        this.requestUpdate();
      },
      (thrown) => app.tell(problemOf(thrown)),
    );
    return html`<main class="page" id="stage" tabindex="-1"><p class="say">Fetching this part of the page …</p></main>`;
  }
}

/** Goes where the address says, now and whenever it changes. @returns a function that stops following */
function follows(app: App): () => void {
  const go = (): void => app.showRoute(routeOf(location.hash));
  go();
  addEventListener("hashchange", go);
  return () => removeEventListener("hashchange", go);
}

customElements.define("tilt-app", TiltApp);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-app": TiltApp;
  }
}
