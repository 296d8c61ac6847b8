/** Rows of the dataset with what a run made of them: pages, sorting, searching. */
import { html, nothing, type TemplateResult } from "lit";
import type { Problem } from "../../experiment/events.ts";
import type { DatasetSummary, Row, RowPage, RowQuery } from "../../worker/api.ts";
import { TiltElement } from "../element.ts";
import type { App } from "../engine/app.ts";
import { sourceMark } from "../marks.ts";
import { nameOf, sourceLooks } from "../names.ts";
import type { RunView } from "../state/run_view.ts";
import { PAGE_SIZE } from "../state/state.ts";
import { fixed, integer } from "../text.ts";
import { problem } from "./problem.ts";

/** Marks of responses shown in a row; the rest is in the panel. */
const MARKS = 3;

class TiltRowTable extends TiltElement {
  static override properties = {
    app: {},
    data: {},
    page: {},
    query: {},
    loading: { type: Boolean },
    problem: {},
    row: {},
    run: {},
  };
  declare app: App;
  declare data: DatasetSummary;
  declare page: RowPage | null;
  declare query: RowQuery;
  declare loading: boolean;
  declare problem: Problem | null;
  /** Id of the open row. */
  declare row: string | null;
  /** The run whose weights are shown. */
  declare run: RunView | null;
  #typing: ReturnType<typeof setTimeout> | undefined;

  override render() {
    const { data, page, query, run } = this;
    const total = page?.total ?? data.groups;
    return html`<div class="tools-row">
        <input
          id="search"
          class="search"
          type="search"
          placeholder="Search prompts and responses"
          aria-label="Search prompts and responses"
          .value=${query.search}
          @input=${this.#search}
        />
        <span class="dim small" role="status">
          ${integer(total)} of ${integer(data.groups)} rows${query.search ? " match" : ""}
        </span>
      </div>
      ${this.problem ? problem(this.problem) : nothing}
      <table class="t rows ${this.loading ? "stale" : ""}" aria-busy=${this.loading}>
        <thead>
          <tr>
            ${this.#head("row", "row", "c-row")}
            <th scope="col">prompt</th>
            <th scope="col" class="c-who">who</th>
            ${this.#head("h", "h", "c-h num")}
            ${this.#head("weight", run && query.run ? `weight, ${nameOf(run.strategy)}` : "weight", "c-weight num")}
          </tr>
        </thead>
        <tbody @keydown=${this.#key}>
          ${page?.rows.map((row) => this.#row(row))}
        </tbody>
      </table>
      ${page && page.rows.length === 0 ? html`<p class="dim">No row holds “${query.search}”.</p>` : nothing}
      <div class="foot">${this.#pager(total)}</div>`;
  }

  #head(sort: RowQuery["sort"], words: string, kind: string): TemplateResult {
    const { query } = this;
    const on = query.sort === sort;
    const descending = on ? !query.descending : sort !== "row";
    return html`<th scope="col" class=${kind} aria-sort=${on ? (query.descending ? "descending" : "ascending") : nothing}>
      <button class="sort" @click=${() => this.app.loadRows({ sort, descending })}>
        ${words}${on ? (query.descending ? " ↓" : " ↑") : ""}
      </button>
    </th>`;
  }

  #row(row: Row): TemplateResult {
    const looks = sourceLooks(this.data);
    const scored = row.responses.every((one) => one.score !== null);
    const order = scored ? row.responses.toSorted((a, b) => b.score! - a.score!) : row.responses;
    const open = row.id === this.row;
    return html`<tr class=${open ? "open" : ""} @click=${() => this.app.showRow(row.id)}>
      <td class="dim c-row">${row.row}</td>
      <td class="q">
        <button aria-expanded=${open} data-row=${row.id}>${row.prompt.trim() || "(empty prompt)"}</button>
      </td>
      <td>
        <span class="who"
          >${order
            .slice(0, MARKS)
            .map(
              (one, i) =>
                html`${i > 0 && scored && one.score! < order[i - 1]!.score! ? "›" : nothing}${sourceMark(looks.at(one.source))}`,
            )}${order.length > MARKS ? `+${order.length - MARKS}` : nothing}</span
        >
      </td>
      <td class="num c-h">${row.split === "held-out" ? html`<span class="held">held out</span>` : fixed(row.h, 2)}</td>
      <td class="num">${row.weight === null ? html`<span class="dim">–</span>` : weightBar(row.weight, this.#top())}</td>
    </tr>`;
  }

  #pager(total: number): TemplateResult {
    const { query, app } = this;
    const last = Math.min(total, query.offset + PAGE_SIZE);
    const go = (offset: number) => () => app.loadRows({ offset });
    return html`<span>${total === 0 ? "0" : `${integer(query.offset + 1)} to ${integer(last)} of ${integer(total)}`}</span>
      <button class="btn" ?disabled=${query.offset === 0} @click=${go(Math.max(0, query.offset - PAGE_SIZE))}>Previous ${PAGE_SIZE}</button>
      <button class="btn" ?disabled=${last >= total} @click=${go(query.offset + PAGE_SIZE)}>Next ${PAGE_SIZE}</button>`;
  }

  /** Weight of the longest bar on this page, at least 4 times the equal share so that ordinary pages compare. */
  #top(): number {
    return Math.max(4, ...(this.page?.rows.map((row) => row.weight ?? 0) ?? []));
  }

  #search(event: Event): void {
    const search = (event.currentTarget as HTMLInputElement).value;
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => this.app.loadRows({ search }), 250);
  }

  #key(event: KeyboardEvent): void {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const ends = { Home: 0, End: -1 }[event.key];
    if (by === undefined && ends === undefined) return;
    event.preventDefault();
    const buttons = [...this.querySelectorAll<HTMLButtonElement>("button[data-row]")];
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const next = by === undefined ? buttons.at(ends!) : buttons[at + by];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  }
}

/** A bar as long as the weight's share of `top`, and the number. */
function weightBar(weight: number, top: number): TemplateResult {
  return html`<span class="barcell">
    <svg viewBox="0 0 64 8" preserveAspectRatio="none" aria-hidden="true">
      <rect width=${Math.max(0.5, (64 * weight) / top)} height="8" />
    </svg>
    <span>${fixed(weight, weight < 0.095 ? 2 : 1)} ×</span>
  </span>`;
}

customElements.define("tilt-row-table", TiltRowTable);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-row-table": TiltRowTable;
  }
}
