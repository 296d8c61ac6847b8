/** One control of a playground: a setting of the experiment as a ruler or as a choice, by the name that lessons give it. */
import { html, svg, type TemplateResult } from "lit";
import { planeSpec } from "../../experiment/plane/preset.ts";
import { type FieldValue, fieldAt, valueAt } from "../../experiment/spec.ts";
import {
  type ChoiceControl,
  type ControlId,
  changesFor,
  controlOf,
  type StopControl,
} from "../../lessons/controls.ts";
import type { Changes } from "../play/model.ts";
import { fixed, integer } from "../text.ts";

interface Given {
  readonly changes: Changes;
  /** Where the step put it; a control that stands elsewhere was moved by the reader. */
  readonly home: Changes;
  readonly pointed: boolean;
  readonly onChange: (changes: Changes) => void;
}

const published = planeSpec();

/** The value that a setting has under changes. */
export const settingOf = (changes: Changes, path: string): FieldValue =>
  changes[path] ?? valueAt(published, path) ?? null;

export const labelOf = (id: ControlId): string => {
  const { label, path } = controlOf(id);
  return label ?? fieldAt(path)!.label;
};

/** A value as the control shows it. */
export function shownValue(id: ControlId, value: FieldValue): string {
  const control = controlOf(id);
  if (control.kind === "choice")
    return control.values.find((one) => one.value === value)?.words ?? String(value);
  return control.decimals === 0 ? integer(Number(value)) : fixed(Number(value), control.decimals);
}

export function control(id: ControlId, given: Given): TemplateResult {
  const found = controlOf(id);
  return found.kind === "stops" ? ruler(id, found, given) : choice(id, found, given);
}

function nearest(stops: readonly number[], value: number): number {
  return stops.reduce(
    (best, stop, i) => (Math.abs(stop - value) < Math.abs(stops[best]! - value) ? i : best),
    0,
  );
}

function ruler(id: ControlId, { stops, ticks, path, decimals }: StopControl, given: Given): TemplateResult {
  const value = Number(settingOf(given.changes, path));
  const home = Number(settingOf(given.home, path));
  const name = labelOf(id);
  const go = (at: number): void =>
    given.onChange(changesFor(id, stops[Math.max(0, Math.min(stops.length - 1, at))]!, given.changes));
  const at = nearest(stops, value);
  const onKey = (event: KeyboardEvent): void => {
    const sign = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
    if (!sign || !event.shiftKey) return;
    event.preventDefault();
    go(at + sign * Math.max(2, Math.round(stops.length / 5)));
  };
  const where = (stop: number): string =>
    `${((100 * nearest(stops, stop)) / (stops.length - 1)).toFixed(2)}%`;
  return html`<div class="scale ctl ${given.pointed ? "pointed" : ""}" data-control=${id}>
    <label for="ctl-${id}">${value === home ? "" : "• "}${name}</label>
    <output for="ctl-${id}">${shownValue(id, value)}</output>
    <div class="ruler">
      <input id="ctl-${id}" type="range" min="0" max=${stops.length - 1} step="1" .value=${String(at)}
        title=${fieldAt(path)!.help} aria-valuetext="${name} ${fixed(value, decimals)}" aria-describedby="ctl-${id}-help"
        @input=${(event: Event) => go(Number((event.currentTarget as HTMLInputElement).value))}
        @keydown=${onKey}
        @dblclick=${() => given.onChange(changesFor(id, home, given.home))} />
      <svg class="tickline" height="20" width="100%" aria-hidden="true">
        ${ticks.map((tick) => tickMark(where(tick), tick < 1000 ? String(tick) : integer(tick)))}
      </svg>
    </div>
    <span class="vh" id="ctl-${id}-help">${fieldAt(path)!.help}</span>
  </div>`;
}

const tickMark = (x: string, words: string) =>
  svg`<line class="axis" x1=${x} x2=${x} y1="0" y2="5"/><text x=${x} y="17" text-anchor="middle">${words}</text>`;

function choice(id: ControlId, { values, path }: ChoiceControl, given: Given): TemplateResult {
  const value = settingOf(given.changes, path);
  const home = settingOf(given.home, path);
  const shown = path === "ratio.reduction" && value === "auto" ? "joint" : value;
  return html`<div class="scale ctl pick-one ${given.pointed ? "pointed" : ""}" data-control=${id}>
    <span class="ctl-name" id="ctl-${id}-name">${value === home ? "" : "• "}${labelOf(id)}</span>
    <span class="group" role="radiogroup" aria-labelledby="ctl-${id}-name" title=${fieldAt(path)!.help}>
      ${values.map(
        (one) =>
          html`<label class="btn"><input type="radio" name="ctl-${id}" .checked=${one.value === shown}
            @change=${() => given.onChange(changesFor(id, one.value))} />${one.words}</label>`,
      )}
    </span>
  </div>`;
}
