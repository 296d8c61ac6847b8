/** A metric over steps and the scrubber in one: drag the playhead to look back while training goes on. */
import { html, nothing, svg } from "lit";
import type { PlaneMetrics, PlaneWorldView } from "../../worker/api.ts";
import { type CurveLayout, layoutCurves, type Series } from "../chart/curves.ts";
import { MeasuredElement } from "../element.ts";
import { keyOf, nameOf, shortNameOf } from "../names.ts";
import type { Takeaway } from "../parts/save_menu.ts";
import { take } from "../parts/take.ts";
import { fixed, integer } from "../text.ts";
import { pointIn } from "../zoom.ts";
import { newestStep, type PlaneHistory, scrubKey, shownFrame } from "./history.ts";
import { playData, playTable } from "./table.ts";

interface Measure {
  readonly title: string;
  readonly unit: string;
  readonly decimals: number;
  readonly value: (metrics: PlaneMetrics) => number;
  /** Whether the yardsticks of the reward belong in the picture. */
  readonly reward: boolean;
}

export const MEASURES: Readonly<Record<string, Measure>> = {
  rew: {
    title: "Human reward",
    unit: "expected, exact; one seed",
    decimals: 2,
    value: ({ rew }) => rew,
    reward: true,
  },
  rewK: {
    title: "Human reward at equal distance",
    unit: "policy moved to the optimum’s KL from the reference: direction alone; one seed",
    decimals: 2,
    value: ({ rewK }) => rewK,
    reward: true,
  },
  human: {
    title: "Weight on human pairs",
    unit: "share of all tilt weight, %",
    decimals: 0,
    value: ({ weightBySource }) => 100 * weightBySource[0]!,
    reward: false,
  },
  ess: {
    title: "Effective sample size",
    unit: "of the tilt weights, % of the pairs",
    decimals: 0,
    value: ({ ess }) => 100 * ess,
    reward: false,
  },
  loss: {
    title: "Training loss",
    unit: "all pairs, nats per pair",
    decimals: 2,
    value: ({ loss }) => loss,
    reward: false,
  },
};

const HEIGHT = 132;
/** Where it is narrow, lines need more room to part. */
const TALL = { below: 460, height: 208 } as const;

class TiltTimeline extends MeasuredElement {
  static override properties = {
    history: {},
    world: {},
    strategies: {},
    steps: { type: Number },
    shift: { type: Number },
    measure: { state: true },
    table: { state: true },
  };
  declare history: PlaneHistory;
  declare world: PlaneWorldView;
  declare strategies: readonly string[];
  declare steps: number;
  declare shift: number;
  declare measure: string;
  declare table: boolean;
  #layout: CurveLayout | null = null;
  #of: Takeaway | undefined;
  #dragging = false;

  constructor() {
    super();
    this.measure = "rew";
    this.table = false;
  }

  override render() {
    const measure = MEASURES[this.measure]!;
    return html`<figure class="chart timeline" aria-labelledby="timeline-title">
      <figcaption>
        <span><b id="timeline-title" class="vh">${measure.title} over steps</b>
          <select aria-label="Quantity of the timeline" .value=${this.measure} @change=${this.#choose}>
            ${Object.entries(MEASURES).map(
              ([id, { title }]) =>
                html`<option value=${id} ?selected=${id === this.measure}>${title}</option>`,
            )}
          </select>
          <span class="unit">${measure.unit}</span></span>
        <span class="links small dim">
          ${this.#note()}
          ${take(this.#takeaway(measure), "the timeline", this.table, () => (this.table = !this.table))}
        </span>
      </figcaption>
      ${this.table ? playTable(this.history, this.strategies, this.world) : this.#chart(measure)}
    </figure>`;
  }

