/** One row whole: its prompt, its responses next to each other, what is known of each, and its weight over time. */
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import type { Problem } from "../../experiment/events.ts";
import type { DatasetSummary, GroupDetail } from "../../worker/api.ts";
import { TiltElement } from "../element.ts";
import type { App } from "../engine/app.ts";
import { link } from "../icons.ts";
import { rowFragment } from "../rows/address.ts";
import { type Base, type Compared, compare } from "../rows/compared.ts";
import { type Marking, markedText, responseColumns } from "../rows/responses.ts";
import { rowWeights } from "../rows/row_weights.ts";
import { paintFound } from "../rows/search_marks.ts";
import { bestOf, standings } from "../rows/standing.ts";
import { FLAG_WORDS } from "../rows/tags.ts";
import type { RunView } from "../state/run_view.ts";
import { integer } from "../text.ts";
import { problem } from "./problem.ts";

const MARKINGS: readonly (readonly [Marking, string])[] = [
  ["differences", "differences"],
  ["evidence", "evidence"],
  ["nothing", "nothing"],
];
/** Characters shown of a long prompt. */
const PROMPT = 1_500;

class TiltRowPanel extends TiltElement {
  static override properties = {
    app: {},
    group: {},
    pinned: {},
    problem: {},
    data: {},
    runs: {},
    search: {},
    hash: {},
    sheet: { type: Boolean },
    marking: { state: true },
    base: { state: true },
    against: { state: true },
    whole: { state: true },
    cursor: { state: true },
    copied: { state: true },
  };
  declare app: App;
  /** Null while it is being read. */
  declare group: GroupDetail | null;
  declare pinned: GroupDetail | null;
  declare problem: Problem | null;
  declare data: DatasetSummary;
  /** Runs in the charts. */
  declare runs: readonly RunView[];
  declare search: string;
  /** Of the dataset that the row is of. */
  declare hash: string;
  /** Whether it covers the page, as on phones. */
  declare sheet: boolean;
  declare marking: Marking;
  /** Null for the preferred response. */
  declare base: Base | null;
  /** Synthetic source that evidence is asked for; null for each response's own. */
  declare against: string | null;
  /** Texts shown whole, as "row id, response". */
  declare whole: ReadonlySet<string>;
  declare cursor: number | null;
  declare copied: boolean;
  #compared: Compared | null = null;

  constructor() {
    super();
    this.marking = "differences";
    this.base = null;
    this.against = null;
    this.whole = new Set();
    this.cursor = null;
    this.copied = false;
  }

