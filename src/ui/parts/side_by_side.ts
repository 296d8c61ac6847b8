/** Runs in columns: what they reached, and only the settings in which they differ. */
import { html, nothing, type TemplateResult } from "lit";
import { FIELDS, type Field, type FieldValue, valueAt } from "../../experiment/spec.ts";
import { strategyMark } from "../marks.ts";
import { lastValue } from "../metrics.ts";
import type { RunView } from "../state/run_view.ts";
import { duration, fixed, plain } from "../text.ts";

interface Reading {
  readonly name: string;
  readonly unit: string;
  readonly of: (run: RunView) => string;
}

/** @param target name of the target source, for the share of weight it gets */
function readings(target: string | undefined): readonly Reading[] {
  const evaluated = (name: string, factor: number, decimals: number) => (run: RunView) =>
    fixed(times(lastValue(run.evaluation, name), factor), decimals);
  const trained = (name: string, factor: number, decimals: number) => (run: RunView) =>
    fixed(times(lastValue(run.train, name), factor), decimals);
  return [
    { name: "Held-out pairs right", unit: "%", of: evaluated("eval_rewards/accuracies", 100, 1) },
    { name: "Held-out loss", unit: "nats", of: evaluated("eval_loss", 1, 3) },
    { name: "Held-out margin", unit: "nats", of: evaluated("eval_rewards/margins", 1, 3) },
    ...(target === undefined
      ? []
      : [
          {
            name: `Weight on ${target}`,
            unit: "%, last batch",
            of: trained(`weight/by_source/${target}`, 100, 0),
          },
        ]),
    { name: "Effective sample", unit: "groups, last batch", of: trained("robust/ess", 1, 1) },
    { name: "Time", unit: "", of: (run) => duration(total(run)) },
  ];
}

export function sideBySide(
  runs: readonly RunView[],
  target: string | undefined,
): TemplateResult | typeof nothing {
  const loaded = runs.filter((run) => run.spec !== null && run.train.length > 0);
  if (loaded.length < 2) return nothing;
  const differing = FIELDS.filter((field) => differs(field, loaded));
  return html`<div class="block">
    <h2 class="sub">Side by side <span class="dim">${differing.length === 0 ? "equal settings" : "only settings that differ"}</span></h2>
    <div class="scrolls" tabindex="0" role="region" aria-label="Runs side by side, table">
      <table class="t cmp">
        <thead>
          <tr>
            <th scope="col"><span class="vh">reading</span></th>
            ${loaded.map((run) => html`<th scope="col" class="num">${strategyMark(run.strategy)}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${differing.map(
            (field) =>
              html`<tr>
                <th scope="row">${field.label} <span class="unit">${field.unit ?? ""}</span></th>
                ${loaded.map((run) => html`<td class="num">${shown(field, valueAt(run.spec!, field.path))}</td>`)}
              </tr>`,
          )}
          ${readings(target).map(
            ({ name, unit, of }) =>
              html`<tr>
                <th scope="row">${name} <span class="unit">${unit}</span></th>
                ${loaded.map((run) => html`<td class="num">${of(run)}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <p class="small dim">One seed each: differences of this size can be chance. Run other seeds before you rank them.</p>
  </div>`;
}

/** The strategy is the column's name already. */
function differs(field: Field, runs: readonly RunView[]): boolean {
  if (field.path === "train.strategy") return false;
  return new Set(runs.map((run) => valueAt(run.spec!, field.path))).size > 1;
}

function shown(field: Field, value: FieldValue | undefined): string {
  if (value === undefined || value === null || value === "") return "–";
  if (typeof value === "boolean") return value ? "on" : "off";
  if (typeof value === "number") return plain(value);
  return field.choices?.find((one) => one.value === value)?.label ?? value;
}

function times(value: number | null, factor: number): number | null {
  return value === null ? null : value * factor;
}

function total(run: RunView): number {
  return Object.values(run.seconds).reduce((a, b) => a + (b ?? 0), 0) || Number.NaN;
}