  /** The same while the quantity is the same: frames come many times a second. */
  #takeaway({ title, unit }: Measure): Takeaway {
    if (this.#of?.title !== `${title}, plane` || this.#of.unit !== unit) {
      this.#of = {
        title: `${title}, plane`,
        unit,
        table: () => playData(this.history, this.strategies, this.shift),
        drawing: () => this.querySelector<SVGSVGElement>(".tl-canvas svg[role=img]") ?? undefined,
      };
    }
    return this.#of;
  }

  #note() {
    const { history } = this;
    if (history.viewing === null) return html`<span class="hint">drag the playhead</span>`;
    return html`<span>viewing step <b>${shownFrame(history)?.step ?? 0}</b>, run is at ${newestStep(history)}</span>
      <button class="link" @click=${() => this.#tell(null)}>back to now</button>`;
  }

  #chart(measure: Measure) {
    const { measured, history, strategies, world, steps } = this;
    if (measured < 120) return html`<div class="tl-canvas"></div>`;
    const { frames } = history;
    const curves = strategies.map(
      (strategy, s): Series => ({
        id: strategy,
        label: nameOf(strategy),
        short: shortNameOf(strategy),
        key: keyOf(strategy),
        points: frames.flatMap(({ step, metrics }) => {
          const value = measure.value(metrics[s]!);
          return Number.isFinite(value) ? [[step, value] as const] : [];
        }),
      }),
    );
    const yard = (id: string, label: string, short: string, value: number): Series => ({
      id,
      label,
      short,
      key: "yard",
      points: [
        [0, value],
        [steps, value],
      ],
    });
    const yards = measure.reward
      ? [
          yard("reference", "reference", "ref.", world.referenceReward),
          yard("best", "best possible", "best", world.bestReward),
        ]
      : [];
    const shown = shownFrame(history)?.step ?? 0;
    const height = measured < TALL.below ? TALL.height : HEIGHT;
    const layout = layoutCurves({
      width: measured,
      height,
      series: [...curves, ...yards],
      steps,
      zero: false,
      cursor: shown,
    });
    this.#layout = layout;
    const newest = newestStep(history);
    const back = history.viewing !== null;
    return html`<div class="tl-canvas" @pointerdown=${this.#grab} @pointermove=${this.#drag} @pointerup=${this.#drop} @pointercancel=${this.#drop}>
      <svg viewBox="0 0 ${measured} ${height}" width=${measured} height=${height} role="img" aria-label=${finding(measure, layout, shown)}>
        ${layout.yTicks.map(
          (value) =>
            svg`<path class="grid" d="M${layout.left} ${layout.y(value).toFixed(1)}H${layout.right}"/><text x=${layout.left - 6} y=${layout.y(value) + 4} text-anchor="end">${fixed(value, layout.decimals)}</text>`,
        )}
        <path class="axis" d="M${layout.left} ${layout.bottom}H${layout.right}" />
        ${layout.xTicks.map(
          (step) =>
            svg`<path class="axis" d="M${layout.x(step).toFixed(1)} ${layout.bottom}v4"/><text x=${layout.x(step)} y=${layout.bottom + 16} text-anchor="middle">${integer(step)}${step === layout.xTicks.at(-1) ? " steps" : nothing}</text>`,
        )}
        ${layout.lines.map(({ series, path, value, at, labelY }) =>
          at === null
            ? nothing
            : svg`<path class="curve k-${series.key}" d=${path}/>
              ${series.key === "yard" ? nothing : svg`<circle class="b-${series.key}" r="2.6" cx=${at[0]} cy=${at[1]}/>`}
              <text class="label b-${series.key}" x=${layout.right + 8} y=${labelY + 4}>${measured < 460 ? series.short : series.label} ${fixed(value, measure.decimals)}</text>`,
        )}
        <path class="head" d="M${layout.x(shown).toFixed(1)} 4V${layout.bottom}" />
        <path class="headbox" d="M${(layout.x(shown) - 6).toFixed(1)} -8h12v7l-6 6-6-6z" />
      </svg>
      <input
        class="scrub"
        type="range"
        min="0"
        max=${steps}
        step="1"
        .value=${String(shown)}
        aria-label="Step shown"
        aria-valuetext=${back ? `viewing step ${shown}, run is at ${newest}` : `step ${shown} of ${steps}`}
        @keydown=${this.#key}
        @input=${(event: Event) => this.#tell(Number((event.currentTarget as HTMLInputElement).value))}
      />
    </div>`;
  }

  #choose(event: Event): void {
    this.measure = (event.currentTarget as HTMLSelectElement).value;
  }

  #key(event: KeyboardEvent): void {
    const step = scrubKey(this.history, event.key);
    if (step === undefined) return;
    event.preventDefault();
    this.#tell(step);
  }

  #grab(event: PointerEvent): void {
    this.#dragging = true;
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
    this.querySelector<HTMLInputElement>(".scrub")?.focus({ preventScroll: true });
    event.preventDefault();
    this.#drag(event);
  }

  #drag(event: PointerEvent): void {
    if (!this.#dragging || !this.#layout) return;
    this.#tell(this.#layout.x.invert(pointIn(event)[0]));
  }

  #drop(): void {
    this.#dragging = false;
  }

  #tell(step: number | null): void {
    this.dispatchEvent(new CustomEvent<number | null>("scrub", { detail: step, bubbles: true }));
  }
}

function finding({ title, decimals }: Measure, layout: CurveLayout, step: number): string {
  const told = layout.lines.filter(({ value }) => value !== null);
  return `${title} at step ${step}: ${told.map(({ series, value }) => `${series.label} ${fixed(value, decimals)}`).join(", ")}.`;
}

customElements.define("tilt-timeline", TiltTimeline);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-timeline": TiltTimeline;
  }
}
