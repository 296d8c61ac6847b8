/** What could not be read, and why: file, line, field, what stands there, and the way out. */
import { html, nothing, type TemplateResult } from "lit";
import type { ImportProblem } from "../../data/dataset.ts";
import type { App } from "../engine/app.ts";
import type { ImportFailure } from "../state/state.ts";
import { count, integer } from "../text.ts";
import { problem } from "./problem.ts";
import { sentence } from "./words.ts";

/** Problems listed of a file that was refused whole. */
const SHOWN = 5;

/** A file of which nothing could be used. */
export function importFailure({ problem: told, problems }: ImportFailure, app: App): TemplateResult {
  const choose = (): void => document.querySelector<HTMLInputElement>("#file")?.click();
  return html`${problem(told, {
    ways: [{ words: "Choose another file", go: choose, main: true }],
    dismiss: app.dismissFailure,
  })}
  ${problems.length > 0 ? problemList(problems.slice(0, SHOWN), problems.length - SHOWN) : nothing}`;
}

/** "answers.jsonl, line 17, field rejected". */
export function placeOf({ file, line, row, field }: ImportProblem): string {
  return [
    file,
    line !== undefined ? `line ${integer(line)}` : row !== undefined ? `row ${integer(row)}` : "",
    field ? `field ${field}` : "",
  ]
    .filter(Boolean)
    .join(", ");
}

export function problemList(problems: readonly ImportProblem[], omitted: number): TemplateResult {
  return html`<ol class="left-out">
    ${problems.map(
      (one) =>
        html`<li>
          <b>${sentence(one.what)}</b>
          <p class="small"><code>${placeOf(one)}</code>${one.effect === "repaired" ? ", kept, repaired" : ", left out"}</p>
          ${one.excerpt ? html`<pre class="where ${one.effect === "repaired" ? "warn" : ""}">${one.excerpt}</pre>` : nothing}
          ${one.remedy ? html`<p>${sentence(one.remedy)}</p>` : nothing}
        </li>`,
    )}
    ${omitted > 0 ? html`<li class="dim">and ${count(omitted, "more problem")}</li>` : nothing}
  </ol>`;
}
