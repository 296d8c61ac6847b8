/** What stands over the table: search, the filters that are no numbers, and whose weights are shown. */
import { html, nothing, type TemplateResult } from "lit";
import type { DatasetSummary, RowColumn, RowFilter, RowQuery } from "../../worker/api.ts";
import type { App } from "../engine/app.ts";
import { nameOf, sourceLooks } from "../names.ts";
import { isGoing, type RunView } from "../state/run_view.ts";
import { COLUMNS } from "./columns.ts";
import { FLAG_FILTERS, splitWords } from "./filters.ts";
import "./search_field.ts";

export interface Tools {
  readonly app: App;
  readonly data: DatasetSummary;
  readonly query: RowQuery;
  readonly runs: readonly RunView[];
  /** Whether filters are folded away. */
  readonly narrow: boolean;
  /** Columns that have values. */
  readonly known: readonly RowColumn[];
  /** Histograms of columns that the table has no room for. */
  readonly more: readonly unknown[];
}

export function rowTools(tools: Tools): TemplateResult {
  const { app, query, narrow, more } = tools;
  const on = query.filter.source !== null || query.filter.split !== null || query.filter.flag !== null;
  return html`<div class="tools-row">
      <tilt-search-field .app=${app} .search=${query.search}></tilt-search-field>
      ${narrow ? nothing : selects(tools)}
    </div>
    ${
      narrow || more.length > 0
        ? html`<details class="fold more-filters" ?open=${on && narrow}>
            <summary>${narrow ? "Filters" : "More columns"}</summary>
            <div class="folded">${narrow ? selects(tools) : nothing}${order(tools)}${more}</div>
          </details>`
        : nothing
    }`;
}

function selects({ app, data, query, runs }: Tools): TemplateResult {
  const looks = sourceLooks(data);
  const { filter } = query;
  const change = (part: Partial<RowFilter>): void => void app.loadRows({ filter: { ...filter, ...part } });
  const unknown = data.sources.length === 0;
  return html`${
    unknown
      ? nothing
      : select(
          "Source",
          filter.source === null ? "" : String(filter.source),
          (value) => change({ source: value === "" ? null : Number(value) }),
          [["", "All sources"], ...looks.order.map((i): Choice => [String(i), looks.at(i).name])],
        )
  }
  ${select(
    "Split",
    filter.split ?? "",
    (value) => change({ split: value === "" ? null : (value as "train" | "held-out") }),
    [
      ["", "Both splits"],
      ["train", splitWords("train")],
      ["held-out", splitWords("held-out")],
    ],
  )}
  ${select(
    "Copies",
    filter.flag ?? "",
    (value) => change({ flag: value === "" ? null : (value as NonNullable<RowFilter["flag"]>) }),
    [["", "Copies: any"], ...(Object.entries(FLAG_FILTERS) as Choice[])],
  )}
  ${
    runs.length > 0
      ? select(
          "Weights of",
          query.run ?? "",
          (value) => void app.loadRows({ run: value === "" ? null : value }),
          [
            ...runs
              .toReversed()
              .map((run): Choice => [isGoing(run) ? "live" : run.id, `Weights: ${runWords(run)}`]),
            ["", "No weights"],
          ],
        )
      : nothing
  }`;
}

/** The order of the rows, for columns whose heads have no room. */
function order({ app, query, known }: Tools): TemplateResult {
  const { sort, descending } = query;
  return html`<span class="order">
    ${select("Sort by", sort, (value) => void app.loadRows({ sort: value as RowQuery["sort"] }), [
      ["row", "In the file’s order"],
      ["source", "By source"],
      ...known.map((column): Choice => [column, `By ${COLUMNS[column].label}`]),
    ])}
    <button class="btn" @click=${() => app.loadRows({ descending: !descending })}>${descending ? "High to low" : "Low to high"}</button>
  </span>`;
}

type Choice = readonly [value: string, words: string];

/** A run in a list of runs; the names of real ones begin with their strategy's. */
export function runWords({ strategy, name, status }: Pick<RunView, "strategy" | "name" | "status">): string {
  const known = nameOf(strategy);
  if (isGoing({ status })) return `${known}, live`;
  if (name === "") return known;
  return name.startsWith(known) ? name : `${known}, ${name}`;
}

function select(
  label: string,
  value: string,
  changed: (value: string) => void,
  choices: readonly Choice[],
): TemplateResult {
  return html`<select
    class="filter ${value === "" || label === "Sort by" ? "" : "on"}"
    aria-label=${label}
    @change=${(event: Event) => changed((event.currentTarget as HTMLSelectElement).value)}
  >
    ${choices.map(([one, words]) => html`<option value=${one} ?selected=${one === value} .selected=${one === value}>${words}</option>`)}
  </select>`;
}
