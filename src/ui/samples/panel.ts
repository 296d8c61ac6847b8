/** What the policy writes beside what its reference writes: the same held-out prompts, the same draws, token by token. */
import { html, nothing, type TemplateResult } from "lit";
import { type Problem, problemOf } from "../../base/errors.ts";
import type { SampleEvent } from "../../worker/api.ts";
import { drawSoon } from "../chart/slots.ts";
import { TiltElement } from "../element.ts";
import type { App } from "../engine/app.ts";
import { strategyMark } from "../marks.ts";
import { nameOf } from "../names.ts";
import { problem } from "../parts/problem.ts";
import { isGoing, type RunView } from "../state/run_view.ts";
import { fixed, integer } from "../text.ts";
import {
  FIELDS,
  isDue,
  keepSamples,
  keptSamples,
  MEASURED,
  parseField,
  type SampleChoices,
  type SampleField,
} from "./choices.ts";

type Prompts = Extract<SampleEvent, { kind: "prompts" }>;
type Written = Extract<SampleEvent, { kind: "text" }>;
type Divergence = Extract<SampleEvent, { kind: "divergence" }>;

/** What was written last, and by whom. */
interface Sheet {
  readonly run: string;
  readonly strategy: string;
  readonly asked: Prompts;
  /** By prompt. */
  readonly policy: readonly (Written | undefined)[];
  readonly reference: readonly (Written | undefined)[];
  readonly divergence: Divergence | null;
}

class TiltSamples extends TiltElement {
  static override properties = {
    app: {},
    runs: {},
    spoken: {},
    choices: { state: true },
    sheet: { state: true },
    busy: { state: true },
    problem: { state: true },
    picked: { state: true },
    wrong: { state: true },
  };
  declare app: App;
  /** Runs in the charts. */
  declare runs: readonly RunView[];
  /** The run that the stage speaks of. */
  declare spoken: RunView | null;
  declare choices: SampleChoices;
  declare sheet: Sheet | null;
  declare busy: boolean;
  declare problem: Problem | null;
  /** Id of the finished run that the reader wants to hear; the spoken one when null. */
  declare picked: string | null;
  /** Id of the field whose text was not taken. */
  declare wrong: string | null;
  /** Run and step at which samples were taken last. */
  #last: { readonly run: string; readonly step: number } | null = null;

  constructor() {
    super();
    this.runs = [];
    this.spoken = null;
    this.choices = keptSamples();
    this.sheet = null;
    this.busy = false;
    this.problem = null;
    this.picked = null;
    this.wrong = null;
  }

  protected override scheduleUpdate(): Promise<void> {
    return new Promise((resolve) => {
      drawSoon(() => {
        if (this.isUpdatePending) super.scheduleUpdate();
        resolve();
      });
    });
  }

  override updated(): void {
    const run = this.#run();
    const step = run ? stepOf(run) : null;
    if (!run || step === null || run.status !== "running" || this.busy || document.hidden) return;
    const last = this.#last?.run === run.id ? this.#last.step : null;
    if (isDue(step, last, this.choices.every)) void this.#take();
  }

  override render() {
    const { sheet, busy } = this;
    const run = this.#run();
    const step = run && stepOf(run);
    const training = run !== null && isGoing(run);
    const able = run !== null && (training ? step !== null : run.status === "done");
    return html`<section class="block samples" aria-labelledby="samples-title">
      <h2 class="sub" id="samples-title">
        Samples <span class="dim">held-out prompts, the same draws for both</span>
      </h2>
      <div class="samplebar">
        ${
          busy
            ? html`<button class="btn" @click=${() => this.app.engine.stopSampling()}>Stop writing</button>`
            : html`<button class="btn" ?disabled=${!able} @click=${() => this.#take()}>
                ${sheet ? "Write again" : "Write answers"}
              </button>`
        }
        <button class="btn" ?disabled=${busy || !able} @click=${() => this.#others()}>Other prompts</button>
        ${training ? html`<span>of ${strategyMark(run.strategy)}</span>` : this.#picker(run)}
        <span class="dim">${this.#says(run, able, training)}</span>
      </div>
      ${this.problem ? problem(this.problem, { dismiss: () => (this.problem = null) }) : nothing}
      <details class="fold">
        <summary>How they are drawn<span class="dim">${this.#drawn()}</span></summary>
        ${FIELDS.map((field) => this.#field(field))}
      </details>
      ${sheet ? this.#sheet(sheet) : nothing}
    </section>`;
  }

  #says(run: RunView | null, able: boolean, training: boolean): string {
    const { every } = this.choices;
    if (!run) return "The first training step gives a policy to ask.";
    if (!able && training) return "There is a policy to ask as soon as its training begins.";
    if (!able) return "Only a run that ended by itself kept the weights to write with.";
    if (!training) return "";
    return every > 0
      ? `By itself every ${integer(every)} steps; training waits meanwhile.`
      : "Training waits meanwhile.";
  }

