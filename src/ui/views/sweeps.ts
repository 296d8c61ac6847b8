/** Sweeps: one experiment over some axes. Composed here, run in a queue, read as small multiples and a table. */
import { html, nothing, type TemplateResult } from "lit";
import { TiltElement } from "../element.ts";
import type { App } from "../engine/app.ts";
import { problem } from "../parts/problem.ts";
import { fragmentOf } from "../route.ts";
import type { State } from "../state/state.ts";
import "../style/sweeps.css";
import "../sweeps/compose.ts";
import { createSweepsModel, type OpenSweep, type SweepsModel } from "../sweeps/model.ts";
import "../sweeps/queue.ts";
import "../sweeps/results.ts";
import "../sweeps/rounds.ts";
import { count, integer } from "../text.ts";

/** A sweep goes on while another view is open, so what is known of it outlives this element. */
const models = new WeakMap<App, SweepsModel>();

const linkOf = (id: string): string =>
  fragmentOf({ view: "sweeps", rest: id === "" ? "" : encodeURIComponent(id) });

class TiltSweeps extends TiltElement {
  static override properties = { app: {}, state: {} };
  declare app: App;
  declare state: State;
  #model: SweepsModel | undefined;
  #release: () => void = () => {};
  #shown: string | null = null;
  /** The open sweep as of its newest result: charts and tables need not follow every step. */
  #settled: OpenSweep | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.#model) this.#follow(this.#model);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#release();
    this.#shown = null;
  }

  override willUpdate(): void {
    const { app, state } = this;
    if (!this.#model) {
      this.#model = models.get(app) ?? createSweepsModel(app.engine);
      models.set(app, this.#model);
      this.#follow(this.#model);
    }
    const wanted = wantedOf(state.route.rest);
    if (state.engine !== "ready" || wanted === this.#shown) return;
    this.#shown = wanted;
    void this.#model.refresh().catch((thrown) => app.tell({ what: String(thrown) }));
    void this.#model.show(wanted === "" ? null : wanted);
  }

  #follow(model: SweepsModel): void {
    this.#release();
    this.#release = model.subscribe(() => this.requestUpdate());
  }

  override render() {
    const { state } = this;
    const model = this.#model!;
    const sweeps = model.get();
    const { open } = sweeps;
    return html`<main class="page sweeps" id="stage" tabindex="-1">
      <div class="sweeps-head">
        <h1>Sweeps</h1>
        <p class="say">A sweep runs one experiment over axes, settings that take several values each, and over seeds, which say
          how sure the answer is. Start from a question or from the workbench; every finished run is kept at once.</p>
      </div>
      ${sweeps.problem ? problem(sweeps.problem, { dismiss: () => model.dismiss() }) : nothing}
      ${this.#list()}
      ${
        open
          ? this.#open(open)
          : wantedOf(state.route.rest) !== ""
            ? html`<p class="say">Reading the sweep …</p>`
            : html`<tilt-sweep-compose .app=${this.app} .model=${model} .sweeps=${sweeps} .workbench=${state.spec}
                @opened=${(event: CustomEvent<string>) => this.#go(event.detail)}></tilt-sweep-compose>`
      }
    </main>`;
  }

  /** All stored sweeps as links, the open one marked; those left unfinished say so. */
  #list(): TemplateResult | typeof nothing {
    const { list, open } = this.#model!.get();
    if (list.length === 0) return nothing;
    const here = open?.state.id ?? "";
    return html`<nav class="sweep-list" aria-label="Sweeps">
      <a href=${linkOf("")} aria-current=${here === "" ? "page" : nothing}>New sweep</a>
      ${list.map((stored) => {
        const { id, name, createdAt } = stored;
        const { done, cells, status } =
          id === here ? { ...open!.state, done: open!.state.done.length, cells: stored.cells } : stored;
        const words =
          status === "done"
            ? count(done, "run")
            : status === "stopped"
              ? `${integer(done)} of ${integer(cells)}, not finished`
              : `${integer(done)} of ${integer(cells)}, ${status}`;
        return html`<a href=${linkOf(id)} aria-current=${id === here ? "page" : nothing} title=${new Date(createdAt).toLocaleString()}><b>${name}</b> <span class="dim">${words}</span></a>`;
      })}
    </nav>`;
  }

  #open(open: OpenSweep): TemplateResult {
    const model = this.#model!;
    const { running } = model.get();
    const { sweep, state, results } = open;
    if (this.#settled?.results !== results || this.#settled.plan !== open.plan) this.#settled = open;
    const settled = this.#settled;
    const rounds = [...results.values()].some((result) => result.rounds);
    const left = state.queue.length;
    return html`
      ${
        running === null && left > 0 && state.done.length > 0
          ? html`<div class="resume" role="status"><p><b>${integer(state.done.length)} of ${count(state.done.length + left, "run")} ${state.done.length === 1 ? "is" : "are"} done and kept.</b> Go on with the rest, or read what is there.</p></div>`
          : nothing
      }
      <div class="cols open-sweep">
        <section aria-label="Queue" class="queue-col">
          <h2 class="sub">${sweep.name} <button class="link" @click=${() => this.#remove(state.id, sweep.name)}>delete</button></h2>
          <p class="small dim">${sweep.axes.map(({ label, values }) => `${label} (${values.length})`).join(" × ") || "no axis"} × ${count(sweep.seeds.length, "seed")}</p>
          <tilt-sweep-queue .model=${model} .open=${open} ?running=${running === state.id} ?busy=${running !== null && running !== state.id}></tilt-sweep-queue>
        </section>
        <section aria-label="Results">
          ${rounds ? html`<tilt-sweep-rounds .open=${settled}></tilt-sweep-rounds>` : nothing}
          <tilt-sweep-results .open=${settled}></tilt-sweep-results>
        </section>
      </div>`;
  }

  #go(id: string): void {
    this.#shown = id;
    location.hash = linkOf(id);
  }

  /** With a chance to take it back, which also opens it again. */
  #remove(id: string, name: string): void {
    const model = this.#model!;
    model.hide(id);
    location.hash = linkOf("");
    this.app.later(
      `${name} deleted, with all its results.`,
      async () => model.remove(id),
      () =>
        void model.unhide(id).then(() => {
          if (this.isConnected) location.hash = linkOf(id);
        }),
      `sweep ${id}`,
    );
  }
}

function wantedOf(rest: string): string {
  try {
    return decodeURIComponent(rest);
  } catch {
    return "";
  }
}

customElements.define("tilt-sweeps", TiltSweeps);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-sweeps": TiltSweeps;
  }
}
