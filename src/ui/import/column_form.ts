/** Which column holds what: a select for every role of the chosen layout. */
import { html, nothing, type TemplateResult } from "lit";
import type { Column, Mapping } from "../../worker/api.ts";
import {
  inLayout,
  LAYOUTS,
  type Layout,
  textColumns,
  withColumn,
  withMember,
  withoutResponse,
} from "./mapping.ts";

interface Form {
  readonly columns: readonly Column[];
  readonly mapping: Mapping;
  readonly layout: Layout;
  readonly change: (mapping: Mapping, layout?: Layout) => void;
}

const typed = (event: Event): string => (event.currentTarget as HTMLSelectElement | HTMLInputElement).value;

/** @param none what "no column" means here; absent where one is needed */
function pick(
  id: string,
  words: string,
  value: string | undefined,
  names: readonly string[],
  none: string,
  set: (name: string) => void,
): TemplateResult {
  // A name that a link or an older reading brought may be none of this file's.
  const all = value !== undefined && value !== "" && !names.includes(value) ? [value, ...names] : names;
  return html`<div class="map-row">
    <label for="column-${id}">${words}</label>
    <select id="column-${id}" @change=${(event: Event) => set(typed(event))}>
      <option value="" ?selected=${!value}>${none}</option>
      ${all.map((name) => html`<option value=${name} ?selected=${name === value}>${name}</option>`)}
    </select>
  </div>`;
}

export function columnForm(form: Form): TemplateResult {
  const { columns, mapping, layout, change } = form;
  const texts = textColumns(columns);
  return html`<fieldset>
    <legend>Columns</legend>
    <div class="map-row">
      <label for="layout">A row holds</label>
      <select id="layout" @change=${(event: Event) => {
        const next = typed(event) as Layout;
        change(inLayout(mapping, next, columns), next);
      }}>
        ${LAYOUTS.map(([id, words]) => html`<option value=${id} ?selected=${id === layout}>${words}</option>`)}
      </select>
    </div>
    ${pick(
      "prompt",
      "Prompt",
      mapping.prompt,
      texts,
      layout === "pair" ? "none: what both responses begin with" : "none",
      (name) => change(withMember(mapping, "prompt", name)),
    )}
    ${roles(form)}
    ${scoreOrder(form)}
    ${pick("weight", "Weight of the row", mapping.weight, numbers(columns), "none", (name) =>
      change(withMember(mapping, "weight", name)),
    )}
  </fieldset>`;
}

const numbers = (columns: readonly Column[]): readonly string[] => {
  const found = columns.filter(({ kind }) => kind === "number" || kind === "mixed" || kind === "text");
  return found.map(({ name }) => name).filter((name) => name !== "");
};
const every = (columns: readonly Column[]): readonly string[] =>
  columns.map(({ name }) => name).filter((name) => name !== "");

function roles(form: Form): TemplateResult {
  const { columns, mapping, layout, change } = form;
  const texts = textColumns(columns);
  const member = (name: "chosen" | "rejected" | "response" | "label", words: string, from = texts) =>
    pick(name, words, mapping[name], from, "choose", (value) =>
      change(withMember(mapping, name, value), layout),
    );
  switch (layout) {
    case "pair":
      return html`${member("chosen", "Preferred response")} ${member("rejected", "Other response")}
        ${["preferred", "other"].map((words, i) => beside(form, i, words, 2))}`;
    case "columns":
      return responseColumns(form);
    case "list":
      return html`${pick(
        "list",
        "List of responses",
        mapping.responses?.[0],
        every(columns),
        "choose",
        (name) => change(withMember(mapping, "responses", name === "" ? [] : [name]), layout),
      )}
      ${list(form, "scores", "List of scores")} ${list(form, "sourceColumns", "List of who wrote them")} ${list(form, "probs", "List of probabilities")}`;
    case "joined":
      return html`${member("response", "Response")} ${beside(form, 0, "response", 1)}
        <label class="tick"><input type="checkbox" .checked=${mapping.sourceFromFile ?? false} @change=${(
          event: Event,
        ) => {
          const { checked } = event.currentTarget as HTMLInputElement;
          change(withMember(mapping, "sourceFromFile", checked ? true : ""));
        }} /><span>Each file is by one source, named like the file</span></label>`;
    case "judged":
      return html`${member("response", "Response")} ${member("label", "Good or bad", every(columns))}
        ${pick(
          "source-0",
          "Who wrote it",
          mapping.sourceColumns?.[0],
          every(columns),
          "no column says",
          (name) => change(withMember(mapping, "sourceColumns", name === "" ? [] : [name])),
        )}`;
  }
}

