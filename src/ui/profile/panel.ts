/** Where the GPU's time goes: a training step under the current settings, op by op, timed when asked. */
import { html, nothing, type TemplateResult } from "lit";
import type { Problem } from "../../experiment/events.ts";
import type { StepProfile } from "../../worker/api.ts";
import { TiltElement } from "../element.ts";
import type { App } from "../engine/app.ts";
import { csvLinks } from "../parts/csv_link.ts";
import { problem } from "../parts/problem.ts";
import { count, fixed, integer, percent } from "../text.ts";

/** Rows shown before the rest is folded. */
const FIRST = 8;

class TiltProfile extends TiltElement {
  static override properties = {
    app: {},
    choices: {},
    busy: { type: Boolean },
    asking: { state: true },
    found: { state: true },
  };
  declare app: App;
  /** Kernel by op and class of shapes, as the last run recorded them. */
  declare choices: Readonly<Record<string, string>>;
  /** Whether a run goes on, which comes first. */
  declare busy: boolean;
  declare asking: boolean;
  /** undefined before it was asked. */
  declare found: StepProfile | Problem | null | undefined;

  constructor() {
    super();
    this.asking = false;
    this.choices = {};
  }

  override render() {
    return html`<details class="fold block profile">
      <summary>Time on the GPU<span class="dim">of one training step</span></summary>
      <p class="btns">
        <button class="btn" ?disabled=${this.busy || this.asking} @click=${() => void this.#ask()}>
          ${this.asking ? "Timing …" : "Time a step"}
        </button>
        <span class="dim small">${this.busy ? "A run goes on; it comes first." : "Forward, backward and update, four times; medians."}</span>
      </p>
      ${this.#result()} ${this.#kernels()}
    </details>`;
  }

  #result(): TemplateResult | typeof nothing {
    const { found } = this;
    if (found === undefined) return nothing;
    if (found === null)
      return html`<p class="say">There is nothing to time: it takes a GPU that tells the time of its work (timestamp queries), and a text model.</p>`;
    if ("what" in found) return problem(found);
    const { milliseconds, dispatches, tokens, rows, times } = found;
    const most = times[0]?.milliseconds ?? 1;
    const line = ({ op, kernel, shape, count: n, milliseconds: ms, share }: StepProfile["times"][number]) =>
      html`<tr>
        <th scope="row"><code>${op}</code> <span class="dim">${kernel}</span><span class="shape">${shape}</span></th>
        <td class="num">${integer(n)}</td>
        <td class="num">${fixed(ms, 3)}</td>
        <td class="num">${percent(share)}</td>
        <td class="bar"><meter min="0" max=${most} .value=${ms} aria-hidden="true"></meter></td>
      </tr>`;
    const table = (some: StepProfile["times"]) =>
      html`<table class="t profile-table">
        <thead>
          <tr>
            <th scope="col">op, kernel, sizes</th>
            <th scope="col" class="num">times</th>
            <th scope="col" class="num">ms</th>
            <th scope="col" class="num">share</th>
            <th scope="col"><span class="vh">share, as a bar</span></th>
          </tr>
        </thead>
        <tbody>${some.map(line)}</tbody>
      </table>`;
    return html`<p role="status"><b>${fixed(milliseconds, 2)} ms</b> in ${count(dispatches, "dispatch", "dispatches")}; a batch of ${integer(tokens)} tokens, of which ${integer(rows)} predict one.</p>
      <div class="scrolls" tabindex="0" role="region" aria-label="GPU time by op">
        ${table(times.slice(0, FIRST))}
        ${times.length > FIRST ? html`<details class="fold"><summary>${times.length - FIRST} more</summary>${table(times.slice(FIRST))}</details>` : nothing}
      </div>
      <p>${csvLinks("GPU time by op", () => ({
        columns: [
          { name: "op" },
          { name: "kernel" },
          { name: "sizes" },
          { name: "times" },
          { name: "time", unit: "ms", decimals: 3 },
          { name: "share", decimals: 3 },
        ],
        rows: times.map((one) => [one.op, one.kernel, one.shape, one.count, one.milliseconds, one.share]),
      }))}</p>`;
  }

  #kernels(): TemplateResult | typeof nothing {
    const chosen = Object.entries(this.choices);
    if (chosen.length === 0) return nothing;
    return html`<details class="fold">
      <summary>${count(chosen.length, "kernel")} chosen<span class="dim">recorded with the last run</span></summary>
      <dl class="kernels">
        ${chosen.map(
          ([what, kernel]) =>
            html`<dt><code>${what}</code></dt>
              <dd>${kernel}</dd>`,
        )}
      </dl>
    </details>`;
  }

  async #ask(): Promise<void> {
    this.asking = true;
    this.found = await this.app.profileStep();
    this.asking = false;
  }
}

customElements.define("tilt-profile", TiltProfile);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-profile": TiltProfile;
  }
}
