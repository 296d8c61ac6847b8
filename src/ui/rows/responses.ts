/** The responses of a group next to each other, each with its source, its numbers, its marks and its evidence. */
import { html, nothing, type TemplateResult } from "lit";
import type {
  Base,
  Compared,
  DatasetSummary,
  GroupDetail,
  ResponseDifference,
  Span,
} from "../../worker/api.ts";
import { sourceMark } from "../marks.ts";
import { sourceLooks } from "../names.ts";
import { count, fixed, integer, percent, plain, signed } from "../text.ts";
import { evidenceList, headOf } from "./evidence_list.ts";
import { inPlaces, standings } from "./standing.ts";
import { cutAt, cutAtEnd, evidenceMarks, type Mark, stretchesOf } from "./stretches.ts";

export type Marking = "differences" | "evidence" | "nothing";

/** Characters shown of a long text at first, and with each press of the button that shows more. */
const SHOWN = 2_500;
export const MORE = 20_000;

export interface ResponseView {
  readonly group: GroupDetail;
  readonly of: Base["of"];
  readonly data: DatasetSummary;
  readonly marking: Marking;
  readonly base: Base;
  /** Null until the texts were compared. */
  readonly compared: Compared | null;
  /** Whether evidence may still come: no ratio was ever estimated. */
  readonly against: string | null;
  /** How often more of a response was asked for. */
  readonly asked: (response: number) => number;
  readonly showMore: (response: number) => void;
  readonly compareWith: (response: number) => void;
  readonly chooseHead: (against: string) => void;
}

export function responseColumns(view: ResponseView): TemplateResult {
  const { group } = view;
  const standing = standings(group);
  return html`<div
    class="responses"
    role="group"
    tabindex=${group.responses.length > 2 ? 0 : nothing}
    aria-label="${count(group.responses.length, "response")} of row ${group.row}"
  >
    ${inPlaces(standing).map((k) => response(view, k, standing[k]!))}
  </div>`;
}

function response(view: ResponseView, k: number, standing: string): TemplateResult {
  const { group, data, marking, base, of } = view;
  const one = group.responses[k]!;
  const looks = sourceLooks(data);
  const look = looks.at(one.source);
  const isBase = base.of === of && base.response === k;
  const head = headOf(one.evidence, view.against);
  const target = data.sources[data.target]?.name ?? "the target";
  const foe = head ? data.sources.findIndex(({ name }) => name === head.against) : -1;
  return html`<article class="resp foe-${foe >= 0 ? looks.at(foe).key : "o"}" aria-label="Response ${k + 1}, ${look.name}">
    <header>
      ${sourceMark(look)}<b>${look.name}</b>${standing === "" ? nothing : html`<span>${standing}</span>`}
      <span class="dim">${one.score === null ? nothing : html`score ${plain(one.score)}, `}${count(one.words, "word")}</span>
    </header>
    ${markedText(one.text, marksFor(view, k), SHOWN + MORE * view.asked(k), () => view.showMore(k))}
    ${numbers(view, k)}
    ${
      marking === "differences" && group.responses.length + (base.of === of ? 0 : 1) > 1
        ? html`<p class="small dim">${isBase ? `The other${group.responses.length === 2 ? " is" : "s are"} compared with this one.` : shareWords(view, k)}
            ${isBase ? nothing : html`<button class="link" @click=${() => view.compareWith(k)}>compare with this</button>`}
          </p>`
        : nothing
    }
    ${
      marking === "evidence"
        ? one.evidence
          ? evidenceList(one.evidence, head, target, view.chooseHead)
          : html`<p class="small dim">${one.estimate ? "What moved this classifier was not kept. Run again to see it." : "No ratio yet: a run estimates it first."}</p>`
        : nothing
    }
  </article>`;
}

/** Stretches that only one text has, as marks. */
export const onlyMarks = (spans: readonly Span[]): readonly Mark[] =>
  spans.map((span) => ({ ...span, mark: "only" }));

function marksFor({ marking, group, compared, of, against }: ResponseView, k: number): readonly Mark[] {
  if (marking === "differences") return onlyMarks(compared?.[of][k]?.only ?? []);
  if (marking !== "evidence") return [];
  const head = headOf(group.responses[k]!.evidence, against);
  return head ? evidenceMarks(head.words, (nats) => `${signed(nats, 2)} nats`) : [];
}

function shareWords({ compared, of, group }: ResponseView, k: number): string {
  const difference = compared?.[of][k];
  if (!compared || !difference) return "Comparing the words.";
  const { shared, rough }: ResponseDifference = difference;
  if (shared === null) return "";
  const cut = group.responses[k]!.text.length > compared.upTo;
  const part = cut ? `, of its first ${integer(compared.upTo)} characters` : "";
  return `Shares ${percent(shared)} of the words${part}${rough ? ", compared without their order" : ""}.`;
}

function numbers({ group }: ResponseView, k: number): TemplateResult {
  const { estimate } = group.responses[k]!;
  if (!estimate) return html`<p class="small dim">No ratio yet: a run estimates it first.</p>`;
  const { logRatio, h, probability, fold } = estimate;
  return html`<dl>
    <div><dt>log-ratio</dt><dd>${signed(logRatio, 2)}</dd></div>
    <div><dt>h</dt><dd>${fixed(h, 2)}</dd></div>
    <div><dt>P(target)</dt><dd>${percent(probability)}</dd></div>
    ${fold === undefined ? nothing : html`<div><dt>fold</dt><dd>${fold + 1}</dd></div>`}
  </dl>`;
}

/**
 * A text with its marks; a long one is cut, and shown piece by piece: a page that draws millions of characters at once stands still.
 * @param limit characters shown
 */
export function markedText(
  text: string,
  marks: readonly Mark[],
  limit: number,
  showMore: () => void,
): TemplateResult {
  if (text.trim() === "") return html`<p class="dim">(empty response)</p>`;
  const lead = text.length - text.trimStart().length;
  const end = cutAt(text, limit);
  const shown = stretchesOf(text, marks, end);
  const pieces = shown.map(({ text: piece, mark, title }, i) => {
    const words = i === 0 ? piece.slice(Math.min(lead, piece.length)) : piece;
    if (mark === "") return words;
    if (mark === "only") return html`<mark class="only">${words}</mark>`;
    return html`<span class="ev ${mark}" title=${title}>${words}</span>`;
  });
  return html`<p class="text" dir="auto">${pieces}${end < text.length ? "…" : nothing}</p>
    ${end < text.length ? html`<button class="link" @click=${showMore}>${moreWords(end, text.length)}</button>` : nothing}`;
}

function moreWords(end: number, length: number): string {
  if (cutAtEnd(end + MORE, length)) return `Show all ${integer(length)} characters`;
  return `Show ${integer(MORE)} more of ${integer(length)} characters`;
}
