/** The dialog that makes a link: what it is about, a title, rows or not; its text, its length, and a recipe file. */
import { html, nothing, type TemplateResult } from "lit";
import { problemOf } from "../../base/errors.ts";
import type { Problem } from "../../experiment/events.ts";
import type { MadeLink } from "../../worker/api.ts";
import { TiltElement } from "../element.ts";
import type { App } from "../engine/app.ts";
import { problem } from "../parts/problem.ts";
import { saveFile } from "../save_file.ts";
import { addSheet } from "../sheet.ts";
import sheet from "../style/link.css?url";
import { integer } from "../text.ts";
import { type Subject, subjects } from "./subjects.ts";

await addSheet(sheet);

/** Characters above which links are cut by some programs; the engine's `MAX_URL` decides, this is for the sentence. */
const CUT = 2000;

const DATA: Readonly<Record<MadeLink["data"], string>> = {
  builtin: "The data is built in: the link makes it again from its settings.",
  address: "The data goes along as its web address and SHA-256; the reader is asked before it is fetched.",
  file: "The file is not in this link, only its fingerprint. The reader is asked to drop the same file.",
  inline: "The rows are inside the link: whoever has it can read them.",
};

class TiltLinkDialog extends TiltElement {
  static override properties = {
    app: {},
    chosen: { state: true },
    words: { state: true },
    inline: { state: true },
    made: { state: true },
    failure: { state: true },
    copied: { state: true },
  };
  declare app: App;
  declare chosen: string | null;
  declare words: string;
  declare inline: boolean;
  declare made: MadeLink | null;
  declare failure: Problem | null;
  declare copied: boolean;
  #subjects: readonly Subject[] = [];
  #asked = 0;

  constructor() {
    super();
    this.chosen = null;
    this.words = "";
    this.inline = false;
    this.made = this.failure = null;
    this.copied = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#subjects = subjects(this.app.store.get());
    this.chosen = this.#subjects[0]!.id;
    void this.#make();
  }

  override firstUpdated(): void {
    this.querySelector("dialog")!.showModal();
  }

  async #make(): Promise<void> {
    const mine = ++this.#asked;
    const subject = this.#subjects.find(({ id }) => id === this.chosen) ?? this.#subjects[0]!;
    this.copied = false;
    try {
      const { spec, run } = subject;
      const made = await this.app.makeLink({ spec, run, title: this.words, inline: this.inline });
      if (mine !== this.#asked) return;
      this.made = made;
      this.failure = null;
    } catch (thrown) {
      if (mine !== this.#asked) return;
      this.made = null;
      this.failure = problemOf(thrown);
    }
  }

  override render() {
    const { made } = this;
    return html`<dialog class="share" aria-labelledby="share-title" @close=${this.#closed}>
      <h2 id="share-title">A link to this experiment</h2>
      <div class="fields">
        <label class="row"
          ><span>What it runs</span
          ><select @change=${this.#choose}>
            ${this.#subjects.map(({ id, name }) => html`<option value=${id} ?selected=${id === this.chosen}>${name}</option>`)}
          </select></label
        >
        <label class="row"
          ><span>Your question, for the reader <span class="dim">(optional)</span></span
          ><input type="text" maxlength="120" .value=${this.words} @input=${this.#title}
        /></label>
        ${this.#rows()}
        ${this.failure ? problem(this.failure) : nothing}
        ${made ? this.#text(made) : nothing}
      </div>
      <div class="btns">
        ${
          made && !made.tooLong
            ? html`<button class="btn main" autofocus @click=${() => void this.#copy(made.url)}>${this.copied ? "Copied" : "Copy"}</button>`
            : nothing
        }
        ${
          made
            ? html`<button class="btn ${made.tooLong ? "main" : ""}" @click=${() => this.#save(made)}>Save a recipe file</button>`
            : nothing
        }
        ${made?.tooLong ? html`<button class="btn" @click=${() => void this.#copy(made.url)}>${this.copied ? "Copied" : "Copy anyway"}</button>` : nothing}
        <button class="btn" @click=${this.#close}>Close</button>
      </div>
    </dialog>`;
  }

  #rows(): TemplateResult | typeof nothing {
    const { made } = this;
    if (!made || made.data === "builtin") return nothing;
    return html`<label class="tick"
      ><input type="checkbox" .checked=${this.inline} ?disabled=${made.notInline !== null} @change=${this.#tick} /><span
        >Include the rows${made.notInline === null ? nothing : html` <span class="small dim">${made.notInline}</span>`}</span
      ></label
    >`;
  }

  #text(made: MadeLink): TemplateResult {
    return html`<label class="row"
        ><span><b>${integer(made.length)} characters</b></span
        ><textarea readonly rows="4" @focus=${(event: FocusEvent) => (event.currentTarget as HTMLTextAreaElement).select()} .value=${made.url}></textarea
      ></label>
      ${
        made.tooLong
          ? html`<p class="aside"><b>Long link.</b> ${integer(made.length)} characters; many chats cut at ${integer(CUT)}. Save a recipe file instead: the reader drops it on the page.</p>`
          : nothing
      }
      <p class="small ink2">
        ${DATA[made.data]}
        ${
          made.evidence
            ? `With the numbers of this run, computed on ${made.evidence.adapter}: the reader is told whether theirs agree.`
            : "Without numbers to compare with: choose a finished run to add them."
        }
      </p>`;
  }

  readonly #choose = (event: Event): void => {
    this.chosen = (event.currentTarget as HTMLSelectElement).value;
    void this.#make();
  };
  readonly #title = (event: Event): void => {
    this.words = (event.currentTarget as HTMLInputElement).value;
    void this.#make();
  };
  readonly #tick = (event: Event): void => {
    this.inline = (event.currentTarget as HTMLInputElement).checked;
    void this.#make();
  };
  readonly #close = (): void => this.querySelector("dialog")!.close();
  readonly #closed = (event: Event): void => {
    event.stopPropagation();
    this.dispatchEvent(new CustomEvent("close"));
  };

  async #copy(url: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(url);
      this.copied = true;
    } catch {
      // Not allowed here: the text is selected, to be copied by hand.
      this.querySelector("textarea")?.focus();
    }
  }

  #save({ recipe }: MadeLink): void {
    saveFile("experiment.tilt.json", new Blob([recipe], { type: "application/json" }));
  }
}

customElements.define("tilt-link-dialog", TiltLinkDialog);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-link-dialog": TiltLinkDialog;
  }
}