  #drawn(): string {
    const { temperature, topK, topP, seed } = this.choices;
    const parts = [
      `temperature ${temperature}`,
      topK > 0 ? `top ${topK}` : "",
      topP < 1 ? `top p ${topP}` : "",
      `seed ${seed}`,
    ];
    return parts.filter((part) => part !== "").join(", ");
  }

  /** Which finished run, where there are several. */
  #picker(run: RunView | null): TemplateResult | typeof nothing {
    const able = this.runs.filter((one) => one.status === "done");
    if (!run || able.length < 2) return run ? html`<span>of ${strategyMark(run.strategy)}</span>` : nothing;
    return html`<label>of
      <select @change=${(event: Event) => (this.picked = (event.currentTarget as HTMLSelectElement).value)}>
        ${able.map((one) => html`<option value=${one.id} .selected=${one.id === run.id}>${nameOf(one.strategy)}</option>`)}
      </select>
    </label>`;
  }

  #sheet({ asked, strategy, policy, reference, divergence }: Sheet): TemplateResult {
    return html`<p class="small dim" role="status">
        ${nameOf(strategy)} at step ${integer(asked.step)}.
        ${
          divergence
            ? html`KL to the reference: <b>${fixed(divergence.kl, 2)}</b> ± ${fixed(divergence.error, 2)} nats per answer, from
                ${divergence.answers} answers at temperature 1.`
            : nothing
        }
      </p>
      ${asked.prompts.map(
        ({ text, group, row, preferred }, at) => html`<article class="sample">
          <p class="prompt">${text} <button class="link" @click=${() => this.app.openRow(group)}>row ${row}</button></p>
          <div class="pair">
            ${answer("Policy", policy[at])} ${answer("Reference", reference[at])}
          </div>
          ${preferred === null ? nothing : html`<p class="small dim preferred">In the data: ${preferred}</p>`}
        </article>`,
      )}`;
  }

  #field(field: SampleField): TemplateResult {
    const { id, label, unit, help, min, max, whole } = field;
    const value = this.choices[id];
    const bad = this.wrong === id;
    return html`<div class="fld">
      <label for="sample-${id}">${label}</label>
      <span class="in">
        <input id="sample-${id}" type="text" inputmode="decimal" autocomplete="off" aria-describedby="sample-${id}-help" aria-invalid=${bad}
          .value=${String(value)} @change=${(event: Event) => this.#set(field, event.currentTarget as HTMLInputElement)} />
        ${unit === "" ? nothing : html`<span class="unit">${unit}</span>`}
      </span>
      <span class="small dim more" id="sample-${id}-help">${help}</span>
      ${bad ? html`<span class="wrong" role="alert">${label} is ${whole ? "a whole number" : "a number"} from ${min} to ${integer(max)}.</span>` : nothing}
    </div>`;
  }

  #set(field: SampleField, input: HTMLInputElement): void {
    const value = parseField(field, input.value);
    this.wrong = value === null ? field.id : null;
    if (value === null) return;
    this.choices = { ...this.choices, [field.id]: value };
    keepSamples(this.choices);
  }

  #others(): void {
    this.choices = { ...this.choices, skip: this.choices.skip + this.choices.prompts };
    void this.#take();
  }

  /** The run that is asked: the one going on, else the one picked, else the one spoken of. */
  #run(): RunView | null {
    const { runs, spoken, picked } = this;
    if (spoken && isGoing(spoken)) return spoken;
    return runs.find((one) => one.id === picked && one.status === "done") ?? spoken;
  }

  async #take(): Promise<void> {
    const run = this.#run();
    if (!run || this.busy) return;
    const { app } = this;
    const { every: _, ...drawn } = this.choices;
    this.busy = true;
    this.problem = null;
    this.#last = { run: run.id, step: stepOf(run) ?? 0 };
    try {
      await app.engine.takeSamples(isGoing(run) ? null : run.id, { ...drawn, measured: MEASURED }, (event) =>
        this.#told(run, event),
      );
    } catch (thrown) {
      this.problem = problemOf(thrown);
    } finally {
      this.busy = false;
    }
  }

  #told(run: RunView, event: SampleEvent): void {
    if (event.kind === "prompts") {
      this.#last = { run: run.id, step: event.step };
      this.sheet = {
        run: run.id,
        strategy: run.strategy,
        asked: event,
        policy: [],
        reference: [],
        divergence: null,
      };
      return;
    }
    const { sheet } = this;
    if (!sheet) return;
    if (event.kind === "divergence") {
      this.sheet = { ...sheet, divergence: event };
      const values = { "kl/reference": event.kl, "kl/reference_error": event.error };
      this.app.store.dispatch({ type: "run-sampled", id: run.id, record: { step: event.step, values } });
      return;
    }
    const texts = sheet[event.who].slice();
    texts[event.at] = event;
    this.sheet = { ...sheet, [event.who]: texts };
  }
}

function answer(who: string, written: Written | undefined): TemplateResult {
  const state = written?.state ?? "writing";
  return html`<div>
    <h3>${who}</h3>
    <p class="answer ${state}" tabindex="0" role="group" aria-label="${who}’s answer">${written?.text ?? ""}${state === "cut" ? html`<span class="dim"> … cut off</span>` : nothing}</p>
  </div>`;
}

/** Steps of training that a run has done, once its training began. */
function stepOf(run: RunView): number | null {
  if (!isGoing(run)) return run.train.at(-1)?.step ?? null;
  return run.progress?.stage === "train" ? run.progress.done : null;
}

customElements.define("tilt-samples", TiltSamples);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-samples": TiltSamples;
  }
}
