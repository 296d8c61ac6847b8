/** The runs of a sweep: the one going on, those that wait, in order, and those that ended; how long it still takes. */
import { html, nothing, type TemplateResult } from "lit";
import { TiltElement } from "../element.ts";
import * as icons from "../icons.ts";
import { count, duration, integer, STAGE_WORDS } from "../text.ts";
import type { OpenSweep, SweepsModel } from "./model.ts";

/** Waiting runs listed at once. */
const SHOWN = 12;

class TiltSweepQueue extends TiltElement {
  static override properties = {
    model: {},
    open: {},
    running: { type: Boolean },
    busy: { type: Boolean },
    all: { state: true },
  };
  declare model: SweepsModel;
  declare open: OpenSweep;
  /** Whether this sweep runs in this page. */
  declare running: boolean;
  /** Whether another sweep does. */
  declare busy: boolean;
  declare all: boolean;

  constructor() {
    super();
    this.all = false;
  }

  override render() {
    const { open } = this;
    const { state, results } = open;
    const names = new Map(open.plan.cells.map(({ id, name }) => [id, name]));
    const of = state.queue.length + state.done.length;
    const failed = state.done.filter((id) => results.get(id)?.outcome === "failed");
    const waiting = this.running ? state.queue.slice(1) : state.queue;
    const shown = this.all ? waiting : waiting.slice(0, SHOWN);
    return html`${this.#transport(of)}
      ${
        waiting.length > 0
          ? html`<div class="block">
        <h3 class="sub">Waiting <span class="dim">${count(waiting.length, "run")}${waiting.length > 1 ? "; grip or Alt ↑ ↓ moves" : ""}</span></h3>
        <ol class="queue" @keydown=${this.#key} @dragover=${(event: DragEvent) => event.preventDefault()}>
          ${shown.map((cell, i) => this.#waiting(cell, names.get(cell) ?? cell, i + (this.running ? 1 : 0)))}
        </ol>
        ${waiting.length > SHOWN ? html`<button class="link" aria-expanded=${this.all} @click=${() => (this.all = !this.all)}>${this.all ? "fewer" : `all ${integer(waiting.length)}`}</button>` : nothing}
      </div>`
          : nothing
      }
      ${failed.length > 0 ? this.#list("Failed", failed, names, (cell) => results.get(cell)?.problem?.what ?? "", "run again") : nothing}
      ${state.skipped.length > 0 ? this.#list("Skipped", state.skipped, names, () => "", "put back") : nothing}`;
  }

  #transport(of: number): TemplateResult {
    const { open, model, running } = this;
    const { state, progress, left } = open;
    const done = state.done.length;
    const paused = state.status === "paused";
    const over = state.queue.length === 0;
    const main = !running
      ? html`<button class="btn main" ?disabled=${over || this.busy} @click=${() => model.goOn(state.id)}>${icons.play}${done > 0 ? `Go on: ${integer(done)} of ${integer(of)} done` : "Start"}</button>`
      : paused
        ? html`<button class="btn main" @click=${() => model.resume()}>${icons.play}Resume</button>`
        : html`<button class="btn main" @click=${() => model.pause()}>${icons.pause}Pause</button>`;
    return html`<div class="transport" role="group" aria-label="Sweep">
        ${over && !running ? html`<p class="dim">${count(done, "run")} done.</p>` : main}
        ${running ? html`<button class="btn" title="The run going on begins again when the sweep goes on" @click=${() => model.stop()}>${icons.stop}Stop</button>` : nothing}
      </div>
      <div class="pace sweep-pace">
        ${
          running
            ? html`<b>${done + 1 > of ? of : done + 1}</b> of ${integer(of)}${paused ? ", paused" : ""}: ${this.#name(state.queue[0])}<br />
              ${progress && progress.cell === state.queue[0] ? (progress.note.startsWith("Waiting") ? progress.note : `${STAGE_WORDS[progress.stage]}${progress.of > 1 ? `, ${integer(progress.done)} of ${integer(progress.of)}` : ""}`) : "starting"}`
            : nothing
        }
        <progress max=${Math.max(1, of)} .value=${done} aria-label="Runs done"></progress>
        <p class="small dim">${
          over
            ? ""
            : left
              ? html`About ${duration(left.seconds)} left, measured on ${count(left.from, "finished run")}.`
              : "Time left is known once the first run is done."
        }${running && !paused ? " A single run in the workbench waits for the run going on to end." : ""}</p>
      </div>`;
  }

  #name(cell: string | undefined): string {
    return this.open.plan.cells.find(({ id }) => id === cell)?.name ?? "";
  }

  #waiting(cell: string, name: string, at: number): TemplateResult {
    const { model } = this;
    return html`<li data-cell=${cell} tabindex="0" draggable="true" aria-label="${name}, place ${at + 1}. Alt and arrow keys move it."
      @dragstart=${(event: DragEvent) => event.dataTransfer?.setData("text/x-tilt-cell", cell)}
      @drop=${(event: DragEvent) => {
        const moved = event.dataTransfer?.getData("text/x-tilt-cell");
        if (!moved) return;
        event.preventDefault();
        event.stopPropagation();
        model.move(moved, at);
      }}>
      <span class="grip" aria-hidden="true">⠿</span>
      <span class="what">${name}</span>
      <button class="tiny" aria-label="${name}: earlier" @click=${() => model.move(cell, at - 1)}>↑</button>
      <button class="tiny" aria-label="${name}: later" @click=${() => model.move(cell, at + 1)}>↓</button>
      <button class="link" aria-label="Skip ${name}" @click=${() => model.skip(cell)}>skip</button>
    </li>`;
  }

  #list(
    title: string,
    cells: readonly string[],
    names: ReadonlyMap<string, string>,
    why: (cell: string) => string,
    again: string,
  ): TemplateResult {
    return html`<div class="block">
      <h3 class="sub">${title} <span class="dim">${count(cells.length, "run")}</span></h3>
      <ul class="queue">
        ${cells.map(
          (cell) =>
            html`<li><span class="what">${names.get(cell) ?? cell}${why(cell) ? html`<span class="dim small"> ${why(cell)}</span>` : nothing}</span>
              <button class="link" aria-label="${again}: ${names.get(cell) ?? cell}" @click=${() => this.model.repeat(cell)}>${again}</button></li>`,
        )}
      </ul>
    </div>`;
  }

  #key(event: KeyboardEvent): void {
    const item = (event.target as HTMLElement).closest<HTMLElement>("li[data-cell]");
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!item || !by) return;
    event.preventDefault();
    const cell = item.dataset.cell!;
    if (!event.altKey) {
      const next = by < 0 ? item.previousElementSibling : item.nextElementSibling;
      (next as HTMLElement | null)?.focus();
      return;
    }
    this.model.move(cell, this.open.state.queue.indexOf(cell) + by);
    // The list is drawn anew in its new order; the focus goes along.
    setTimeout(() => this.querySelector<HTMLElement>(`li[data-cell="${cell}"]`)?.focus(), 250);
  }
}

customElements.define("tilt-sweep-queue", TiltSweepQueue);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-sweep-queue": TiltSweepQueue;
  }
}
