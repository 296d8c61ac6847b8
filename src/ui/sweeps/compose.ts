/** A sweep before it runs: presets, axes, seeds, what is held fixed, and how many runs that makes. */
import { html, nothing, type TemplateResult } from "lit";
import { fieldAt, fieldsFor, type Spec, valueAt } from "../../experiment/spec.ts";
import { axisOver, MOST_RUNS, SWEEP_PRESETS, sweepJson } from "../../experiment/sweep.ts";
import { TiltElement } from "../element.ts";
import type { App } from "../engine/app.ts";
import "../parts/field.ts";
import { saveFile } from "../save_file.ts";
import { count, integer } from "../text.ts";
import "./axis_editor.ts";
import { fieldOptions } from "./axis_editor.ts";
import { wordsOf } from "./metric_words.ts";
import type { SweepsModel, SweepsState } from "./model.ts";
import { outlookOf } from "./outlook.ts";

class TiltSweepCompose extends TiltElement {
  static override properties = {
    app: {},
    model: {},
    sweeps: {},
    workbench: {},
    added: { state: true },
    wrong: { state: true },
  };
  declare app: App;
  declare model: SweepsModel;
  declare sweeps: SweepsState;
  /** The workbench's settings, which a sweep may start from. */
  declare workbench: Spec;
  /** Settings held fixed that were asked for although they have their default. */
  declare added: readonly string[];
  declare wrong: string;

  constructor() {
    super();
    this.added = [];
    this.wrong = "";
  }

  override render() {
    const { sweeps, model } = this;
    const { draft, preset } = sweeps;
    return html`<div class="cols compose">
      <section aria-label="Presets" class="presets">
        <h2 class="sub">Start from</h2>
        <div class="choices">
          ${SWEEP_PRESETS.map(
            ({ id, name, asks }) =>
              html`<button class="choice" aria-pressed=${preset === id} @click=${() => model.usePreset(id)}><b>${name}</b><span>${asks}</span></button>`,
          )}
        </div>
        <div class="btns foot-btns">
          <button class="btn" @click=${() => model.useSpec(this.workbench)}>Take the workbench’s settings</button>
          <label class="btn">Open a sweep file<input class="vh" type="file" accept=".json,application/json" @change=${this.#file} /></label>
        </div>
      </section>
      <section aria-label="Axes">
        <h2 class="sub">Axes <span class="dim">every combination is run once per seed</span></h2>
        ${draft.axes.map((axis) => html`<tilt-axis-editor .model=${model} .base=${draft.base} .axis=${axis}></tilt-axis-editor>`)}
        <div class="add">
          <label for="new-axis">Add an axis over</label>
          <select id="new-axis" @change=${this.#addAxis}>
            <option value="">any setting …</option>
            ${fieldOptions(draft.base, "")}
          </select>
        </div>
        <div class="block">${this.#seeds()}${this.#baseline()}</div>
      </section>
      <section aria-label="Fixed settings and start">
        <h2 class="sub">Held fixed <span class="dim">everything else has its default</span></h2>
        ${this.#fixed()}
        <div class="block">${this.#start()}</div>
        <div class="block">
          <h2 class="sub">What comes out</h2>
          <ul class="outlook">${outlookOf(draft, wordsOf(draft.metric).label).map(({ what, holds }) => html`<li><b>${what}</b> – ${holds}</li>`)}</ul>
        </div>
      </section>
    </div>`;
  }

