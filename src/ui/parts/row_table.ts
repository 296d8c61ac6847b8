/** Rows of the dataset with what a run made of them: pages, searching, sorting, filtering by value. */
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import type { Problem } from "../../experiment/events.ts";
import type { DatasetSummary, Row, RowColumn, RowPage, RowQuery } from "../../worker/api.ts";
import { MeasuredElement } from "../element.ts";
import type { App } from "../engine/app.ts";
import { sourceMark } from "../marks.ts";
import { shortNameOf, sourceLooks } from "../names.ts";
import { fileOfRow, nameOfRow } from "../rows/address.ts";
import { COLUMNS, knownColumns, roomFor } from "../rows/columns.ts";
import { ALL_ROWS, chipsOf, withRange } from "../rows/filters.ts";
import type { RangeChosen } from "../rows/histogram.ts";
import "../rows/histogram.ts";
import { histogramTable } from "../rows/histogram_table.ts";
import { pager, pagesOf } from "../rows/pager.ts";
import { paintFound } from "../rows/search_marks.ts";
import { rowTags } from "../rows/tags.ts";
import { rowTools } from "../rows/tools.ts";
import type { RunView } from "../state/run_view.ts";
import { PAGE_SIZE } from "../state/state.ts";
import { fixed, integer } from "../text.ts";
import { csvLinks } from "./csv_link.ts";
import { figureTable } from "./figure_table.ts";
import { problem } from "./problem.ts";

/** Marks of responses shown in a row; the rest is in the panel. */
const MARKS = 3;
/** Rows drawn in one go: a whole page at once keeps slow machines from answering. */
const SLICE = 10;
const HISTOGRAMS = "Histograms of the columns";

class TiltRowTable extends MeasuredElement {
  static override properties = {
    app: {},
    data: {},
    page: {},
    query: {},
    loading: { type: Boolean },
    problem: {},
    row: {},
    runs: {},
    run: {},
    drawn: { state: true },
    tabled: { state: true },
  };
  declare app: App;
  declare data: DatasetSummary;
  declare page: RowPage | null;
  declare query: RowQuery;
  declare loading: boolean;
  declare problem: Problem | null;
  /** Id of the open row. */
  declare row: string | null;
  /** Runs whose weights can be shown. */
  declare runs: readonly RunView[];
  /** The one whose weights are shown. */
  declare run: RunView | null;
  /** Rows of the page that are drawn; below them those of the page before stay until it is their turn. */
  declare drawn: number;
  /** Whether the histograms are shown as a table. */
  declare tabled: boolean;
  #before: readonly Row[] = [];
  #frame = 0;
  /** Row that takes the focus once its page is there. */
  #focusNext: "first" | "last" | null = null;

  constructor() {
    super();
    this.drawn = SLICE;
    this.tabled = false;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    cancelAnimationFrame(this.#frame);
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("page")) return;
    const before = changed.get("page")?.rows ?? [];
    const rows = this.page?.rows ?? [];
    if (rows.length === before.length && rows.every(({ id }, i) => id === before[i]!.id)) return;
    this.#before = before;
    this.drawn = SLICE;
  }

