/** The figure of the lesson on self-training: human reward over rounds, and what the policies write in the end. */
import { html, nothing, svg } from "lit";
import { interval } from "../../base/statistics.ts";
import type { TableRounds as Rounds } from "../../experiment/online/table_rounds.ts";
import type { Measure } from "../../lessons/lesson.ts";
import { layoutCurves, type Series } from "../chart/curves.ts";
import type { TableData } from "../chart/table_data.ts";
import { MeasuredElement } from "../element.ts";
import type { App } from "../engine/app.ts";
import "../parts/figure.ts";
import { problem } from "../parts/problem.ts";
import { fixed, percent } from "../text.ts";
import { measurementOf, onMeasurement, startMeasurement } from "./measurements.ts";

const ARMS = [
  { label: "ERM", short: "ERM", key: "erm" },
  { label: "ratio of round 1", short: "kept", key: "other" },
  { label: "ratio anew", short: "anew", key: "rew" },
] as const;
const SHARES = [0.1, 0.3, 0.5];
const HEIGHT = 260;

class TiltRounds extends MeasuredElement {
  static override properties = {
    app: {},
    measure: {},
    ready: { type: Boolean },
    share: { state: true },
  };
  declare app: App;
  declare measure: Extract<Measure, { kind: "rounds" }>;
  declare ready: boolean;
  declare share: number | null;
  #end: (() => void) | undefined;

  constructor() {
    super();
    this.share = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#end = onMeasurement(() => this.requestUpdate());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#end?.();
  }

  /** The question's measurement, with the reader's share of people. */
  #own(): Extract<Measure, { kind: "rounds" }> {
    const { measure, share } = this;
    return share === null ? measure : { ...measure, setting: { ...measure.setting, shareTarget: share } };
  }

  override render() {
    const own = this.#own();
    const { shareTarget } = own.setting;
    const now = measurementOf(own);
    const runs = now.runs as readonly Rounds[];
    return html`<div class="playground">
      <div class="board">
        <div class="transport">
          <button class="btn main" ?disabled=${!this.ready || now.going || now.done} @click=${() => void startMeasurement(this.app.engine, own)}>
            ${now.done ? "Done" : now.going ? `Seed ${runs.length + 1} of ${own.seeds}` : `Run ${own.setting.rounds} rounds`}
          </button>
        </div>
        <div class="scale ctl pick-one" data-control="share">
          <span class="ctl-name" id="rounds-share">Share of people in each round</span>
          <span class="group" role="radiogroup" aria-labelledby="rounds-share">
            ${SHARES.map(
              (one) =>
                html`<label class="btn"><input type="radio" name="rounds-share" .checked=${one === shareTarget} @change=${() => {
                  this.share = one === this.measure.setting.shareTarget ? null : one;
                }} />${fixed(one, 1)}</label>`,
            )}
          </span>
        </div>
      </div>
      ${now.problem ? problem(now.problem) : nothing}
      <tilt-figure
        heading="Human reward after each round"
        unit=${`exact; ${runs.length > 0 ? `mean of ${runs.length} seeds, each seed thin` : "4 seeds"}`}
        empty="Nothing has been run yet."
        .picture=${this.#chart(runs, own.setting.rounds)}
        .table=${() => tableOf(runs)}
      ></tilt-figure>
      ${this.#samples(runs)}
    </div>`;
  }

  #chart(runs: readonly Rounds[], steps: number) {
    const { measured } = this;
    if (measured < 120) return html`<div class="rounds-canvas"></div>`;
    if (runs.length === 0)
      return html`<div class="rounds-canvas empty"><p class="say">Nothing has been run yet. Guess first, then run the rounds.</p></div>`;
    const series = ARMS.map(
      ({ label, short, key }, a): Series => ({
        id: `${key}${a}`,
        label,
        short,
        key,
        points: Array.from(
          { length: steps + 1 },
          (_, r) => [r, interval(runs.map((run) => run[a]![r]!.reward)).mean] as const,
        ),
        seeds: runs.map((run) => run[a]!.map(({ reward }, r) => [r, reward] as const)),
      }),
    );
    const layout = layoutCurves({
      width: measured,
      height: HEIGHT,
      series,
      steps,
      zero: false,
      cursor: null,
    });
    const words = layout.lines.map(({ series: one, value }) => `${one.label} ${fixed(value, 2)}`).join(", ");
    return html`<svg viewBox="0 0 ${measured} ${HEIGHT}" width=${measured} height=${HEIGHT} role="img" aria-label="Human reward after the last round: ${words}.">
      ${layout.yTicks.map((value) => svg`<path class="grid" d="M${layout.left} ${layout.y(value).toFixed(1)}H${layout.right}"/><text x=${layout.left - 6} y=${layout.y(value) + 4} text-anchor="end">${fixed(value, layout.decimals)}</text>`)}
      <path class="axis" d="M${layout.left} ${layout.bottom}H${layout.right}" />
      ${Array.from({ length: steps + 1 }, (_, r) => svg`<path class="axis" d="M${layout.x(r).toFixed(1)} ${layout.bottom}v4"/><text x=${layout.x(r)} y=${layout.bottom + 16} text-anchor="middle">${r === 0 ? "start" : `round ${r}`}</text>`)}
      ${layout.lines.map(({ series: one, path, seedPaths, value, labelY }) => svg`${seedPaths.map((seed) => svg`<path class="curve thin k-${one.key}" d=${seed}/>`)}<path class="curve k-${one.key}" d=${path}/><text class="label b-${one.key}" x=${layout.right + 8} y=${labelY + 4}>${measured < 460 ? one.short : one.label} ${fixed(value, 2)}</text>`)}
    </svg>`;
  }

  /** Read what they write: one prompt, one draw, at the start and at the end. */
  #samples(runs: readonly Rounds[]) {
    const [run] = runs;
    if (!run) return nothing;
    const last = run[0]!.at(-1)!;
    return html`<dl class="samples">
      ${sample("Before training", run[0]![0]!)} ${sample("ERM, after the last round", last)}
      ${sample("Ratio anew, after the last round", run[2]!.at(-1)!)}
    </dl>`;
  }
}

function tableOf(runs: readonly Rounds[]): TableData {
  const of = (a: number, r: number, value: "reward" | "ess"): number =>
    interval(runs.map((run) => run[a]![r]![value])).mean;
  const rounds = runs[0]?.[0]?.length ?? 0;
  return {
    columns: [
      { name: "weights" },
      { name: "round" },
      { name: "human reward, mean", decimals: 2 },
      { name: "ESS of the ratio", decimals: 2 },
    ],
    rows: ARMS.flatMap(({ label }, a) =>
      Array.from({ length: rounds }, (_, r) => [
        label,
        r,
        of(a, r, "reward"),
        a === 0 ? null : of(a, r, "ess"),
      ]),
    ),
  };
}

/** One draw, beside two exact numbers. */
const sample = (name: string, { flattery, sentences, sample: text }: Rounds[number][number]) =>
  html`<div><dt>${name} <span>· ${percent(flattery)} flattering openers, ${fixed(sentences, 1)} sentences</span></dt><dd>${text}</dd></div>`;

customElements.define("tilt-rounds", TiltRounds);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-rounds": TiltRounds;
  }
}
