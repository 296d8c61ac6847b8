/** Self-training over its rounds: what the policy writes, how far it has drifted, and what h makes of it. */
import { html, nothing, type TemplateResult } from "lit";
import { meanCurve, type Setting } from "../../experiment/sweep.ts";
import { TiltElement } from "../element.ts";
import { keyOf } from "../names.ts";
import { fixed, percent } from "../text.ts";
import type { OpenSweep } from "./model.ts";
import "./panels.ts";
import type { CellResult } from "../../worker/api.ts";
import type { Panel } from "./panel_layout.ts";

type Rounds = NonNullable<CellResult["rounds"]>;
type Points = readonly (readonly [number, number])[];

interface Quantity {
  readonly title: string;
  readonly help: string;
  readonly bounds?: readonly [number, number];
  readonly read: (rounds: Rounds) => Points;
}

const known = (points: readonly (readonly [number, number | null])[]): Points =>
  points.filter(
    (point): point is readonly [number, number] => point[1] !== null && Number.isFinite(point[1]),
  );
/** By round, the reference before the first one included. */
const written = (read: (of: Rounds[number]["written"]) => number | null) => (rounds: Rounds) =>
  known([
    [0, rounds[0] ? read(rounds[0].written) : null],
    ...rounds.map(({ round, after }) => [round, read(after)] as const),
  ]);
const ofRatio = (read: (of: Rounds[number]["ratio"]) => number) => (rounds: Rounds) =>
  known(rounds.map(({ round, ratio }) => [round, read(ratio)] as const));

const QUANTITIES: readonly Quantity[] = [
  {
    title: "Human reward of what it writes",
    help: "Exact, by the world, of what can be scored.",
    read: written(({ humanReward }) => humanReward),
  },
  {
    title: "Annotator’s reward",
    help: "What the biased annotator thinks of the same.",
    read: written(({ annotatorReward }) => annotatorReward),
  },
  {
    title: "Reward model’s score",
    help: "Where the data’s own preferences judge.",
    read: written(({ modelScore }) => modelScore),
  },
  {
    title: "Usable responses, share",
    bounds: [0, 1],
    help: "Ended in time and could be scored.",
    read: written(({ scored, responses }) => scored / responses),
  },
  {
    title: "AUC of people against policy",
    bounds: [0, 1],
    help: "1: the classifier tells them apart at sight.",
    read: ofRatio(({ auc }) => auc),
  },
  {
    title: "Effective share of h",
    bounds: [0, 1],
    help: "Over responses; falls towards people’s share as the policy drifts.",
    read: ofRatio(({ essFraction }) => essFraction),
  },
  {
    title: "Mean h of the policy’s responses",
    bounds: [0, Number.POSITIVE_INFINITY],
    help: "0: its text no longer counts.",
    read: ofRatio(({ meanHPolicy }) => meanHPolicy),
  },
];

class TiltSweepRounds extends TiltElement {
  static override properties = { open: {} };
  declare open: OpenSweep;

  override render() {
    const { open } = this;
    const drawn = QUANTITIES.map((quantity) => ({ quantity, panel: panelOf(open, quantity) })).filter(
      ({ panel }) => panel.lines.some(({ points }) => points.length > 0),
    );
    const rounds = Math.max(0, ...[...open.results.values()].map((result) => result.rounds?.length ?? 0));
    const names = Array.from({ length: rounds + 1 }, (_, i) => (i === 0 ? "start" : String(i)));
    return html`<div class="block">
      <h3 class="sub">Rounds <span class="dim">each round trains on what the policy before it wrote</span></h3>
      <div class="rounds-grid">
        ${drawn.map(
          ({ quantity, panel }) =>
            html`<tilt-sweep-panels .panels=${[panel]} .names=${names} along="round" .label=${quantity.title} .note=${quantity.help} .bounds=${quantity.bounds}></tilt-sweep-panels>`,
        )}
      </div>
      ${this.#samples()}
    </div>`;
  }

  #samples(): TemplateResult | typeof nothing {
    const { open } = this;
    const found = open.plan.settings.flatMap((setting) => {
      const result = open.results.get(setting.cells[0] ?? "");
      const last = result?.rounds?.at(-1);
      return last
        ? [{ name: nameOf(open, setting), first: result!.rounds![0]!.written, last: last.after }]
        : [];
    });
    if (found.length === 0) return nothing;
    return html`<details class="samples">
      <summary>What they write, first seed: before and after</summary>
      ${found.map(
        ({ name, first, last }) => html`<h4>${name}</h4>
          <dl>
            ${[first.samples[0], ...last.samples.slice(0, 2)].map((sample, i) =>
              sample
                ? html`<dt>${i === 0 ? "before" : "after"}: ${sample.prompt}</dt>
                    <dd><span class="mono">${sample.text || "(nothing)"}</span> <span class="dim">${sample.score === null ? "cannot be scored" : `score ${fixed(sample.score, 2)}`}</span></dd>`
                : nothing,
            )}
          </dl>
          <p class="small dim">${percent(last.scored / last.responses)} of its responses could be scored; mean length ${fixed(last.meanTokens, 1)} tokens.</p>`,
      )}
    </details>`;
  }
}

function nameOf({ sweep }: OpenSweep, { at }: Setting): string {
  const parts = sweep.axes.flatMap(({ values }, a) => (values.length > 1 ? [values[at[a]!]!.label] : []));
  return parts.join(", ") || sweep.name;
}

function panelOf(open: OpenSweep, { read }: Quantity): Panel {
  const lines = open.plan.settings.map((setting, i) => {
    const curve = meanCurve(setting, open.results, ({ rounds }) => (rounds ? read(rounds) : undefined));
    const strategies = open.sweep.axes.findIndex(({ id }) => id === "train.strategy");
    const strategy =
      strategies < 0
        ? ""
        : String(open.sweep.axes[strategies]!.values[setting.at[strategies]!]!.set["train.strategy"]);
    const only = open.sweep.axes.filter(({ values }) => values.length > 1).length === 1;
    const key = only && keyOf(strategy) !== "other" ? keyOf(strategy) : `plain${i % 5}`;
    return {
      id: String(i),
      label: nameOf(open, setting),
      key,
      points: curve.points,
      n: curve.n,
      each: curve.each,
    };
  });
  return { title: "", lines };
}

customElements.define("tilt-sweep-rounds", TiltSweepRounds);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-sweep-rounds": TiltSweepRounds;
  }
}
