/** Generated answers against the reference or another run: judging them, the wins, and what they tell apart. */
import { html, nothing, type TemplateResult } from "lit";
import type { RewardSource } from "../../experiment/judge_types.ts";
import { TiltElement } from "../element.ts";
import { csvLinks } from "../parts/csv_link.ts";
import "../parts/drawn.ts";
import { problem } from "../parts/problem.ts";
import { count, fixed, integer, percent, signed } from "../text.ts";
import type { ColumnAnswers } from "./answers_of.ts";
import type { Column } from "./columns.ts";
import type { ResultsModel } from "./model.ts";
import { differences, tally, verdictWords } from "./verdicts.ts";
import { winFigure } from "./win_figure.ts";

const SIZES = [50, 100, 200, 400, 800] as const;

class TiltWins extends TiltElement {
  static override properties = { model: {}, columns: {}, answers: {}, version: {} };
  declare model: ResultsModel;
  declare columns: readonly Column[];
  declare answers: readonly ColumnAnswers[];
  /** Changes whenever the model does. */
  declare version: number;

  override render() {
    const { answers, columns } = this;
    const { opponent: key, problem: trouble } = this.model.get();
    const opponent = answers.find((one) => one.key === key && one.bySeed.size > 0) ?? null;
    const rows = columns.flatMap((column, i) => {
      const own = answers[i]!;
      if (own.key === opponent?.key) return [];
      return [
        {
          label: own.label,
          strategy: column.strategy,
          tally: tally(own, opponent),
          provisional: own.provisional || opponent?.provisional === true,
        },
      ];
    });
    const judged = answers.filter(({ bySeed }) => bySeed.size > 0);
    const against = opponent ? opponent.label : "the reference";
    return html`<div class="block">
      ${trouble ? problem(trouble, { dismiss: this.model.dismiss }) : nothing}
      ${this.#controls(judged)}
      <tilt-drawn .of=${winFigure(judged.length > 0 ? rows : [], against, unitOf(judged, opponent === null))}></tilt-drawn>
      ${judged.length > 0 ? html`<p class="say verdict">${verdictWords(judged, quantityOf(judged))}</p>` : nothing}
      ${judged.length > 0 ? this.#about(judged) : nothing}
      ${judged.length > 1 ? this.#differences(judged) : nothing}
    </div>`;
  }

