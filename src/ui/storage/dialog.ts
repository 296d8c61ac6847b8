/** What this browser keeps: how much of what, whether it lasts and why, deleting, and everything as one file. */
import { html, nothing, type TemplateResult } from "lit";
import { problemOf } from "../../base/errors.ts";
import type { Problem } from "../../experiment/events.ts";
import type { BackupItem, LostItem, RestoreReport, StorageUsage } from "../../worker/api.ts";
import { TiltElement } from "../element.ts";
import type { App } from "../engine/app.ts";
import { problem } from "../parts/problem.ts";
import { addSheet } from "../sheet.ts";
import type { Toast } from "../state/state.ts";
import sheet from "../style/import.css?url";
import { bytes, count } from "../text.ts";

await addSheet(sheet);

type Item = StorageUsage["items"][number];

const KINDS: Readonly<Record<string, readonly [one: string, heading: string]>> = {
  dataset: ["dataset", "Datasets"],
  run: ["run", "Runs"],
  checkpoint: ["checkpoint", "Checkpoints"],
  sweep: ["sweep", "Sweeps"],
  classifier: ["classifier", "Classifiers: why each response was taken for whose"],
  model: ["model", "Models"],
  cell: ["run of a sweep", "Runs of sweeps"],
  setting: ["setting", "Settings"],
};
const ORDER = ["dataset", "run", "checkpoint", "sweep", "classifier", "model"];

const day = (iso: string): string => iso.slice(0, 16).replace("T", " ");

class TiltStorageDialog extends TiltElement {
  static override properties = {
    app: {},
    toast: {},
    runs: {},
    datasets: {},
    usage: { state: true },
    failure: { state: true },
    report: { state: true },
    leftOut: { state: true },
    busy: { state: true },
    refusedToLast: { state: true },
  };
  declare app: App;
  /** Shown here, too: what lies under a dialog cannot be reached. */
  declare toast: Toast | null;
  /** Change when something is deleted or comes back. */
  declare runs: unknown;
  declare datasets: unknown;
  declare usage: StorageUsage | null;
  declare failure: Problem | null;
  declare report: RestoreReport | null;
  /** What the backup saved last is without. */
  declare leftOut: readonly LostItem[] | null;
  /** What goes on, in words. */
  declare busy: string;
  declare refusedToLast: boolean;

  constructor() {
    super();
    this.usage = this.failure = this.report = this.leftOut = null;
    this.busy = "";
    this.refusedToLast = false;
  }

  override firstUpdated(): void {
    this.querySelector("dialog")!.showModal();
  }

  override updated(changed: Map<string, unknown>): void {
    if (["toast", "runs", "datasets"].some((name) => changed.has(name))) void this.#refresh();
  }