/** A column of lists, one entry per response. */
function list({ columns, mapping, change }: Form, name: "scores" | "sourceColumns" | "probs", words: string) {
  return pick(name, words, mapping[name]?.[0], every(columns), "none", (value) =>
    change(withMember(mapping, name, value === "" ? [] : [value])),
  );
}

/** Score, probability and author of the response at `at`. */
function beside(
  { columns, mapping, change }: Form,
  at: number,
  words: string,
  length: number,
): TemplateResult {
  const of = (
    member: "scores" | "sourceColumns" | "probs",
    id: string,
    label: string,
    names: readonly string[],
  ) =>
    pick(
      `${id}-${at}`,
      label,
      mapping[member]?.[at],
      names,
      member === "sourceColumns" ? "no column says" : "none",
      (name) => change(withMember(mapping, member, withColumn(mapping[member], at, name, length) ?? "")),
    );
  return html`${of("scores", "score", `Score, ${words}`, numbers(columns))}
    ${of("sourceColumns", "source", `Who wrote the ${words}`, every(columns))}
    ${of("probs", "prob", `Probability, ${words}`, numbers(columns))}`;
}

/** A response per column, each with its author and score. */
function responseColumns({ columns, mapping, change }: Form): TemplateResult {
  const { responses = [], sources = [], scores = [] } = mapping;
  const texts = textColumns(columns);
  const put = (names: readonly string[], by: readonly string[], points: readonly string[]): void => {
    const next = withMember(withMember(mapping, "responses", names), "sources", by);
    change(withMember(next, "scores", points.every((name) => name === "") ? [] : points), "columns");
  };
  const all = (list: readonly string[]): string[] => responses.map((_, i) => list[i] ?? "");
  const drop = (at: number): void => change(withoutResponse(mapping, at), "columns");
  const free = texts.filter((name) => !responses.includes(name) && name !== mapping.prompt);
  return html`${responses.map(
    (name, i) =>
      html`<div class="map-response" role="group" aria-label="Response ${i + 1}">
        <span><code>${name}</code></span>
        <label>by <input type="text" autocomplete="off" .value=${sources[i] ?? ""} placeholder=${mapping.sourceColumns?.[i] || "unknown"} aria-label="Who wrote ${name}" @change=${(
          event: Event,
        ) => put(responses, all(sources).with(i, typed(event).trim()), all(scores))} /></label>
        <select aria-label="Score of ${name}" @change=${(event: Event) => put(responses, all(sources), all(scores).with(i, typed(event)))}>
          <option value="">no score</option>
          ${numbers(columns).map((score) => html`<option value=${score} ?selected=${score === scores[i]}>${score}</option>`)}
        </select>
        <button type="button" class="link" aria-label="Leave out ${name}" @click=${() => drop(i)}>leave out</button>
      </div>`,
  )}
  ${pick("better", "Which is better", mapping.better, every(columns), "no column says", (name) =>
    change(withMember(mapping, "better", name), "columns"),
  )}
  ${
    free.length > 0
      ? pick("add", "One more response", "", free, "choose", (name) =>
          name === "" ? undefined : put([...responses, name], [...all(sources), name], [...all(scores), ""]),
        )
      : nothing
  }`;
}

function scoreOrder({ mapping, change }: Form): TemplateResult | typeof nothing {
  if (!mapping.scores?.some((name) => name !== "")) return nothing;
  return html`<label class="tick"><input type="checkbox" .checked=${mapping.lowerIsBetter ?? false} @change=${(
    event: Event,
  ) => {
    const { checked } = event.currentTarget as HTMLInputElement;
    change(withMember(mapping, "lowerIsBetter", checked ? true : ""));
  }} /><span>Lower is better (ranks, perplexities)</span></label>`;
}
