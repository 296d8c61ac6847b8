/** What to look out for in the data: the split, copies and leaks with a way to see them, lengths by source. */
import { html, nothing, type TemplateResult } from "lit";
import type { DataChecks, DatasetSummary, RowFilter } from "../../worker/api.ts";
import { TiltElement } from "../element.ts";
import type { App } from "../engine/app.ts";
import "../parts/drawn.ts";
import { NO_FILTER } from "../state/state.ts";
import { count, integer, percent } from "../text.ts";
import { ALL_ROWS } from "./filters.ts";
import { lengthsBySource } from "./lengths.ts";

class TiltDataChecks extends TiltElement {
  static override properties = { app: {}, data: {}, checks: {}, checking: {} };
  declare app: App;
  declare data: DatasetSummary;
  /** Null while they are being looked for. */
  declare checks: DataChecks | null;
  /** Share of the comparison that is done. */
  declare checking: number;

  override render() {
    const { checks, data } = this;
    if (!checks) return html`<h2 class="sub">Checks</h2>${this.#comparing()}`;
    return html`<h2 class="sub">Checks <span class="dim">${count(checks.split.train + checks.split.heldOut, "row")}</span></h2>
      <ul class="checks">
        ${this.#split(checks)} ${this.#flags(checks)}
      </ul>
      <tilt-drawn .of=${lengthsBySource(checks.lengths, data)}></tilt-drawn>`;
  }

  /** Few rows are compared before anybody could stop that. */
  #comparing(): TemplateResult {
    const { app, checking } = this;
    const words = "Comparing all prompts and all responses with each other …";
    if (checking === 0) return html`<p class="dim">${words}</p>`;
    return html`<p class="dim">${words} ${percent(checking)}</p>
      <div class="comparing">
        <progress max="1" .value=${checking} aria-label="Comparing rows"></progress>
        <button class="btn" @click=${() => void app.stopChecks()}>Stop</button>
      </div>`;
  }

  #split({ split }: DataChecks): TemplateResult {
    const { seed, train, heldOut, prompts } = split;
    const rows = train + heldOut;
    return html`<li class=${heldOut > 0 ? "ok" : "no"}>
      <p>
        <b>Split by prompt, seed ${integer(seed)}.</b> ${count(train, "row")} to train on, ${count(heldOut, "row")} held out
        (${percent(rows > 0 ? heldOut / rows : 0)}), of ${count(prompts, "prompt")}.
        ${heldOut === 0 ? "Nothing is held out, so runs cannot be judged." : nothing}
      </p>
      ${heldOut > 0 ? this.#show({ split: "held-out" }, "show held-out rows") : nothing}
    </li>`;
  }

  #flags({ flags, unsure }: DataChecks): readonly TemplateResult[] {
    const { app } = this;
    if (!flags)
      return [
        html`<li class="no">
          <p>You stopped comparing rows, so copies and leaks are not known.</p>
          <button class="link" @click=${() => void app.loadChecks(true)}>compare again</button>
        </li>`,
      ];
    return [
      this.#flag(
        flags.leak,
        "leak",
        (rows) =>
          html`<b>${rows} held out, yet trained on.</b> The same prompt but for case, punctuation or a few words: results on ${flags.leak === 1 ? "it" : "them"} look too good.`,
        "No prompt is nearly on both sides of the split.",
      ),
      this.#flag(
        Math.max(flags.prompt, flags.response, flags["across-sources"]),
        "duplicate",
        () =>
          html`<b>Copies word for word:</b> ${count(flags.prompt, "row")} by prompt, ${count(flags.response, "row")} by response${
            flags["across-sources"] > 0
              ? html`; in ${count(flags["across-sources"], "row")} the same response stands under two sources, which no classifier can tell apart`
              : nothing
          }.`,
        "No prompt and no response stands twice.",
      ),
      this.#flag(
        Math.max(flags["near-prompt"], flags["near-response"]),
        "near",
        () =>
          html`<b>Near copies:</b> ${count(flags["near-prompt"], "row")} by prompt, ${count(flags["near-response"], "row")} by response.`,
        "No near copies.",
      ),
      ...(unsure > 0
        ? [
            html`<li class="no"><p>
              <b>There may be more near copies:</b> ${count(unsure, "text")} share their words with so many others that
              each was compared with a few of them only.
            </p></li>`,
          ]
        : []),
    ];
  }

  #flag(
    n: number,
    flag: NonNullable<RowFilter["flag"]>,
    words: (rows: string) => TemplateResult,
    fine: string,
  ): TemplateResult {
    if (n === 0) return html`<li class="ok"><p>${fine}</p></li>`;
    return html`<li class="no"><p>${words(count(n, "row"))}</p>${this.#show({ flag }, "show them")}</li>`;
  }

  #show(part: Partial<RowFilter>, words: string): TemplateResult {
    const { app } = this;
    const show = (): void => {
      void app.loadRows({ ...ALL_ROWS, filter: { ...NO_FILTER, ...part } });
      document.querySelector("tilt-row-table")?.scrollIntoView({ block: "start" });
    };
    return html`<button class="link" @click=${show}>${words}</button>`;
  }
}

customElements.define("tilt-data-checks", TiltDataChecks);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-data-checks": TiltDataChecks;
  }
}
