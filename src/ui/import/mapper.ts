/** The mapper: how files are to be read, chosen by hand, with rows as they would be read beside it. */
import { html, nothing, type TemplateResult } from "lit";
import { problemOf } from "../../base/errors.ts";
import type { Problem } from "../../experiment/events.ts";
import type { ImportProgress, Look, Mapping, ReadChoices } from "../../worker/api.ts";
import { TiltElement } from "../element.ts";
import type { App } from "../engine/app.ts";
import { placeOf } from "../parts/import_problems.ts";
import { problem } from "../parts/problem.ts";
import { sentence } from "../parts/words.ts";
import { addSheet } from "../sheet.ts";
import type { Mapper } from "../state/state.ts";
import sheet from "../style/import.css?url";
import { count, integer } from "../text.ts";
import { columnForm } from "./column_form.ts";
import { exampleRows } from "./examples.ts";
import { type Layout, lacks, layoutOf, ruleLacks, ruleOf } from "./mapping.ts";
import { importProgress } from "./progress.ts";
import { type SecondFile, sourceForm } from "./source_form.ts";
import { templateForm } from "./template_form.ts";
import { rolesInWords } from "./words.ts";

await addSheet(sheet);

/** Milliseconds without a change before rows are read again. */
const CALM = 150;

class TiltMapper extends TiltElement {
  static override properties = {
    app: {},
    mapper: {},
    importing: {},
    choices: { state: true },
    layout: { state: true },
    seen: { state: true },
    looking: { state: true },
    failure: { state: true },
    second: { state: true },
  };
  declare app: App;
  declare mapper: Mapper;
  declare importing: ImportProgress | null;
  declare choices: ReadChoices;
  declare layout: Layout;
  /** The newest look. */
  declare seen: Look | null;
  declare looking: boolean;
  declare failure: Problem | null;
  declare second: SecondFile | null;
  #of: Look | null = null;
  #file: File | null = null;
  #asked = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.choices = {};
    this.layout = "pair";
    this.seen = this.failure = this.second = null;
    this.looking = false;
  }

  override willUpdate(): void {
    const { look, choices } = this.mapper;
    // The mapper was opened on something else.
    if (this.#of === look) return;
    this.#of = look;
    this.#file = null;
    this.second = null;
    const unknown = look.guess?.format == null;
    const byHand = choices.mapping !== undefined || (unknown && choices.format === undefined);
    const start = byHand ? { ...choices, mapping: choices.mapping ?? look.guess?.mapping ?? {} } : choices;
    this.choices = start;
    this.layout = layoutOf(start.mapping ?? {});
    this.seen = look;
    if (byHand && !choices.mapping) void this.#look();
  }

  override firstUpdated(): void {
    this.querySelector<HTMLElement>("h2")?.focus();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  override render() {
    const { app, mapper, importing } = this;
    const { name, problem: why, look } = mapper;
    const missing = this.#missing();
    return html`<section class="mapper" aria-labelledby="mapper-title">
      <h2 class="say" id="mapper-title" tabindex="-1">How is ${name} to be read?</h2>
      ${why ? problem(why, { warn: true }) : nothing}
      ${importing ? importProgress(importing, app) : nothing}
      <div class="mapper-cols">
        <form @submit=${this.#read}>
          ${this.#format(look)}
          ${
            this.choices.mapping
              ? columnForm({
                  columns: look.columns,
                  mapping: this.choices.mapping,
                  layout: this.layout,
                  change: this.#mapped,
                })
              : nothing
          }
          ${sourceForm({
            choices: this.choices,
            preview: this.seen?.preview ?? null,
            second: this.second,
            change: this.#change,
            chooseSecond: (file) => void this.#chooseSecond(file),
          })}
          ${templateForm(this.choices, this.seen?.preview ?? null, this.#change)}
          <div class="btns">
            <button class="btn main" ?disabled=${missing !== null || importing !== null}>Read it this way</button>
            <button class="btn" type="button" @click=${() => app.closeMapper()}>${mapper.dataset === null ? "Leave it" : "Keep it as it was"}</button>
          </div>
          ${missing ? html`<p class="small dim" role="status">${missing}</p>` : nothing}
        </form>
        <section aria-label="Rows as they would be read">${this.#preview(missing)}</section>
      </div>
    </section>`;
  }

  /** A known format, or columns named by hand. */
  #format({ guess, columns, moreColumns }: Look): TemplateResult {
    const { choices } = this;
    const known = guess?.format ?? null;
    if (known === null)
      return html`<p class="ink2">No known format has these columns. Say what each one holds.</p>
        ${moreColumns > 0 ? html`<p class="small dim">${count(moreColumns, "more column")} of this file cannot be chosen here.</p>` : nothing}`;
    const choose = (event: Event): void => {
      const byHand = (event.currentTarget as HTMLSelectElement).value === "hand";
      const { mapping: _, ...rest } = choices;
      const mapping = guess?.mapping ?? {};
      if (byHand) this.layout = layoutOf(mapping);
      this.#change(byHand ? { ...rest, mapping } : rest);
    };
    return html`<fieldset>
      <legend>Format</legend>
      <div class="map-row"><label for="read-as">Read as</label>
        <select id="read-as" @change=${choose}>
          <option value="guess" ?selected=${!choices.mapping}>${guess!.label}, as guessed</option>
          <option value="hand" ?selected=${choices.mapping !== undefined}>columns named by hand</option>
        </select></div>
      ${!choices.mapping && guess?.roles ? html`<p class="ink2">Read as: ${rolesInWords(guess.roles, choices)}</p>` : nothing}
      ${!choices.mapping && guess?.note ? html`<p class="small dim">${guess.note}</p>` : nothing}
      ${!choices.mapping && known === "qa-feedback" ? this.#passages() : nothing}
      ${!choices.mapping && known === "shp" ? this.#votes() : nothing}
      <p class="small dim">${count(columns.length + moreColumns, "column")}: ${columns
        .slice(0, 12)
        .map(({ name }) => name || "(no name)")
        .join(", ")}${columns.length > 12 ? ", …" : ""}</p>
    </fieldset>`;
  }

  #passages(): TemplateResult {
    const set = (event: Event): void => {
      const { passages: _, ...rest } = this.choices;
      const { checked } = event.currentTarget as HTMLInputElement;
      this.#change(checked ? { ...rest, passages: true } : rest);
    };
    return html`<label class="tick"><input type="checkbox" .checked=${this.choices.passages ?? false} @change=${set} /><span>Put the passages before the question</span></label>`;
  }

  #votes(): TemplateResult {
    const set = (event: Event): void => {
      const { minScoreRatio: _, ...rest } = this.choices;
      const least = Number((event.currentTarget as HTMLInputElement).value);
      this.#change(least > 1 ? { ...rest, minScoreRatio: least } : rest);
    };
    return html`<div class="map-row"><label for="votes">Votes differ at least by the factor</label>
      <input id="votes" type="number" min="1" step="any" .value=${String(this.choices.minScoreRatio ?? 1)} @change=${set} /></div>`;
  }

  /** What is not filled in yet. */
  #missing(): string | null {
    const { mapping } = this.choices;
    const missing = (mapping && lacks(mapping, this.layout)) ?? ruleLacks(this.choices);
    if (missing) return missing;
    const open = ruleOf(this.choices) === "second-file" && (this.choices.targetFile?.index ?? -1) < 0;
    return open ? "Choose the file with the target’s responses." : null;
  }

  #preview(missing: string | null): TemplateResult {
    const { seen, failure, looking } = this;
    if (failure) return problem(failure);
    const preview = seen?.preview;
    if (missing || !preview)
      return html`<p class="dim">Rows will be shown here once the columns are named.</p>`;
    const { rows, rowsRead, rowsKept, pairs, sources, target, notes, problems } = preview;
    return html`<div class=${looking ? "stale" : ""}>
      <p class="ink2" role="status">
        Of the first ${count(rowsRead, "row")}, ${rowsKept === rowsRead ? "all" : integer(rowsKept)} can be read this way:
        ${count(pairs, "pair")}. ${sources.length > 0 ? html`Sources: ${sources.join(", ")}.` : "No source is named."}
        ${target === null ? "No target yet." : html`Target: <b>${target}</b>.`}
      </p>
      ${notes.map((note) => html`<p class="small dim">${note}</p>`)}
      ${
        problems.length > 0
          ? html`<ul class="cannot">${problems.map((one) => html`<li><b>${sentence(one.what)}</b> <code>${placeOf(one)}</code></li>`)}</ul>`
          : nothing
      }
      ${exampleRows(rows, sources, target)}
    </div>`;
  }

  readonly #mapped = (mapping: Mapping, layout: Layout = this.layout): void => {
    this.layout = layout;
    this.#change({ ...this.choices, mapping });
  };

  readonly #change = (choices: ReadChoices): void => {
    // The file chosen before is taken up again when a person comes back to this way.
    const taken = choices.targetFile?.index === -1 && this.second ? this.#place() : null;
    this.choices =
      taken === null ? choices : { ...choices, targetFile: { ...choices.targetFile, index: taken } };
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look(), CALM);
  };

  /** The place of the second file: after those that are there. */
  #place(): number {
    return this.app.filesUnderMapper();
  }

  async #chooseSecond(file: File): Promise<void> {
    this.#file = file;
    this.second = { name: file.name, columns: null, known: false };
    this.#change({ ...this.choices, targetFile: { index: this.#place() } });
    try {
      const { columns, guess } = await this.app.lookInto(file);
      if (this.#file === file) this.second = { name: file.name, columns, known: guess?.format != null };
    } catch (thrown) {
      this.failure = problemOf(thrown);
    }
  }

  #more(): readonly File[] {
    return this.choices.targetFile && this.#file ? [this.#file] : [];
  }

  async #look(): Promise<void> {
    if (this.#missing() !== null) return;
    const mine = ++this.#asked;
    this.looking = true;
    try {
      const seen = await this.app.lookAs(this.choices, this.#more());
      if (mine !== this.#asked) return;
      this.seen = seen;
      this.failure = null;
    } catch (thrown) {
      if (mine === this.#asked) this.failure = problemOf(thrown);
    } finally {
      if (mine === this.#asked) this.looking = false;
    }
  }

  readonly #read = (event: Event): void => {
    event.preventDefault();
    if (this.#missing() === null) void this.app.readAs(this.choices, this.#more());
  };
}

customElements.define("tilt-mapper", TiltMapper);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-mapper": TiltMapper;
  }
}
