/** One row whole: its prompt, its responses next to each other, what is known of each, and its weight over time. */
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import type { Problem } from "../../experiment/events.ts";
import type { Base, Compared, DatasetSummary, GroupDetail } from "../../worker/api.ts";
import { TiltElement } from "../element.ts";
import type { App } from "../engine/app.ts";
import { link } from "../icons.ts";
import { fileOfRow, rowFragment } from "../rows/address.ts";
import { type Marking, MORE, markedText, onlyMarks, responseColumns } from "../rows/responses.ts";
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
    asked: { state: true },
    cursor: { state: true },
    compared: { state: true },
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
  /** How often more was asked for of a text, by "row id, response". */
  declare asked: ReadonlyMap<string, number>;
  declare cursor: number | null;
  declare copied: boolean;
  /** Null until the engine has compared the texts. */
  declare compared: Compared | null;
  #comparisons = 0;

  constructor() {
    super();
    this.marking = "differences";
    this.base = null;
    this.against = null;
    this.asked = new Map();
    this.compared = null;
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
    if (changed.has("group") || changed.has("pinned") || changed.has("base")) this.#compare(before);
  }

  get #base(): Base {
    return this.base ?? { of: "open", response: this.group ? bestOf(standings(this.group)) : 0 };
  }

  /** A row that was only read again keeps its marks until the new ones are there. */
  #compare(before: GroupDetail | null | undefined): void {
    const { group, pinned } = this;
    const mine = ++this.#comparisons;
    if (!group || (before && before.id !== group.id)) this.compared = null;
    if (!group) return;
    const texts = ({ prompt, responses }: GroupDetail) => ({
      prompt,
      responses: responses.map(({ text }) => ({ text })),
    });
    const other = pinned && pinned.id !== group.id ? texts(pinned) : null;
    void this.app.engine.compareRows(texts(group), other, this.#base).then(
      (compared) => {
        if (mine === this.#comparisons) this.compared = compared;
      },
      () => undefined, // without marks, the texts are there all the same
    );
  }

  override render() {
    const { group } = this;
    const content = html`${this.#head(group)} ${group ? this.#inside(group) : this.#waiting()}`;
    if (!this.sheet) return html`<div class="one-row">${content}</div>`;
    return html`<dialog class="sheet one-row" aria-label=${group ? rowWords(group, this.data, "Row") : "Row"} @cancel=${this.#close} @keydown=${this.#key}>
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
      <h2 tabindex="-1" autofocus>${group ? rowWords(group, this.data, "Row") : "Row"}</h2>
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
    const marks = of === "open" ? this.compared?.prompt : this.compared?.pinnedPrompt;
    const shown = this.marking === "differences" ? onlyMarks(marks ?? []) : [];
    const key = `${group.id}, prompt`;
    const limit = PROMPT + MORE * (this.asked.get(key) ?? 0);
    return html`<div class="prompt">${markedText(group.prompt, shown, limit, () => this.#showMore(key))}</div>`;
  }

  #responses(group: GroupDetail, of: Base["of"]): TemplateResult {
    return responseColumns({
      group,
      of,
      data: this.data,
      marking: this.marking,
      base: this.#base,
      compared: this.compared,
      against: this.against,
      asked: (k) => this.asked.get(`${group.id}, ${k}`) ?? 0,
      showMore: (k) => this.#showMore(`${group.id}, ${k}`),
      compareWith: (response) => (this.base = { of, response }),
      chooseHead: (against) => (this.against = against),
    });
  }

  #pinnedRow(group: GroupDetail): TemplateResult {
    return html`<section class="block pinned" aria-label="Pinned row ${group.row}">
      <div class="group-head">
        <h2>Pinned: ${rowWords(group, this.data)}</h2>
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
                : html`<button class="link" @click=${() => this.app.openRow(row.id)}>${rowWords(row, this.data)}</button> `,
            )}${more > 0 ? `and ${integer(more)} more` : nothing}
          </li>`,
      )}
    </ul>`;
  }

  #showMore(key: string): void {
    this.asked = new Map([...this.asked, [key, (this.asked.get(key) ?? 0) + 1]]);
  }

  readonly #close = (event?: Event): void => {
    event?.preventDefault();
    this.app.showRow(null);
  };

  readonly #copy = async (): Promise<void> => {
    const { group, hash } = this;
    if (!group) return;
    const address = new URL(rowFragment(hash, group), location.href);
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

/** "row 17", or "row 17 of b.jsonl" where the data came from several files. */
function rowWords({ id, row }: Pick<GroupDetail, "id" | "row">, data: DatasetSummary, lead = "row"): string {
  const file = fileOfRow({ id }, data);
  return `${lead} ${integer(row)}${file === null ? "" : ` of ${file}`}`;
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