  #controls(judged: readonly ColumnAnswers[]): TemplateResult {
    const { model } = this;
    const { busy, settings, opponent, kept } = model.get();
    const able = this.columns.flatMap(({ runs }) => runs.filter(({ id }) => kept?.has(id) === true));
    const left = this.columns.reduce((sum, { runs }) => sum + runs.length, 0) - able.length;
    const name = this.columns.flatMap(({ runs, label }) =>
      runs.some(({ id }) => id === busy?.run) ? [label] : [],
    )[0];
    return html`<div class="btns judge">
        ${
          busy
            ? html`<button class="btn" @click=${() => void model.stop()}>Stop judging</button>
                <span class="small" role="status">${busy.note}${name ? `, ${name}` : ""} …</span>`
            : html`<button class="btn ${judged.length === 0 ? "main" : ""}" ?disabled=${able.length === 0}
                @click=${() => void model.judge(able.map(({ id }) => id))}>${judged.length === 0 ? "Judge answers" : "Judge again"}, ${count(able.length, "run")}</button>
              <label>answers each <select @change=${(event: Event) => model.change({ answers: Number((event.currentTarget as HTMLSelectElement).value) })}>
                ${SIZES.map((size) => html`<option value=${size} .selected=${size === settings.answers}>${size}</option>`)}
              </select></label>`
        }
        <label>against <select @change=${(event: Event) => model.compareWith((event.currentTarget as HTMLSelectElement).value || null)}>
          <option value="" .selected=${opponent === null}>the reference</option>
          ${judged.map(({ key, label }) => html`<option value=${key} .selected=${key === opponent}>${label}</option>`)}
        </select></label>
      </div>
      ${
        kept !== null && left > 0 && !busy
          ? html`<p class="small dim">${count(left, "run")} shown ${left === 1 ? "has" : "have"} no weights to write with: only runs that ended by themselves keep theirs, and not those of older versions.</p>`
          : nothing
      }`;
  }

  #about(judged: readonly ColumnAnswers[]): TemplateResult {
    const by = judged.find((one) => one.by)?.by;
    const prompts = new Set(
      judged.flatMap(({ bySeed }) => [...bySeed.values()].flat().map(({ prompt }) => prompt)),
    );
    const mixed = new Set(judged.flatMap(({ drawn }) => drawn)).size > 1;
    return html`<p class="small dim">
      ${by ? sourceWords(by) : nothing} ${count(prompts.size, "held-out prompt")}; each policy and its reference draw with the same seed.
      ${unrewarded(judged)}
      ${mixed ? html`<b>These runs were judged with different settings. Judge again to compare them.</b>` : nothing}
    </p>`;
  }

  #differences(judged: readonly ColumnAnswers[]): TemplateResult {
    const labels = new Map(judged.map(({ key, label }) => [key, label]));
    const found = differences(judged);
    const data = () => ({
      columns: [
        { name: "a" },
        { name: "b" },
        { name: "a less b", decimals: 3 },
        { name: "95 % half-width", decimals: 3 },
        { name: "pairs" },
        { name: "paired over" },
      ],
      rows: found.map(({ a, b, interval, over }) => [
        labels.get(a)!,
        labels.get(b)!,
        interval.mean,
        Number.isFinite(interval.half) ? interval.half : null,
        interval.n,
        over,
      ]),
    });
    return html`<details class="fold">
      <summary>Paired differences <span class="dim">${found.length}</span></summary>
      <div class="scrolls" tabindex="0" role="region" aria-label="Paired differences of rewards, table">
        <table class="t">
          <thead>
            <tr><th scope="col">difference</th><th scope="col" class="num">reward</th><th scope="col" class="num">95 %</th><th scope="col" class="num">pairs</th><th scope="col">called</th></tr>
          </thead>
          <tbody>
            ${found.map(
              ({ a, b, interval, over, clear }) =>
                html`<tr>
                  <th scope="row">${labels.get(a)} − ${labels.get(b)}</th>
                  <td class="num">${signed(interval.mean, 3)}</td>
                  <td class="num">± ${fixed(interval.half, 3)}</td>
                  <td class="num">${integer(interval.n)} ${over}</td>
                  <td>${interval.n < 2 ? "no pairs" : clear ? "different" : "not told apart"}</td>
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
      ${csvLinks("paired differences", data)}
    </details>`;
  }
}

/** Means and differences are of answers with a reward; where many have none, the reader should know. */
function unrewarded(judged: readonly ColumnAnswers[]): string {
  const shares = judged.map(({ bySeed }) => {
    const all = [...bySeed.values()].flat();
    return all.filter(({ policy }) => policy.reward === null).length / Math.max(1, all.length);
  });
  const most = Math.max(...shares);
  return most < 0.05
    ? ""
    : `Up to ${percent(most)} of a run’s answers have no reward: they count as lost above, and are left out of means and differences.`;
}

function unitOf(judged: readonly ColumnAnswers[], reference: boolean): string {
  if (judged.length === 0) return "wins, %";
  const most = Math.max(...judged.map(({ of }) => of));
  return `${integer(most)} answers each${reference ? "" : ", the same prompts and seeds"}; bracket: 95 % for wins`;
}

function quantityOf(judged: readonly ColumnAnswers[]): string {
  return judged.some(({ by }) => by?.kind === "world") ? "true human reward" : "the reward model’s score";
}

function sourceWords(by: RewardSource): string {
  if (by.kind === "world")
    return `Judged by the world’s exact human reward; an answer that is not of its grammar loses to one that is.`;
  const whose = by.learnedFrom === "target" ? "groups with a target response" : "all groups";
  return `Judged by a reward model trained here (${by.what}) on ${integer(by.pairs)} pairs of ${whose}: it ranks ${percent(by.accuracy, 1)} of the pairs right on prompts it has not seen. A judge this good is wrong about single answers.`;
}

customElements.define("tilt-wins", TiltWins);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-wins": TiltWins;
  }
}
