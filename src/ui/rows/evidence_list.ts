/** Why the classifier took a response for whose it is: the n-grams that moved its logit most, either way. */
import { html, nothing, type TemplateResult } from "lit";
import type { HeadEvidence, NgramEvidence, ResponseEvidence } from "../../experiment/events.ts";
import { count, fixed, integer, signed } from "../text.ts";

/** The head that is shown: the one asked for, else the one to look at first. */
export function headOf(evidence: ResponseEvidence | null, wanted: string | null): HeadEvidence | null {
  if (!evidence?.ok) return null;
  return evidence.heads.find(({ against }) => against === wanted) ?? evidence.heads[evidence.head] ?? null;
}

/**
 * @param target name of the target source
 * @param choose asks for the evidence against another synthetic source
 */
export function evidenceList(
  evidence: ResponseEvidence,
  head: HeadEvidence | null,
  target: string,
  choose: (against: string) => void,
): TemplateResult {
  if (!evidence.ok) return html`<p class="small dim">${evidence.why}</p>`;
  if (!head) return html`<p class="small dim">There is only one source, so nothing to tell apart.</p>`;
  const { heads, readUpTo } = evidence;
  const { bias, logit, ngrams, towards, away, against } = head;
  const top = Math.max(...[...towards, ...away].map(({ nats }) => Math.abs(nats)), 1e-9);
  return html`<div class="evidence">
    <p class="small">
      Logit <b>${signed(logit, 2)}</b> nats for ${target} against
      ${
        heads.length > 1
          ? html`<select aria-label="Evidence against" @change=${(event: Event) => choose((event.currentTarget as HTMLSelectElement).value)}>
              ${heads.map((one) => html`<option .selected=${one.against === against}>${one.against}</option>`)}
            </select>`
          : against
      }:
      constant ${signed(bias, 2)}, ${count(ngrams, "n-gram")} ${signed(logit - bias, 2)}.
      <span class="dim">Before calibration, by the fold that did not see it.</span>
    </p>
    ${side(`Towards ${target}`, towards, top, "toward")} ${side(`Towards ${against}`, away, top, "away")}
    ${readUpTo === null ? nothing : html`<p class="small dim">Only the first ${integer(readUpTo)} characters were read.</p>`}
  </div>`;
}

function side(title: string, ngrams: readonly NgramEvidence[], top: number, kind: string): TemplateResult {
  const told = ngrams.filter(({ nats }) => Math.abs(nats) >= 0.005);
  return html`<table class="ngrams ${kind}">
    <caption>
      ${title}
    </caption>
    <tbody>
      ${
        told.length === 0
          ? html`<tr><td class="dim">nothing</td></tr>`
          : told.map(
              ({ forms, kind: of, times, nats }) =>
                html`<tr>
                  <th scope="row" title=${forms.length > 1 ? "These share one weight." : nothing}>
                    <code>${forms.map((form) => (of === "chars" ? seen(form) : form)).join(" · ")}</code>${times > 1 ? html` <span class="dim">×${times}</span>` : nothing}
                  </th>
                  <td class="bar" aria-hidden="true">
                    <svg class="ngram-bar" viewBox="0 0 60 8" preserveAspectRatio="none"><rect width=${(60 * Math.abs(nats)) / top} height="8" /></svg>
                  </td>
                  <td class="num">${fixed(nats, 2)}</td>
                </tr>`,
            )
      }
    </tbody>
  </table>`;
}

/** White space in pieces of words, made visible. */
function seen(form: string): string {
  return form.replace(/\r?\n/g, "⏎").replace(/\t/g, "⇥").replace(/\s/g, "␣");
}
