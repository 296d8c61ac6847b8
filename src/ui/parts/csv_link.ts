/** The numbers of a table as a file or onto the clipboard, beside the table. */
import { html, type TemplateResult } from "lit";
import { csvOf, type TableData } from "../chart/table_data.ts";
import { saveFile } from "../save_file.ts";

/** @param name of the table, for the file and for those who hear it */
export function csvLinks(name: string, table: () => TableData): TemplateResult {
  return csvTextLinks(name, () => csvOf(table()));
}

/** The same for a table that is CSV already. @param word on the button that saves, where there are several tables */
export function csvTextLinks(name: string, text: () => string, word = "CSV"): TemplateResult {
  const file = `tilt-${name.toLowerCase().replace(/[^a-z0-9]+/g, "-")}.csv`;
  const save = (): void => saveFile(file, new Blob([text()], { type: "text/csv" }));
  return html`<span class="take">
    <button class="link" @click=${save}>${word}<span class="vh"> of ${name}</span></button>
    <button class="link" @click=${(event: Event) => void copy(event, text())}>copy<span class="vh"> ${name}</span></button>
  </span>`;
}

/** Says in the button itself whether the browser let it. */
async function copy(event: Event, text: string): Promise<void> {
  const button = event.currentTarget as HTMLElement;
  const word = button.firstChild as Text;
  const before = word.data;
  try {
    await navigator.clipboard.writeText(text);
    word.data = "copied";
  } catch {
    word.data = "not allowed";
  }
  setTimeout(() => {
    word.data = before;
  }, 1500);
}
