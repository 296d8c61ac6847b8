/** A file on its way in: what has arrived, what has been read, and a way to stop. */
import { html, nothing, type TemplateResult } from "lit";
import type { ImportProgress } from "../../worker/api.ts";
import type { App } from "../engine/app.ts";
import { bytes, count, percent } from "../text.ts";

export function importProgress(
  { file, bytes: done, ofBytes, rows, fetching }: ImportProgress,
  app: App,
): TemplateResult {
  const known = ofBytes > 0;
  const share = known ? Math.min(1, done / ofBytes) : 0;
  const size = known ? `${bytes(done)} of ${bytes(ofBytes)} (${percent(share)})` : bytes(done);
  return html`<div class="reading">
    <div class="pace">
      ${fetching ? "Fetching" : "Reading"} <b>${file}</b>, ${fetching ? nothing : `${count(rows, "row")}, `}${size}
      ${
        known
          ? html`<progress max="1" .value=${share} aria-label="${fetching ? "Fetching" : "Reading"} ${file}"></progress>`
          : html`<progress aria-label="Fetching ${file}"></progress>`
      }
    </div>
    <button class="btn" @click=${() => void app.cancelImport()}>Cancel</button>
  </div>`;
}
