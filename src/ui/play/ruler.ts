/** A reading between its yardsticks: where the policy's human reward stands, from the reference to the best possible. */
import { html, nothing, svg } from "lit";
import type { PlaneMetrics, PlaneWorldView } from "../../worker/api.ts";
import { MeasuredElement } from "../element.ts";
import { fixed } from "../text.ts";
import { type Seeds, spread } from "./words.ts";

const BASE = 13;
/** Lowest reward that the ruler shows. */
const LOW = 0.6;

class TiltReading extends MeasuredElement {
  static override properties = {
    metrics: {},
    world: {},
    seeds: {},
    strategy: { type: Number },
    first: { type: Boolean },
  };
  declare metrics: PlaneMetrics | undefined;
  declare world: PlaneWorldView;
  declare seeds: Seeds;
  /** Index among the session's strategies. */
  declare strategy: number;
  /** The first panel of the row spells its yardsticks out. */
  declare first: boolean;

  override render() {
    const { metrics } = this;
    return html`<dl class="read">
        <div><dt>Human reward</dt><dd>${fixed(metrics?.rew, 2)} ${this.#several("rew")}</dd></div>
        <div><dt>at equal distance</dt><dd>${fixed(metrics?.rewK, 2)} ${this.#several("rewK")}</dd></div>
      </dl>
      ${this.#ruler()}`;
  }

  /** What other seeds gave, once there are some. */
  #several(metric: "rew" | "rewK") {
    const found = spread(this.seeds, this.strategy, metric);
    if (!found) return html`<small></small>`;
    const words = `${found.n} seeds at the last step: mean ${fixed(found.mean, 2)}, 95 % interval ± ${fixed(found.half, 2)}`;
    return html`<small title=${words}>${found.n} seeds: ${fixed(found.mean, 2)} ± ${fixed(found.half, 2)}</small>`;
  }

  #ruler() {
    const { metrics, world, seeds, strategy, measured } = this;
    const width = Math.max(60, measured);
    const { referenceReward, bestReward } = world;
    const high = bestReward + 0.12;
    const x = (value: number): number =>
      ((Math.min(high, Math.max(LOW, value)) - LOW) / (high - LOW)) * width;
    const band = spread(seeds, strategy, "rew");
    const [a, b] = [x(referenceReward), x(bestReward)];
    const words = this.first && width > 220;
    return html`<svg class="yardstick" viewBox="0 0 ${width} 30" width=${width} height="30" aria-hidden="true">
      ${band ? svg`<path class="seeds" d="M${x(band.mean - band.sd).toFixed(1)} 8.5H${x(band.mean + band.sd).toFixed(1)}"/>` : nothing}
      <path class="axis" d="M0 ${BASE + 0.5}H${width}M${a} 4V${BASE}M${b} 4V${BASE}" />
      ${metrics ? svg`<path class="mark" d="M${x(metrics.rew).toFixed(1)} ${BASE}l-4.5 -6v-6h9v6z"/>` : nothing}
      <text x=${a} y=${BASE + 14} text-anchor="middle">${words ? "reference " : ""}${fixed(referenceReward, 2)}</text>
      <text x=${width} y=${BASE + 14} text-anchor="end">${words ? "best possible " : "best "}${fixed(bestReward, 2)}</text>
    </svg>`;
  }
}

customElements.define("tilt-reading", TiltReading);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-reading": TiltReading;
  }
}