  /** The rows to show now, and whether all of them are this page's. */
  #rows(): { readonly rows: readonly Row[]; readonly whole: boolean } {
    const rows = this.page?.rows ?? [];
    if (this.drawn >= rows.length) return { rows, whole: true };
    const rest = this.#before.slice(this.drawn, rows.length);
    return { rows: [...rows.slice(0, this.drawn), ...rest], whole: false };
  }

  override render() {
    const { data, page, query, app, measured } = this;
    const total = page?.total ?? data.groups;
    const known = knownColumns(page);
    const kept = [...(Object.keys(query.filter.ranges) as RowColumn[]), query.sort as RowColumn];
    const room = roomFor(measured || 800, known, kept);
    const { rows, whole } = this.#rows();
    const rest = known.filter((column) => !room.columns.includes(column) && page?.columns[column]);
    return html`<div @range-chosen=${this.#ranged}>
      ${rowTools({
        app,
        data,
        query,
        runs: this.runs,
        narrow: measured > 0 && measured < 560,
        known,
        more: rest.map((column) => this.#histogram(column, true)),
      })}
      ${this.#state(total)} ${this.tabled ? this.#histograms() : nothing} ${this.problem ? problem(this.problem) : nothing}
      ${page && page.total === 0 ? this.#none() : nothing}
      <table
        class="t rows ${this.loading ? "stale" : ""}"
        aria-busy=${this.loading || !whole}
        aria-rowcount=${total + 1}
        ?hidden=${page?.total === 0 && !this.#filtered()}
      >
        <thead>
          <tr>
            ${room.row ? this.#head("row", "row", "c-row") : nothing}
            <th scope="col">prompt</th>
            ${this.#head("source", "who", "c-who")}
            ${room.columns.map((column) => this.#column(column))}
          </tr>
        </thead>
        <tbody @keydown=${this.#key}>
          ${rows.map((row, i) => this.#row(row, i, room.row, room.columns))}
        </tbody>
      </table>
      <div class="foot">
        ${pager(query.offset, total, (offset) => void app.loadRows({ offset }))}
        ${
          total > 0 && room.row
            ? html`<span class="hints"><kbd>↑</kbd> <kbd>↓</kbd> move <kbd>Enter</kbd> open <kbd>/</kbd> search</span>`
            : nothing
        }
      </div>
    </div>`;
  }

  override updated(changed: PropertyValues<this>): void {
    paintFound(this.querySelectorAll("td.q button, tilt-row-table td.q button"), this.query.search);
    cancelAnimationFrame(this.#frame);
    if (!this.#rows().whole) {
      this.#frame = requestAnimationFrame(() => (this.drawn += SLICE));
      return;
    }
    this.#before = [];
    if (!(changed.has("page") || changed.has("drawn")) || !this.#focusNext || this.loading) return;
    const buttons = this.#buttons();
    (this.#focusNext === "first" ? buttons[0] : buttons.at(-1))?.focus();
    this.#focusNext = null;
  }

  #filtered(): boolean {
    return chipsOf(this.query, String).length > 0;
  }

  /** How many rows match, and what is left out. */
  #state(total: number): TemplateResult {
    const { data, query, page, app } = this;
    const looks = sourceLooks(data);
    const chips = chipsOf(query, (source) => looks.at(source).name, page?.columns);
    const of = page?.of ?? data.groups;
    return html`<div class="chips-row">
      <span role="status" class=${chips.length > 0 ? "" : "dim"}>
        ${chips.length > 0 ? html`<b>${integer(total)}</b> of ${integer(of)} rows` : `${integer(of)} rows`}
      </span>
      ${chips.map(
        (chip) =>
          html`<button class="chip" @click=${() => app.loadRows(chip.without)}>
            ${chip.words}<span aria-hidden="true">×</span><span class="vh">: take this filter away</span>
          </button>`,
      )}
      ${chips.length > 1 ? html`<button class="link" @click=${() => app.loadRows(ALL_ROWS)}>clear all</button>` : nothing}
      ${
        Object.keys(page?.columns ?? {}).length > 0
          ? html`<button class="link table-of" aria-pressed=${this.tabled} @click=${() => (this.tabled = !this.tabled)}>histograms as a table</button>`
          : nothing
      }
    </div>`;
  }

  #none(): TemplateResult {
    if (!this.#filtered()) return html`<p class="none say">This dataset has no rows.</p>`;
    const search = this.query.search.trim();
    const others = chipsOf({ ...this.query, search: "" }, String).length > 0;
    const words =
      search === ""
        ? "No row passes all of these filters."
        : `No row ${others ? "that passes the other filters " : ""}holds “${search}”.`;
    return html`<div class="none">
      <p class="say">${words}</p>
      <button class="btn" @click=${() => this.app.loadRows(ALL_ROWS)}>Show all rows</button>
    </div>`;
  }

  #head(sort: RowQuery["sort"], words: string, kind: string, above: unknown = nothing): TemplateResult {
    const { query } = this;
    const on = query.sort === sort;
    const descending = on ? !query.descending : sort !== "row" && sort !== "source";
    const title = sort === "source" ? "who wrote the responses, the preferred one first" : "";
    return html`<th scope="col" class=${kind} aria-sort=${on ? (query.descending ? "descending" : "ascending") : nothing}>
      ${above}
      <button class="sort" title=${sort in COLUMNS ? COLUMNS[sort as RowColumn].means : title} @click=${() => this.app.loadRows({ sort, descending })}>
        ${words}${on ? (query.descending ? " ↓" : " ↑") : ""}
      </button>
    </th>`;
  }

  #column(column: RowColumn): TemplateResult {
    const { run, query } = this;
    const named = column === "weight" && run && query.run ? `, ${shortNameOf(run.strategy)}` : "";
    return this.#head(
      column,
      `${COLUMNS[column].label}${named}`,
      `num c-${column === "weight" ? "weight" : "number"}`,
      this.#histogram(column),
    );
  }

  #histogram(column: RowColumn, named = false): TemplateResult | typeof nothing {
    const bins = this.page?.columns[column];
    if (!bins) return nothing;
    const plot = html`<tilt-column-histogram
      .column=${column}
      .bins=${bins}
      .range=${this.query.filter.ranges[column]}
    ></tilt-column-histogram>`;
    return named
      ? html`<div class="named"><span class="small">${COLUMNS[column].label}</span>${plot}</div>`
      : plot;
  }

  /** The numbers behind the bars over the columns. */
  #histograms(): TemplateResult {
    const table = () => histogramTable(this.page?.columns ?? {});
    return html`<section class="histogram-table" aria-label=${HISTOGRAMS}>
      <div class="sub"><b>${HISTOGRAMS}</b> ${csvLinks(HISTOGRAMS, table)}</div>
      ${figureTable(table(), HISTOGRAMS, "No column has several values.")}
    </section>`;
  }

  #row(row: Row, i: number, numbered: boolean, columns: readonly RowColumn[]): TemplateResult {
    const looks = sourceLooks(this.data);
    const scored = row.responses.every((one) => one.score !== null);
    const order = scored ? row.responses.toSorted((a, b) => b.score! - a.score!) : row.responses;
    /** Whether the response at this place is known to be worse than the one before it. */
    const worse = (k: number): boolean =>
      scored ? k > 0 && order[k]!.score! < order[k - 1]!.score! : k === 1 && row.firstPreferred === true;
    const marks = order.length > MARKS ? MARKS - 1 : MARKS;
    const open = row.id === this.row;
    const stops = this.page?.rows.some((one) => one.id === this.row) ? open : i === 0;
    return html`<tr class=${open ? "open" : ""} aria-rowindex=${this.query.offset + i + 2} @click=${() => this.app.showRow(row.id)}>
      ${numbered ? html`<td class="dim c-row" title=${fileOfRow(row, this.data) ?? nothing}>${nameOfRow(row)}</td>` : nothing}
      <td class="q">
        <span class="line">
          <button aria-expanded=${open} data-row=${row.id} tabindex=${stops ? 0 : -1} dir="auto">${row.prompt.trim() || "(empty prompt)"}</button>
          ${rowTags(row)}
        </span>
      </td>
      <td>
        <span class="who"
          >${order
            .slice(0, marks)
            .map(
              (one, k) => html`${worse(k) ? "›" : nothing}${sourceMark(looks.at(one.source))}`,
            )}${order.length > marks ? `+${order.length - marks}` : nothing}</span
        >
      </td>
      ${columns.map((column) =>
        column === "weight"
          ? html`<td class="num">${row.weight === null ? html`<span class="dim">–</span>` : weightBar(row.weight, this.#top())}</td>`
          : html`<td class="num">${COLUMNS[column].format(row[column])}</td>`,
      )}
    </tr>`;
  }

  /** Weight of the longest bar on this page, at least 4 times the equal share so that ordinary pages compare. */
  #top(): number {
    return Math.max(4, ...(this.page?.rows.map((row) => row.weight ?? 0) ?? []));
  }

  #ranged(event: CustomEvent<RangeChosen>): void {
    const { column, range } = event.detail;
    const { filter } = this.query;
    void this.app.loadRows({ filter: { ...filter, ranges: withRange(filter.ranges, column, range) } });
  }

  #buttons(): HTMLButtonElement[] {
    return [...this.querySelectorAll<HTMLButtonElement>("button[data-row]")];
  }

  /** Arrows move from row to row and on to the next page; Home and End go to its ends, with Ctrl to those of all rows. */
  #key(event: KeyboardEvent): void {
    if (!this.#rows().whole) {
      // A key that comes before the page is drawn means its last row, not the last one drawn.
      this.drawn = Number.POSITIVE_INFINITY;
      this.performUpdate();
    }
    const { query, app, page } = this;
    const { page: number, pages } = pagesOf(query.offset, page?.total ?? 0);
    const turn = (to: number, focus: "first" | "last"): void => {
      if (to < 1 || to > pages || to === number) return;
      this.#focusNext = focus;
      void app.loadRows({ offset: PAGE_SIZE * (to - 1) });
    };
    const buttons = this.#buttons();
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const focus = (button: HTMLButtonElement | undefined): void => {
      button?.focus();
      button?.scrollIntoView({ block: "nearest" });
    };
    const far = event.ctrlKey || event.metaKey;
    const acts: Record<string, () => void> = {
      ArrowDown: () => (at === buttons.length - 1 ? turn(number + 1, "first") : focus(buttons[at + 1])),
      ArrowUp: () => (at === 0 ? turn(number - 1, "last") : focus(buttons[at - 1])),
      PageDown: () => turn(number + 1, "first"),
      PageUp: () => turn(number - 1, "first"),
      Home: () => (far && number > 1 ? turn(1, "first") : focus(buttons[0])),
      End: () => (far && number < pages ? turn(pages, "last") : focus(buttons.at(-1))),
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
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