  #seeds(): TemplateResult {
    const { seeds } = this.sweeps.draft;
    const consecutive = seeds.length > 2 && seeds.every((seed, i) => seed === seeds[0]! + i);
    return html`<div class="fld">
        <label for="sweep-seeds">Seeds</label>
        <span class="in"><input id="sweep-seeds" class="long" type="text" autocomplete="off" spellcheck="false" aria-describedby="sweep-seeds-help"
          .value=${consecutive ? `${seeds[0]}–${seeds.at(-1)}` : seeds.join(", ")}
          @change=${(event: Event) => this.#typedSeeds((event.currentTarget as HTMLInputElement).value)} /></span>
        <span class="more" id="sweep-seeds-help">${
          seeds.length < 3
            ? "With fewer than 3 seeds there are no intervals to speak of."
            : `${count(seeds.length, "seed")}: intervals and paired differences are over these. 10 tell small differences apart.`
        }</span>
        ${this.wrong ? html`<span class="wrong" role="alert">${this.wrong}</span>` : nothing}
      </div>`;
  }

  #typedSeeds(text: string): void {
    const [, from, to] = /^\s*(\d+)\s*(?:-|–|to)\s*(\d+)\s*$/.exec(text) ?? [];
    const seeds =
      from !== undefined
        ? Array.from(
            { length: Math.min(1000, Math.max(0, Number(to) - Number(from) + 1)) },
            (_, i) => Number(from) + i,
          )
        : text
            .split(/[,;\s]+/)
            .filter((part) => part !== "")
            .map(Number);
    const good =
      seeds.length > 0 && seeds.every((seed) => Number.isInteger(seed) && seed >= 0 && seed <= 4294967295);
    this.wrong = good ? "" : "Give whole numbers: 1, 2, 3, or 1–10.";
    if (good) this.model.setSeeds([...new Set(seeds)]);
    this.requestUpdate();
  }

  #baseline(): TemplateResult | typeof nothing {
    const { axes, baseline } = this.sweeps.draft;
    const options = axes.filter(({ values }) => values.length > 1);
    if (options.length === 0) return nothing;
    return html`<div class="fld">
      <label for="sweep-baseline">Compared with</label>
      <span class="in"><select id="sweep-baseline"
        @change=${(event: Event) => {
          const [axis, value] = JSON.parse((event.currentTarget as HTMLSelectElement).value) as [
            string,
            number,
          ];
          this.model.setBaseline(axis, value);
        }}>
        ${options.map(
          ({ id, label, values }) => html`<optgroup label=${label}>
            ${values.map(
              (value, i) =>
                html`<option value=${JSON.stringify([id, i])} .selected=${baseline?.axis === id && baseline.value === i}>${value.label}</option>`,
            )}
          </optgroup>`,
        )}
      </select></span>
    </div>`;
  }

  #fixed(): TemplateResult {
    const { draft } = this.sweeps;
    const swept = new Set(draft.axes.flatMap(({ values }) => values.flatMap(({ set }) => Object.keys(set))));
    const shown = fieldsFor(draft.base).filter(
      ({ path, default: normal }) =>
        path !== "seed" &&
        !swept.has(path) &&
        (valueAt(draft.base, path) !== normal || this.added.includes(path)),
    );
    return html`${shown.map(
      (field) =>
        html`<tilt-field .app=${this.model} .field=${field} .value=${valueAt(draft.base, field.path) ?? null}></tilt-field>`,
    )}
      <div class="add">
        <label for="fix-field">Set</label>
        <select id="fix-field" @change=${(event: Event) => {
          const select = event.currentTarget as HTMLSelectElement;
          if (select.value) this.added = [...this.added, select.value];
          select.value = "";
        }}>
          <option value="">another setting …</option>
          ${fieldOptions(draft.base, "")}
        </select>
      </div>`;
  }

  #start(): TemplateResult {
    const { sweeps } = this;
    const { draft, planned, running } = sweeps;
    const settings = draft.axes.reduce((product, { values }) => product * values.length, 1);
    const asked = settings * draft.seeds.length;
    const refused = planned?.settings.filter(({ problem }) => problem) ?? [];
    const runs = planned?.cells.length;
    const saved = runs === undefined ? 0 : asked - refused.length * draft.seeds.length - runs;
    return html`<p class="runs-count"><b>${runs === undefined ? "…" : integer(runs)}</b> ${runs === 1 ? "run" : "runs"}
        <span class="dim">${count(settings, "setting")} × ${count(draft.seeds.length, "seed")}${
          saved > 0 ? `; ${integer(saved)} would repeat another one and are run once` : ""
        }</span></p>
      ${
        refused.length > 0
          ? html`<p class="aside"><b>${count(refused.length, "setting")} cannot be.</b> ${refused[0]!.problem!.what} ${refused[0]!.problem!.remedy ?? ""}</p>`
          : nothing
      }
      <p class="small dim">How long it takes is known once the first run is done here: times are measured, not guessed.</p>
      <div class="btns">
        <button class="btn main" ?disabled=${!runs || asked > MOST_RUNS || running !== null} @click=${this.#go}>
          ${runs ? `Start ${count(runs, "run")}` : "Start"}
        </button>
        <button class="btn" @click=${() => saveFile(`${draft.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}.sweep.json`, new Blob([JSON.stringify(sweepJson(draft), null, 2)], { type: "application/json" }))}>Save as a file</button>
      </div>
      ${running === null ? nothing : html`<p class="small dim">A sweep is running; it has to end or be stopped first.</p>`}`;
  }

  async #go(): Promise<void> {
    const id = await this.model.start();
    if (id !== null) this.dispatchEvent(new CustomEvent<string>("opened", { detail: id, bubbles: true }));
  }

  #addAxis(event: Event): void {
    const select = event.currentTarget as HTMLSelectElement;
    const path = select.value;
    select.value = "";
    if (path === "") return;
    const { draft } = this.sweeps;
    const field = fieldAt(path) ?? fieldsFor(draft.base).find((one) => one.path === path);
    const values =
      field?.choices?.map(({ value }) => value).slice(0, 4) ??
      (field?.kind === "boolean" ? [true, false] : undefined);
    this.model.setAxis(path, axisOver(draft.base, path, values ?? [valueAt(draft.base, path) ?? null]));
  }

  #file(event: Event): void {
    const input = event.currentTarget as HTMLInputElement;
    const [file] = input.files ?? [];
    if (file) void this.model.useFile(file);
    input.value = "";
  }
}

customElements.define("tilt-sweep-compose", TiltSweepCompose);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-sweep-compose": TiltSweepCompose;
  }
}
