/** The signal path: four stages, their state and their latest readings. */
import { html, nothing, svg, type TemplateResult } from "lit";
import type { Spec } from "../../experiment/spec.ts";
import type { DatasetSummary, ImportProgress } from "../../worker/api.ts";
import { TiltElement } from "../element.ts";
import type { App } from "../engine/app.ts";
import type { RunView } from "../state/run_view.ts";
import { STAGE_IDS, type StageId } from "../state/state.ts";
import { type Segment, segments } from "./rail_segments.ts";

class TiltRail extends TiltElement {
  static override properties = {
    app: {},
    stage: {},
    data: {},
    importing: {},
    shown: {},
    going: {},
    ratio: {},
    spec: {},
  };
  declare app: App;
  declare stage: StageId;
  declare data: DatasetSummary | null;
  declare importing: ImportProgress | null;
  /** Runs in the charts. */
  declare shown: readonly RunView[];
  declare going: RunView | null;
  /** The run whose ratio is shown. */
  declare ratio: RunView | null;
  /** The settings of the next run. */
  declare spec: Spec;

  override render() {
    const all = segments(this);
    return html`<nav class="rail" aria-label="Stages">
      <ol @keydown=${this.#key}>
        ${STAGE_IDS.map((id) => this.#segment(id, all[id]))}
      </ol>
    </nav>`;
  }

  #segment(id: StageId, { name, state, words, fraction, out, spark, lines }: Segment): TemplateResult {
    const open = id === this.stage;
    return html`<li class="seg ${state} ${open ? "open" : ""}">
      <div class="wire">
        ${node(fraction)}
        <button class="name" aria-current=${open ? "step" : nothing} @click=${() => this.app.showStage(id)}>
          ${name}
        </button>
        <span class="state">${words}</span><span class="ln"></span>${out ? html`<span class="out">${out}</span>` : nothing}
      </div>
      <div class="sum">
        <svg viewBox="0 0 92 36" aria-hidden="true">${spark === nothing ? svg`<path class="axis" d="M0 35.5H92"/>` : spark}</svg>
        <div>${lines.map((line) => html`<span class="line">${line}</span>`)}</div>
      </div>
    </li>`;
  }

  #key(event: KeyboardEvent): void {
    const sign = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
    if (!sign) return;
    event.preventDefault();
    const buttons = [...this.querySelectorAll<HTMLButtonElement>(".name")];
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    buttons[(at + sign + buttons.length) % buttons.length]?.focus();
  }
}

/** A ring that fills like a clock. */
function node(fraction: number) {
  const round = 2 * Math.PI * 3;
  return html`<svg class="node" viewBox="0 0 12 12" aria-hidden="true">
    <circle class="ring" cx="6" cy="6" r="5" />
    ${
      fraction > 0
        ? svg`<circle class="pie" cx="6" cy="6" r="3" stroke-dasharray="${(fraction * round).toFixed(2)} ${round.toFixed(2)}"/>`
        : nothing
    }
  </svg>`;
}

customElements.define("tilt-rail", TiltRail);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-rail": TiltRail;
  }
}
