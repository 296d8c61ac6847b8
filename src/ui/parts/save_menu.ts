/** What can be taken away of a figure: its picture and its numbers, as files or onto the clipboard. */
import { html, nothing, type TemplateResult } from "lit";
import { csvOf, type TableData } from "../chart/table_data.ts";
import { TiltElement } from "../element.ts";
import { saveFile } from "../save_file.ts";

type Kind = "SVG" | "PNG" | "CSV";

/** What a figure gives to take away. */
export interface Takeaway {
  /** For people; also the files' name. */
  readonly title: string;
  readonly unit: string;
  /** The picture, or a template that draws it; undefined while there is none. */
  readonly drawing: () => SVGSVGElement | TemplateResult | undefined;
  readonly table: () => TableData;
}

const SAVES: readonly (readonly [Kind, string])[] = [
  ["SVG", "Picture, SVG"],
  ["PNG", "Picture, PNG"],
  ["CSV", "Numbers, CSV"],
];
const COPIES: readonly (readonly [Kind, string])[] = [
  ["PNG", "Picture"],
  ["SVG", "Picture’s SVG source"],
  ["CSV", "Numbers, for a spreadsheet"],
];
/** Milliseconds for which the button says what was done. */
const SAID = 2000;

class TiltSaveMenu extends TiltElement {
  static override properties = { of: {}, open: { state: true }, said: { state: true } };
  declare of: Takeaway;
  declare open: boolean;
  declare said: string;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.open = false;
    this.said = "";
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  override render() {
    const { title } = this.of;
    return html`<span class="savemenu" @keydown=${this.#key} @focusout=${this.#leave}>
      <button class="link" aria-expanded=${this.open} @click=${() => (this.open = !this.open)}>
        save<span class="vh"> or copy ${title}</span>
      </button>
      <span class="said" role="status">${this.said}</span>
      ${
        this.open
          ? html`<span class="items" role="group" aria-label="Save or copy ${title}">
              <span class="dim">Download</span>
              ${SAVES.map(([kind, words]) => html`<button @click=${() => this.#do("save", kind)}>${words}</button>`)}
              <span class="dim">Copy</span>
              ${COPIES.map(([kind, words]) => html`<button @click=${() => this.#do("copy", kind)}>${words}</button>`)}
            </span>`
          : nothing
      }
    </span>`;
  }

  async #do(act: "save" | "copy", kind: Kind): Promise<void> {
    this.open = false;
    this.querySelector<HTMLButtonElement>(".link")?.focus();
    try {
      if (act === "save") {
        saveFile(`${fileName(this.of.title)}.${kind.toLowerCase()}`, await this.#blob(kind));
        this.#say(`${kind} saved`);
      } else {
        await this.#copy(kind);
        this.#say("Copied");
      }
    } catch (thrown) {
      this.#say(
        thrown instanceof Nothing
          ? "Nothing drawn yet"
          : `${act === "copy" ? "Not copied: the browser did not allow it" : "Not saved"}`,
      );
    }
  }

  async #copy(kind: Kind): Promise<void> {
    if (kind === "CSV") return navigator.clipboard.writeText(csvOf(this.of.table()));
    if (kind === "SVG") return navigator.clipboard.writeText(await (await this.#blob(kind)).text());
    // The promise goes in as it is: some browsers allow writing only within the click.
    await navigator.clipboard.write([new ClipboardItem({ "image/png": this.#blob(kind) })]);
  }

  async #blob(kind: Kind): Promise<Blob> {
    if (kind === "CSV") return new Blob([csvOf(this.of.table())], { type: "text/csv" });
    const { title, unit } = this.of;
    const { standalone, pngOf } = await import("../chart/standalone.ts");
    const drawing = this.of.drawing();
    if (!drawing) throw new Nothing();
    const picture = standalone(drawing, title, unit, this);
    return kind === "PNG" ? pngOf(picture) : new Blob([picture.markup], { type: "image/svg+xml" });
  }

  #say(words: string): void {
    this.said = words;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.said = ""), SAID);
  }

  #key(event: KeyboardEvent): void {
    if (!this.open) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      this.open = false;
      this.querySelector<HTMLButtonElement>(".link")?.focus();
    }
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const items = [...this.querySelectorAll<HTMLButtonElement>(".items button")];
    const at = items.indexOf(document.activeElement as HTMLButtonElement);
    items[(at + by + items.length) % items.length]?.focus();
  }

  #leave(event: FocusEvent): void {
    // A click into the page moves the focus to nothing; Safari's buttons take none, so its clicks inside look the same.
    if (event.relatedTarget instanceof Node && !this.contains(event.relatedTarget)) this.open = false;
  }

  readonly #outside = (event: PointerEvent): void => {
    if (!event.composedPath().includes(this)) this.open = false;
  };

  override updated(changed: Map<string, unknown>): void {
    if (!changed.has("open")) return;
    if (this.open) addEventListener("pointerdown", this.#outside);
    else removeEventListener("pointerdown", this.#outside);
  }
}

class Nothing extends Error {}

/** "Held-out accuracy" becomes "tilt-held-out-accuracy". */
export function fileName(title: string): string {
  const words = title
    .toLowerCase()
    .normalize("NFKD")
    .match(/[a-z0-9]+/g);
  return ["tilt", ...(words ?? ["figure"])].join("-");
}

customElements.define("tilt-save-menu", TiltSaveMenu);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-save-menu": TiltSaveMenu;
  }
}
