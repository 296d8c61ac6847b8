/** Two notices at the foot of the page: a newer version is ready, and the network is gone. */
import { html, nothing } from "lit";
import { TiltElement } from "../element.ts";
import "../style/notices.css";
import { followService } from "./service.ts";

class TiltNotices extends TiltElement {
  static override properties = {
    reload: { attribute: false },
    offline: { state: true },
    kept: { state: true },
    waved: { state: true },
  };
  /** Opens the newer version; null while there is none, or the reader wants it later. */
  declare reload: (() => void) | null;
  declare offline: boolean;
  /** Whether the page's files are kept in this browser. */
  declare kept: boolean;
  /** Whether the reader has read that the network is gone. */
  declare waved: boolean;
  readonly #ends = new AbortController();

  constructor() {
    super();
    this.reload = null;
    this.offline = !navigator.onLine;
    this.kept = false;
    this.waved = false;
    const { signal } = this.#ends;
    addEventListener("offline", () => this.#network(true), { signal });
    addEventListener("online", () => this.#network(false), { signal });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#ends.abort();
  }

  #network(offline: boolean): void {
    this.offline = offline;
    this.waved = false;
  }

  override render() {
    const { reload, offline, kept, waved } = this;
    return html`<div class="notices" role="status">
      ${
        offline && !waved
          ? html`<p class="toast">
              <span>${kept ? "Offline. Everything you opened before still works." : "Offline. What is open goes on; other parts of the page need the network."}</span>
              <button @click=${() => (this.waved = true)}>Hide</button>
            </p>`
          : nothing
      }
      ${
        reload
          ? html`<p class="toast">
              <span>A new version is ready.</span>
              <span><button @click=${reload}>Reload</button><button @click=${() => (this.reload = null)}>Later</button></span>
            </p>`
          : nothing
      }
    </div>`;
  }
}

/** Puts the notices on the page; a build also gets its service worker. */
export function showNotices(): void {
  const notices = document.createElement("tilt-notices");
  document.body.append(notices);
  if (!import.meta.env.PROD) return;
  void followService({
    kept: () => {
      notices.kept = true;
    },
    newer: (reload) => {
      notices.reload = reload;
    },
  });
}

customElements.define("tilt-notices", TiltNotices);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-notices": TiltNotices;
  }
}
