/** Rows as they were read, to judge a reading by: the prompt, and every response with its author, score and standing. */
import { html, nothing, type TemplateResult } from "lit";
import type { ExampleRow } from "../../worker/api.ts";
import { sourceMark } from "../marks.ts";
import { sourceLooks } from "../names.ts";
import { plain } from "../text.ts";

type Response = ExampleRow["responses"][number];

function standing({ wins }: Response, { responses, desirable }: ExampleRow): string {
  if (desirable !== undefined) return desirable ? "judged good" : "judged bad";
  if (wins === 0) return "";
  return responses.length === 2 ? "preferred" : `preferred over ${wins}`;
}

/** @param sources names of all sources, to give each its mark @param target name of the target, or null */
export function exampleRows(
  rows: readonly ExampleRow[],
  sources: readonly string[],
  target: string | null,
): TemplateResult {
  const looks = sourceLooks({
    sources: sources.map((name) => ({ name, responses: 0, meanWords: 0 })),
    target: target === null ? -1 : sources.indexOf(target),
  });
  const one = (row: ExampleRow, response: Response): TemplateResult => {
    const { source, score, text } = response;
    const words = [standing(response, row), score === null ? "" : `score ${plain(score)}`].filter(Boolean);
    return html`<li>
      <p class="by">
        ${source === null ? html`<span class="dim">author unknown</span>` : sourceMark(looks.at(sources.indexOf(source)), true)}
        ${words.length > 0 ? html`<span class="dim">${words.join(", ")}</span>` : nothing}
      </p>
      <p class="text" tabindex="0">${text.trim()}</p>
    </li>`;
  };
  return html`<ol class="examples">
    ${rows.map(
      (row) =>
        html`<li>
          <p class="small dim">${row.file === undefined ? "" : `${row.file}, `}row ${row.row}</p>
          <p class="prompt-text" tabindex="0">${row.prompt.trim() === "" ? html`<span class="dim">no prompt</span>` : row.prompt.trim()}</p>
          <ul>${row.responses.map((response) => one(row, response))}</ul>
        </li>`,
    )}
  </ol>`;
}
