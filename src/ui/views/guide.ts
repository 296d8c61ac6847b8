/** The user guide: words, methods, charts, settings, keys, formats, privacy, limits; searchable, every entry with an address. */
import { html, nothing } from "lit";
import type { GuideContent, GuidePaper } from "../../worker/api.ts";
import { TiltElement } from "../element.ts";
import type { App } from "../engine/app.ts";
import { type Entry, found, type Section, sectionsOf } from "../guide/entries.ts";
import { prose } from "../lessons/prose.ts";
import { addSheet } from "../sheet.ts";
import type { State } from "../state/state.ts";
import sheet from "../style/lessons.css?url";
import { count } from "../text.ts";

await addSheet(sheet);

class TiltGuide extends TiltElement {
  static override properties = { app: {}, state: {}, content: { state: true }, query: { state: true } };
  declare app: App;
  declare state: State;
  declare content: GuideContent | null;
  declare query: string;
  #went = "";
  #asked = false;

  constructor() {
    super();
    this.content = null;
    this.query = "";
  }

  override willUpdate(): void {
    if (this.#asked || this.state.engine === "opening") return;
    this.#asked = true;
    this.app.engine.guideContent().then(
      (content) => {
        this.content = content;
      },
      () => {
        this.#asked = false;
      },
    );
  }

  override updated(): void {
    const { rest } = this.state.route;
    const key = `${rest} ${this.content !== null}`;
    if (rest === "" || key === this.#went) return;
    const target = this.querySelector(`#${CSS.escape(`g-${rest}`)}`);
    if (!target) return;
    this.#went = key;
    target.scrollIntoView({ block: "start" });
    this.querySelector<HTMLElement>(`#${CSS.escape(`g-${rest}`)} :is(h2, h3, h4, dt)`)?.focus({
      preventScroll: true,
    });
  }

  override render() {
    const all = sectionsOf(this.content);
    const shown = found(all, this.query);
    const entries = shown.reduce(
      (sum, { groups }) => sum + groups.reduce((n, group) => n + group.entries.length, 0),
      0,
    );
    return html`<main class="page guide" id="stage" tabindex="-1">
      <nav class="guide-nav" aria-label="Guide">
        <label class="line">Search the guide
          <input type="search" .value=${this.query} placeholder="λ, DPO, held-out …" @input=${(
            event: Event,
          ) => {
            this.query = (event.currentTarget as HTMLInputElement).value;
          }} /></label>
        <p class="small dim" role="status">${this.query === "" ? `${count(entries, "entry", "entries")}` : `${count(entries, "entry", "entries")} found`}</p>
        <ul>${all.map(({ id, title }) => html`<li><a href="#guide=${id}" aria-current=${this.state.route.rest === id ? "true" : nothing}>${title}</a></li>`)}</ul>
        <p class="small dim">Words are explained by doing in the <a href="#/lessons">lessons</a>.</p>
      </nav>
      <div class="guide-body">
        <h1>Guide</h1>
        ${shown.length === 0 ? html`<p class="say">Nothing in the guide has all of these words.</p>` : nothing}
        ${shown.map((section) => this.#section(section))}
      </div>
    </main>`;
  }

  #section({ id, title, lead, groups }: Section) {
    return html`<section id="g-${id}" aria-labelledby="gt-${id}">
      <h2 id="gt-${id}" tabindex="-1"><a class="anchor" href="#guide=${id}">${title}</a></h2>
      ${lead && this.query === "" ? html`<p class="say">${lead}</p>` : nothing}
      ${groups.map(
        (group) => html`${group.title ? html`<h3>${group.title}</h3>` : nothing}
          <dl class="entries">${group.entries.map((entry) => this.#entry(entry))}</dl>`,
      )}
    </section>`;
  }

  #entry({ id, title, code, text, more, paper }: Entry) {
    return html`<div id="g-${id}" class=${title === "" ? "bare" : ""}>
      <dt tabindex="-1">${title ? html`<a class="anchor" href="#guide=${id}">${title}</a>` : html`<span class="vh">Note</span>`}${code ? html`<code>${code}</code>` : nothing}</dt>
      <dd>${text ? html`<p>${prose(text)}</p>` : nothing}${(more ?? []).map((line) => html`<p class="small dim">${line}</p>`)}${paper ? cite(paper) : nothing}</dd>
    </div>`;
  }
}

function cite({ short, authors, title, year, venue, arxiv, doi }: GuidePaper) {
  const who = authors.length > 0 ? `${authors.join(", ")} (${year})` : short;
  return html`<p class="small cite">${who}. <i>${title}</i>.${venue ? ` ${venue}.` : nothing}${
    arxiv
      ? html` <a href="https://arxiv.org/abs/${arxiv}" target="_blank" rel="noopener noreferrer">arXiv ${arxiv}</a>`
      : nothing
  }${doi ? html` <a href="https://doi.org/${doi}" target="_blank" rel="noopener noreferrer">doi ${doi}</a>` : nothing}</p>`;
}

customElements.define("tilt-guide", TiltGuide);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-guide": TiltGuide;
  }
}
