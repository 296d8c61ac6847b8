/** Beside every figure: its table in its place, and what can be taken away of it. */
import { html, type TemplateResult } from "lit";
import type { Takeaway } from "./save_menu.ts";
import "./save_menu.ts";

/**
 * @param of the same object as long as its words are the same: the menu is then left as it is
 * @param name of the figure, for those who hear it @param toggle shows the table, or the picture again
 */
export function take(of: Takeaway, name: string, tabled: boolean, toggle: () => void): TemplateResult {
  return html`<span class="take">
    <button class="link" aria-pressed=${tabled} @click=${toggle}>
      ${tabled ? "chart" : "table"}<span class="vh"> of ${name}</span>
    </button>
    <tilt-save-menu .of=${of}></tilt-save-menu>
  </span>`;
}
