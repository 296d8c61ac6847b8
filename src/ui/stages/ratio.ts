import { html } from "lit";
import { TiltElement } from "../element.ts";
import type { App } from "../engine/app.ts";
import type { State } from "../state/state.ts";

class TiltRatioStage extends TiltElement {
  static override properties = { app: {}, state: {} };
  declare app: App;
  declare state: State;

  override render() {
    return html``;
  }
}

customElements.define("tilt-ratio-stage", TiltRatioStage);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-ratio-stage": TiltRatioStage;
  }
}
