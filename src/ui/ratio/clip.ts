/** What the upper limit on h does: a slider of the limit, and the numbers it changes. */
import { html, svg } from "lit";
import type { Clipping } from "../../experiment/events.ts";
import { fieldAt, type Spec } from "../../experiment/spec.ts";
import { TiltElement } from "../element.ts";
import type { App } from "../engine/app.ts";
import "../parts/drawn.ts";
import type { Drawn } from "../parts/drawn.ts";
import { fixed, integer, percent, plain } from "../text.ts";
import { clipIndex, layoutClip } from "./clip_layout.ts";

const PATH = "ratio.hMax";

class TiltClip extends TiltElement {
  static override properties = { app: {}, spec: {}, clipping: {}, target: {} };
  declare app: App;
  declare spec: Spec;
  declare clipping: Clipping;
  /** Name of the target source. */
  declare target: string;

  override render() {
    const { clipping, spec, target } = this;
    const { curve, units } = clipping;
    const chosen = spec.ratio.hMax;
    const at = clipIndex(clipping, chosen);
    const now = curve[at]!;
    const free = curve.at(-1)!;
    const standard = fieldAt(PATH)?.default;
    return html`<div class="block clip">
      <div class="scale">
        <label for="clip-h">${chosen === standard ? "" : "• "}Clip h at</label>
        <output class="value" for="clip-h">${plain(chosen)}</output>
        <div class="ruler">
          <input id="clip-h" type="range" min="0" max=${curve.length - 1} step="1" .value=${String(at)}
            aria-valuetext="${plain(chosen)}: ${integer(now.clipped)} of ${integer(units)} clipped, effective sample ${percent(now.ess)}"
            title="Double-click: default, ${standard}" @input=${this.#slid} @dblclick=${() => this.app.resetField(PATH)} />
          <div class="ticks" aria-hidden="true">
            <span>${plain(curve[0]!.hMax)}</span><span></span><span>${plain(curve[curve.length >> 1]!.hMax)}</span><span></span><span>${plain(free.hMax)}</span>
          </div>
        </div>
      </div>
      <dl class="facts">
        <div><dt>Training pairs clipped</dt><dd>${integer(now.clipped)} of ${integer(units)}, ${percent(now.clipped / units, 1)}</dd></div>
        <div><dt>Effective sample</dt><dd>${percent(free.ess)} → <b>${percent(now.ess)}</b></dd></div>
        ${now.onTarget === null || free.onTarget === null ? "" : html`<div><dt>Weight on ${target}</dt><dd>${percent(free.onTarget)} → <b>${percent(now.onTarget)}</b></dd></div>`}
      </dl>
      <p class="small dim">
        ${
          chosen === clipping.hMax
            ? `As in the run shown. From unclipped to clipped; clipping moves towards plain training.`
            : `The run shown clipped at ${plain(clipping.hMax)}. The next run clips at ${plain(chosen)}.`
        }
      </p>
      <tilt-drawn .of=${clipFigure(clipping, chosen)}></tilt-drawn>
    </div>`;
  }

  #slid(event: Event): void {
    const at = Number((event.currentTarget as HTMLInputElement).value);
    this.app.setField(PATH, this.clipping.curve[at]!.hMax);
  }
}

function clipFigure(clipping: Clipping, chosen: number): Drawn {
  const { curve, units } = clipping;
  return {
    heading: "Clipping",
    unit: "% of pairs, by limit on h",
    draw(width) {
      const layout = layoutClip(width, clipping);
      const { x, y, xTicks, height } = layout;
      const at = curve[clipIndex(clipping, chosen)]!;
      const place = x(Math.min(at.hMax, x.domain[1]));
      const right = place > layout.width / 2;
      const anchor = right ? "end" : "start";
      const beside = place + (right ? -6 : 6);
      const ess = y(100 * at.ess);
      const clipped = y((100 * at.clipped) / units);
      return html`<svg viewBox="0 0 ${width} ${height}" width=${width} height=${height} role="img" aria-label="At a limit of ${plain(at.hMax)}, ${percent(at.clipped / units, 1)} of the pairs are clipped and the effective sample is ${percent(at.ess)}.">
        ${[0, 50, 100].map((value) => svg`<path class="grid" d="M${x(x.domain[0])} ${y(value)}H${x(x.domain[1])}"/><text x=${x(x.domain[0]) - 6} y=${y(value) + 4} text-anchor="end">${value}</text>`)}
        <path class="axis" d=${`M${x(x.domain[0])} ${y(0)}H${x(x.domain[1])}`} />
        ${xTicks.map((limit) => svg`<text x=${x(limit)} y=${y(0) + 14} text-anchor="middle">${plain(limit)}</text>`)}
        <path class="clipline" d=${layout.clippedPath} /><path class="essline" d=${layout.essPath} />
        <path class="head" d=${`M${place.toFixed(1)} ${y(100)}V${y(0)}`} />
        <g class="haloed">
          <text class="ttl" x=${beside} y=${ess - 5} text-anchor=${anchor}>effective sample ${fixed(100 * at.ess, 0)}</text>
          <text x=${beside} y=${Math.abs(clipped - ess) < 16 ? ess + 14 : clipped - 5} text-anchor=${anchor}>clipped ${fixed((100 * at.clipped) / units, 1)}</text>
        </g>
      </svg>`;
    },
    table: () => ({
      columns: [
        { name: "limit on h", decimals: 2 },
        { name: "pairs clipped" },
        { name: "clipped", unit: "%", decimals: 1 },
        { name: "effective sample", unit: "%", decimals: 1 },
        { name: "weight on target", unit: "%", decimals: 1 },
      ],
      rows: curve.map((point) => [
        point.hMax,
        point.clipped,
        (100 * point.clipped) / units,
        100 * point.ess,
        point.onTarget === null ? null : 100 * point.onTarget,
      ]),
    }),
  };
}

customElements.define("tilt-clip", TiltClip);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-clip": TiltClip;
  }
}
