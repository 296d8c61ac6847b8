/** The table behind a figure, in its place: same order, same digits. */
import { html, type TemplateResult } from "lit";
import { cellText, isNumeric, type TableData } from "../chart/table_data.ts";
import { integer } from "../text.ts";

/** Rows shown; of longer tables evenly spaced ones, the last always. */
const MOST = 200;

/** @param name of the table, for those who hear it @param empty what is said while there are no rows */
export function figureTable(table: TableData, name: string, empty: string): TemplateResult {
  const { columns, rows } = table;
  if (rows.length === 0) return html`<div class="canvas"><p class="dim">${empty}</p></div>`;
  const every = Math.ceil(rows.length / MOST);
  const shown = [...rows.entries()].filter(([i]) => i % every === 0 || i === rows.length - 1);
  const kinds = columns.map((_, i) => (isNumeric(table, i) ? "num" : ""));
  return html`<div class="canvas scrolls" tabindex="0" role="region" aria-label="${name}, table">
    <table class="t">
      <thead>
        <tr>
          ${columns.map(({ name: head, unit }, i) => html`<th scope="col" class=${kinds[i]!}>${unit ? `${head}, ${unit}` : head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${shown.map(
          ([at, row]) =>
            html`<tr>
              ${row.map((cell, i) =>
                i === 0
                  ? html`<th scope="row" class=${kinds[i]!}>${cellText(cell, columns[i]!, at)}</th>`
                  : html`<td class=${kinds[i]!}>${cellText(cell, columns[i]!, at)}</td>`,
              )}
            </tr>`,
        )}
      </tbody>
    </table>
    ${every > 1 ? html`<p class="small dim">${integer(shown.length)} of ${integer(rows.length)} rows. The CSV file has all.</p>` : ""}
  </div>`;
}