  async #refresh(): Promise<void> {
    try {
      this.usage = await this.app.storageUsage();
    } catch (thrown) {
      this.failure = problemOf(thrown);
    }
  }

  override render() {
    const { app, usage, failure, toast } = this;
    return html`<dialog class="storage" aria-labelledby="storage-title" @close=${() => app.closeDialog()}>
      <h2 id="storage-title">Kept in this browser</h2>
      ${failure ? problem(failure, { dismiss: () => (this.failure = null) }) : nothing}
      ${usage ? html`${this.#room(usage)} ${this.#items(usage)} ${this.#backup(usage)}` : html`<p class="dim">Looking at what is stored.</p>`}
      ${this.report ? restored(this.report) : nothing} ${this.leftOut?.length ? without(this.leftOut) : nothing}
      <div class="btns foot">
        <button class="btn" @click=${() => this.querySelector("dialog")!.close()}>Close</button>
        ${
          toast
            ? html`<p role="status" class="undo"><span>${toast.text}</span>${toast.undo !== null ? html` <button class="btn" @click=${() => app.undo()}>Undo</button>` : nothing}</p>`
            : nothing
        }
      </div>
    </dialog>`;
  }

  #room({ used, quota, lasting, why, persisted }: StorageUsage): TemplateResult {
    const known = used !== null && quota !== null && quota > 0;
    return html`<div class="room">
      ${
        known
          ? html`<p>${bytes(used)} of ${bytes(quota)} that the browser allows this page</p>
              <progress max="1" .value=${Math.min(1, used / quota)} aria-label="Storage used"></progress>`
          : html`<p>The browser does not say how much room there is.</p>`
      }
      ${
        lasting
          ? html`<p class="ink2">${persisted ? "Lasting: the browser promised not to clear it by itself." : "Kept until the browser needs the room: it may clear everything when the disk is nearly full."}</p>
              ${
                persisted
                  ? nothing
                  : html`<div class="btns"><button class="btn" @click=${() => void this.#keep()}>Ask the browser to keep it</button>
                      ${this.refusedToLast ? html`<span class="small dim" role="status">It did not promise. A backup file is safe in any case.</span>` : nothing}</div>`
              }`
          : html`<p class="notlasting"><b>Not lasting.</b> ${why}</p>`
      }
    </div>`;
  }

  #items(usage: StorageUsage): TemplateResult {
    const kinds = [...new Set([...ORDER, ...usage.items.map(({ kind }) => kind)])];
    const listed = kinds.filter((kind) => usage.items.some((item) => item.kind === kind));
    if (listed.length === 0)
      return html`<p class="dim empty">Nothing of yours yet. Datasets you bring, runs, sweeps and checkpoints are listed here.</p>`;
    return html`${listed.map((kind) => {
      const items = usage.items.filter((item) => item.kind === kind);
      const [one, heading] = KINDS[kind] ?? [kind, kind];
      const sum = items.reduce((total, item) => total + item.bytes, 0);
      return html`<section class="block" aria-label=${heading}>
        <h3 class="sub">${heading} <span class="dim">${count(items.length, one, one === "run of a sweep" ? "runs of sweeps" : `${one}s`)}, about ${bytes(sum)}</span></h3>
        <ul class="kept">${items.map((item) => this.#item(item, one))}</ul>
      </section>`;
    })}`;
  }

  #item(item: Item, kind: string): TemplateResult {
    const { name, bytes: size, savedAt } = item;
    return html`<li>
      <span class="name">${name}</span><span class="num">${bytes(size)}</span>
      <time class="dim" datetime=${savedAt}>${day(savedAt)}</time>
      <button class="link" aria-label="Delete the ${kind} ${name}" @click=${() => this.#delete(item)}>delete</button>
    </li>`;
  }

  #backup({ items }: StorageUsage): TemplateResult {
    return html`<section class="block" aria-label="Backup">
      <h3 class="sub">Everything in one file</h3>
      <p class="ink2">To move to another browser, or to be safe. It holds your data: keep it as safe as those.</p>
      <div class="btns">
        <button class="btn" ?disabled=${this.busy !== "" || items.length === 0} @click=${() => void this.#save()}>Save a backup</button>
        <label class="btn">Put a backup back<input class="vh" id="backup" type="file" accept=".backup" ?disabled=${this.busy !== ""} @change=${this.#restore} /></label>
        <span class="small dim" role="status">${this.busy}</span>
      </div>
    </section>`;
  }

  #delete(item: Item): void {
    this.app.deleteStored(item);
    // The button is gone with its row: the place stays with the dialog.
    this.querySelector<HTMLElement>(".foot .btn")?.focus();
    void this.#refresh();
  }

  async #keep(): Promise<void> {
    this.refusedToLast = !(await this.app.askPersist());
    await this.#refresh();
  }

  async #save(): Promise<void> {
    this.busy = "Writing the file.";
    this.report = this.leftOut = this.failure = null;
    try {
      this.leftOut = await this.app.saveEverything();
    } catch (thrown) {
      this.failure = problemOf(thrown);
    }
    this.busy = "";
  }

  readonly #restore = (event: Event): void => {
    const input = event.currentTarget as HTMLInputElement;
    const [file] = input.files ?? [];
    input.value = "";
    if (file) void this.#restoreFrom(file);
  };

  async #restoreFrom(file: File): Promise<void> {
    this.busy = `Reading ${file.name}.`;
    this.report = this.leftOut = this.failure = null;
    try {
      this.report = await this.app.restoreFrom(file);
    } catch (thrown) {
      this.failure = problemOf(thrown);
    }
    this.busy = "";
    await this.#refresh();
  }
}

const kindOf = ({ kind }: BackupItem): string => KINDS[kind]?.[0] ?? kind;
const listed = (words: string, items: readonly LostItem[]) =>
  items.map((one) => html`<li><b>${words}: ${kindOf(one)} ${one.name}.</b> ${one.why}</li>`);

/** What is not in the backup that was just saved. */
function without(leftOut: readonly LostItem[]): TemplateResult {
  return html`<section class="block" aria-label="What the backup is without" role="status">
    <h3 class="sub">Saved without ${count(leftOut.length, "record")}</h3>
    <ul class="restored">${listed("Could not be read", leftOut)}</ul>
  </section>`;
}

/** What became of every record of a backup. */
function restored({ restored: back, kept, lost, damage }: RestoreReport): TemplateResult {
  const names = (items: readonly BackupItem[]): string =>
    items.map((one) => `${kindOf(one)} ${one.name}`).join(", ");
  const line = (items: readonly BackupItem[], words: string) =>
    items.length > 0
      ? html`<li><b>${count(items.length, "record")} ${words}</b> <span class="small dim">${names(items)}</span></li>`
      : nothing;
  return html`<section class="block" aria-label="What the backup held" role="status">
    <h3 class="sub">From the backup</h3>
    <ul class="restored">
      ${line(back, "put back.")} ${line(kept, "left alone: here already, as new or newer.")}
      ${back.map((one) => (one.remark ? html`<li><b>${kindOf(one)} ${one.name}.</b> ${one.remark}</li>` : nothing))}
      ${listed("Lost", lost)}
      ${damage ? html`<li><b>The file is damaged.</b> ${damage}</li>` : nothing}
      ${back.length + kept.length + lost.length === 0 && !damage ? html`<li>The backup is empty.</li>` : nothing}
    </ul>
  </section>`;
}

customElements.define("tilt-storage-dialog", TiltStorageDialog);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-storage-dialog": TiltStorageDialog;
  }
}
