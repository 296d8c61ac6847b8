import { html } from "lit";
import { TiltElement } from "../element.ts";
import type { App } from "../engine/app.ts";
import type { State } from "../state/state.ts";

class TiltPolicyStage extends TiltElement {
  static override properties = { app: {}, state: {} };
  declare app: App;
  declare state: State;

  override render() {
    return html``;
  }
}

customElements.define("tilt-policy-stage", TiltPolicyStage);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-policy-stage": TiltPolicyStage;
  }
}