  override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get("group");
    if (changed.has("group") && before?.id !== this.group?.id) {
      this.copied = false;
      this.cursor = null;
      if (this.base?.of === "open") this.base = null;
    }
    if (changed.has("pinned") && !this.pinned && this.base?.of === "pinned") this.base = null;
    const { group, pinned } = this;
    if (!group) this.#compared = null;
    else if (changed.has("group") || changed.has("pinned") || changed.has("base") || !this.#compared) {
      const other = pinned && pinned.id !== group.id ? pinned : null;
      const base: Base = this.base ?? { of: "open", response: bestOf(standings(group)) };
      this.#compared = compare(group, other, base);
    }
  }

  override render() {
    const { group } = this;
    const content = html`${this.#head(group)} ${group ? this.#inside(group) : this.#waiting()}`;
    if (!this.sheet) return html`<div class="one-row">${content}</div>`;
    return html`<dialog class="sheet one-row" aria-label=${group ? `Row ${group.row}` : "Row"} @cancel=${this.#close} @keydown=${this.#key}>
      ${content}
    </dialog>`;
  }

  override updated(): void {
    const dialog = this.querySelector("dialog");
    if (dialog && !dialog.open) dialog.showModal();
    if (this.group) {
      const table = document.querySelectorAll("tilt-row-table td.q button");
      paintFound([...table, ...this.querySelectorAll(".prompt, .resp .text")], this.search);
    }
  }

  /** The heading takes the focus on a sheet: a key that is still down when it opens presses no button. */
  #head(group: GroupDetail | null): TemplateResult {
    const { pinned, app } = this;
    return html`<div class="group-head">
      <h2 tabindex="-1" autofocus>${group ? `Row ${integer(group.row)}` : "Row"}</h2>
      ${group ? html`<span class="dim small">${whereWords(group)}</span>` : nothing}
      <span class="acts">
        <button class="btn icon" aria-label="Previous row" aria-keyshortcuts="K" title="Previous row (K)" @click=${() => app.nextRow(-1)}>‹</button>
        <button class="btn icon" aria-label="Next row" aria-keyshortcuts="J" title="Next row (J)" @click=${() => app.nextRow(1)}>›</button>
        <button class="btn" aria-pressed=${group !== null && pinned?.id === group.id} aria-keyshortcuts="P" title="Keep this row beside the next one (P)" @click=${() => app.pinRow()}>
          ${group && pinned?.id === group.id ? "Pinned" : "Pin"}
        </button>
        <button class="btn icon" aria-label="Copy link to this row" title="Copy link to this row" @click=${this.#copy}>${this.copied ? "✓" : link}</button>
        <button class="btn icon close" aria-label="Close" aria-keyshortcuts="Escape" title="Close (Esc)" @click=${this.#close}>×</button>
      </span>
    </div>`;
  }

  #waiting(): TemplateResult {
    return this.problem ? problem(this.problem) : html`<p class="dim">Reading the row …</p>`;
  }

  #inside(group: GroupDetail): TemplateResult {
    const { pinned, marking, runs } = this;
    const other = pinned && pinned.id !== group.id ? pinned : null;
    const differs = group.responses.length > 1 || other !== null;
    return html`
      ${this.#prompt(group, "open")} ${this.#copies(group)}
      ${
        differs || marking === "evidence"
          ? html`<fieldset class="marking">
              <legend>Mark</legend>
              ${MARKINGS.map(
                ([one, words]) =>
                  html`<label><input type="radio" name="marking" .checked=${marking === one} @change=${() => (this.marking = one)} />${words}</label>`,
              )}
              ${this.#legend()}
            </fieldset>`
          : nothing
      }
      ${this.#responses(group, "open")}
      <div class="block">
        <h2 class="sub">Weight under each strategy <span class="dim">× equal share</span></h2>
        ${rowWeights(group, runs, this.cursor, (step) => (this.cursor = step))}
      </div>
      ${other ? this.#pinnedRow(other) : nothing}`;
  }

  #prompt(group: GroupDetail, of: Base["of"]): TemplateResult {
    if (group.prompt.trim() === "") return html`<p class="prompt dim">(empty prompt)</p>`;
    const marks = of === "open" ? this.#compared?.prompt : this.#compared?.pinnedPrompt;
    const shown = this.marking === "differences" ? (marks ?? []) : [];
    const key = `${group.id}, prompt`;
    const limit = this.whole.has(key) ? group.prompt.length : PROMPT;
    return html`<div class="prompt">${markedText(group.prompt, shown, limit, () => this.#showWhole(key))}</div>`;
  }

  #responses(group: GroupDetail, of: Base["of"]): TemplateResult {
    const compared = this.#compared!;
    return responseColumns({
      group,
      of,
      data: this.data,
      marking: this.marking,
      base: compared.base,
      differences: compared[of],
      against: this.against,
      isWhole: (k) => this.whole.has(`${group.id}, ${k}`),
      showWhole: (k) => this.#showWhole(`${group.id}, ${k}`),
      compareWith: (response) => (this.base = { of, response }),
      chooseHead: (against) => (this.against = against),
    });
  }

  #pinnedRow(group: GroupDetail): TemplateResult {
    return html`<section class="block pinned" aria-label="Pinned row ${group.row}">
      <div class="group-head">
        <h2>Pinned: row ${integer(group.row)}</h2>
        <span class="acts">
          <button class="link" @click=${() => this.app.showRow(group.id)}>open</button>
          <button class="link" @click=${() => this.app.unpin()}>unpin</button>
        </span>
      </div>
      ${this.#prompt(group, "pinned")} ${this.#responses(group, "pinned")}
    </section>`;
  }

  #legend(): TemplateResult | typeof nothing {
    if (this.marking === "nothing") return nothing;
    if (this.marking === "differences")
      return html`<span class="small dim"><mark class="only">marked</mark>: words that the compared one lacks</span>`;
    const target = this.data.sources[this.data.target]?.name ?? "the target";
    return html`<span class="small dim"><span class="ev toward s2">towards ${target}</span>, <span class="ev away s2">away from it</span></span>`;
  }

  /** Where else this row's texts stand. */
  #copies({ copies, id }: GroupDetail): TemplateResult | typeof nothing {
    if (copies.length === 0) return nothing;
    return html`<ul class="copies small">
      ${copies.map(
        ({ flag, rows, more }) =>
          html`<li>
            ${FLAG_WORDS[flag]}:
            ${rows.map((row) =>
              row.id === id
                ? html`<span>in this row itself</span> `
                : html`<button class="link" @click=${() => this.app.openRowNumber(row.row)}>row ${integer(row.row)}</button> `,
            )}${more > 0 ? `and ${integer(more)} more` : nothing}
          </li>`,
      )}
    </ul>`;
  }

  #showWhole(key: string): void {
    this.whole = new Set([...this.whole, key]);
  }

  readonly #close = (event?: Event): void => {
    event?.preventDefault();
    this.app.showRow(null);
  };

  readonly #copy = async (): Promise<void> => {
    const { group, hash } = this;
    if (!group) return;
    const address = new URL(rowFragment(hash, group.row), location.href);
    try {
      await navigator.clipboard.writeText(address.href);
      this.copied = true;
    } catch {
      // Without a clipboard the address bar has it.
      location.hash = address.hash;
    }
  };

  /** On a sheet, the page's keys do not reach: the row's own are here. */
  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key.toLowerCase();
    if (key === "j") this.app.nextRow(1);
    else if (key === "k") this.app.nextRow(-1);
    else if (key === "p") this.app.pinRow();
  }
}

function whereWords({ split, line, row, responses }: GroupDetail): string {
  const place = line === null || line === row ? "" : `, line ${integer(line)}`;
  const many = responses.length > 2 ? `, ${responses.length} responses` : "";
  return `${split === "held-out" ? "held out" : "training"}${place}${many}`;
}

customElements.define("tilt-row-panel", TiltRowPanel);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-row-panel": TiltRowPanel;
  }
}
