/** The four small multiples: a plane, a tilt strip and a reading per strategy. */
import { html, type TemplateResult } from "lit";
import type { PlaneFrame, PlaneOpened } from "../../worker/api.ts";
import type { Stem } from "../chart/strip.ts";
import { strategyMark } from "../marks.ts";
import { lineOf, nameOf } from "../names.ts";
import { shownFrame } from "./history.ts";
import type { PlayState } from "./model.ts";
import type { Crosshair } from "./panel.ts";
import "./panel.ts";
import "./ruler.ts";
import "./stems.ts";
import { type Seeds, standing } from "./words.ts";

const FORMULAS: Readonly<Record<string, string>> = {
  erm: "1/B",
  reweight: "h / B",
  kl_dro: "softmax(ℓ/λ)",
  dora_inside: "h · softmax(hℓ/λ)",
  sharp: "h · softmax(h log 2/λ)",
  drdpo: "softmax(−ℓ/β′)",
};

const NO_STEMS: readonly Stem[] = [];
const NO_SEEDS: Seeds = [];

export function panels(
  play: PlayState,
  { world, steps }: PlaneOpened,
  cross: Crosshair | null,
  onCross: (cross: Crosshair | null) => void,
): TemplateResult {
  const frame = shownFrame(play.history);
  const parts = frame ? partsOf(frame, play.strategies.length) : [];
  const moving = play.changes !== play.shown;
  return html`<div class="multiples of-${play.strategies.length} ${moving ? "moving" : ""}" @cross=${(
    event: CustomEvent<Crosshair | null>,
  ) => onCross(event.detail)}>
    ${play.strategies.map((strategy, s) => {
      const metrics = frame?.metrics[s];
      const first = s === 0;
      return html`<section class="mult" aria-label=${nameOf(strategy)}>
        <h2>${strategyMark(strategy)}<span class="f">${FORMULAS[strategy]}</span></h2>
        <tilt-plane
          .world=${world}
          .density=${parts[s]?.density ?? null}
          .cross=${cross}
          .name=${nameOf(strategy)}
          .line=${lineOf(strategy)}
          .finding=${metrics ? standing(strategy, metrics, frame.step, world) : `${nameOf(strategy)}: not trained yet.`}
          ?first=${first}
        ></tilt-plane>
        <tilt-stems .stems=${parts[s]?.stems ?? NO_STEMS} .name=${nameOf(strategy)} ?first=${first}></tilt-stems>
        <tilt-reading
          .metrics=${metrics}
          .world=${world}
          .seeds=${frame?.step === steps ? play.seeds : NO_SEEDS}
          .strategy=${s}
          ?first=${first}
        ></tilt-reading>
      </section>`;
    })}
  </div>`;
}

/** One strategy's share of a frame. */
interface Part {
  readonly density: Float32Array;
  readonly stems: readonly Stem[];
}

/** Cut up once per frame, so that figures know by identity that nothing changed. */
const cut = new WeakMap<PlaneFrame, readonly Part[]>();

function partsOf(frame: PlaneFrame, count: number): readonly Part[] {
  let parts = cut.get(frame);
  if (!parts) {
    const cells = frame.density.length / count;
    parts = Array.from({ length: count }, (_, s) => ({
      density: frame.density.subarray(s * cells, (s + 1) * cells),
      stems: stemsOf(frame, s),
    }));
    cut.set(frame, parts);
  }
  return parts;
}

/** The last batch of one strategy as stems. */
function stemsOf({ batch }: PlaneFrame, strategy: number): Stem[] {
  const n = batch.pairs.length;
  return Array.from(batch.pairs, (pair, i) => ({
    row: pair + 1,
    source: batch.sources[i]!,
    h: batch.h[i]!,
    loss: batch.losses[strategy * n + i]!,
    weight: batch.weights[strategy * n + i]!,
  }));
}
