/** What a link's experiment would do, line by line, for the reader to agree to. */
import { html, nothing, type TemplateResult } from "lit";
import type { OpenedLink, WebSize } from "../../worker/api.ts";
import { brief, bytes, duration, integer } from "../text.ts";

/** @param device "GPU" or "CPU" @param size what the host said, if it was asked */
export function facts(
  { card, content, dataset, estimate }: OpenedLink,
  device: string,
  size: WebSize | null,
): TemplateResult {
  const { title, host, needs, changes, claims, computedOn, notes } = card;
  const sha = content.spec.data.sha256 ?? content.spec.data.source.slice("file:".length);
  return html`<dl class="terms">
    ${title === null ? nothing : line("Question", html`“${title}” <small>words from the link’s author, not from Tilt</small>`)}
    ${line(
      "Data",
      html`${card.data}${host === null ? nothing : html`, from <b>${host}</b>${size?.bytes ? `, ${bytes(size.bytes)}` : nothing}`}
        ${dataset !== null ? html`<small>It is stored here already.</small>` : nothing}
        ${
          host !== null && dataset === null
            ? html`<small>That server will see your address. The file must match SHA-256 <code>${short(sha)}</code> or it is not used.</small>`
            : nothing
        }
        ${
          needs.file !== null && dataset === null
            ? html`<small>The file is not in the link, only its fingerprint <code>${short(sha)}</code>. Drop the same file on this page; it stays in this tab.</small>`
            : nothing
        }
        ${needs.inline > 0 ? html`<small>The rows came with the link: ${integer(needs.inline)} characters.</small>` : nothing}`,
    )}
    ${line("Model", card.model)}
    ${line(
      "Work",
      html`${card.work}${estimate === null ? nothing : html`: <b>about ${duration(estimate.seconds)}</b> on this ${device}`}
        <small>
          ${
            estimate === null
              ? "How long it takes was not measured on this machine yet."
              : estimate.same
                ? "As long as the same settings took here before."
                : `Scaled from a run here on ${new Date(estimate.from).toLocaleDateString()}.`
          }
          Pause or stop at any time; what was computed is kept.
        </small>`,
    )}
    ${
      changes.length === 0
        ? line("Not default", "nothing: all other settings have their default")
        : line(
            "Not default",
            html`<span class="diffs"
              >${changes.map(({ label, before, after }) => html`<span>${label} <s>${before}</s> ${after}</span>`)}</span
            >`,
          )
    }
    ${
      computedOn === null
        ? line(
            "Claims",
            html`none <small>The link promises no numbers, so there is nothing to compare yours with.</small>`,
          )
        : line(
            "Claims",
            html`${claims.map(({ metric, value, step }, i) => html`${i > 0 ? ", " : nothing}<code>${metric}</code> ${brief(value)} at step ${step}`)}
              <small>Computed on ${[computedOn.adapter, computedOn.backend, computedOn.variant, `engine ${computedOn.engine}`].filter(Boolean).join(", ")}. You will be told whether your numbers agree.</small>`,
          )
    }
    ${notes.map((note) => line("Older link", note))}
  </dl>`;
}

function line(name: string, value: unknown): TemplateResult {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}

function short(hash: string): string {
  return `${hash.slice(0, 4)}…${hash.slice(-4)}`;
}
