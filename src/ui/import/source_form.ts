/** Who wrote what, and who of them is the target: by what the file says, by a rule, or by a second file. */
import { html, nothing, type TemplateResult } from "lit";
import type { Column, Preview, ReadChoices, SourceRule } from "../../worker/api.ts";
import { type RuleKind, ruleOf, textColumns, tidy, withRule } from "./mapping.ts";

/** The file of the target's responses, as far as it is known. */
export interface SecondFile {
  readonly name: string;
  /** Its columns; null while they are looked at. */
  readonly columns: readonly Column[] | null;
  /** Whether its format is known, so that no columns need to be named. */
  readonly known: boolean;
}

interface Form {
  readonly choices: ReadChoices;
  readonly preview: Preview | null;
  readonly second: SecondFile | null;
  readonly change: (choices: ReadChoices) => void;
  readonly chooseSecond: (file: File) => void;
}

const RULES: readonly (readonly [kind: RuleKind, words: string])[] = [
  ["file", "As the file says it"],
  ["preferred-is-target", "Preferred is human, other is synthetic"],
  ["text", "By what a response contains"],
  ["score", "By a score"],
  ["by-position", "By the order of the responses"],
  ["second-file", "A second file holds the target’s responses"],
];

const typed = (event: Event): string => (event.currentTarget as HTMLSelectElement | HTMLInputElement).value;
const checkedIn = (event: Event): boolean => (event.currentTarget as HTMLInputElement).checked;

export function sourceForm(form: Form): TemplateResult {
  const { choices, change } = form;
  const rule = ruleOf(choices);
  return html`<fieldset>
    <legend>Who wrote what</legend>
    <p class="small dim">The target is the source to align to: people, or golden answers.</p>
    ${RULES.map(
      ([kind, words]) =>
        html`<label class="tick"><input type="radio" name="rule" value=${kind} .checked=${kind === rule} @change=${() => {
          if (kind === "second-file") change({ ...withRule(choices, "file"), targetFile: { index: -1 } });
          else change(withRule(choices, kind));
        }} /><span>${words}</span></label>
        ${kind === rule ? html`<div class="rule-more">${details(form, rule)}</div>` : nothing}`,
    )}
    <label class="tick"><input type="checkbox" .checked=${choices.targetPreferred ?? rule === "second-file"} @change=${(
      event: Event,
    ) =>
      change({
        ...choices,
        targetPreferred: checkedIn(event),
      })} /><span>Where the file judges nothing, the target’s response counts as preferred</span></label>
  </fieldset>`;
}

function details(form: Form, rule: RuleKind): TemplateResult | typeof nothing {
  const { choices, change } = form;
  const { sourceRule } = choices;
  const put = (next: SourceRule): void => change({ ...choices, sourceRule: next });
  if (rule === "second-file") return secondFile(form);
  if (sourceRule?.kind === "text")
    return html`<div class="map-row"><label for="rule-not">The target’s responses</label>
        <select id="rule-not" @change=${(event: Event) => put(tidy({ ...sourceRule, not: typed(event) === "not" || undefined }))}>
          <option value="" ?selected=${!sourceRule.not}>contain</option>
          <option value="not" ?selected=${sourceRule.not ?? false}>do not contain</option>
        </select></div>
      <div class="map-row"><label for="rule-text">this text</label>
        <input id="rule-text" type="text" autocomplete="off" spellcheck="false" .value=${sourceRule.pattern} @input=${(event: Event) => put({ ...sourceRule, pattern: typed(event) })} /></div>
      <label class="tick"><input type="checkbox" .checked=${sourceRule.regex ?? false} @change=${(
        event: Event,
      ) =>
        put(
          tidy({ ...sourceRule, regex: checkedIn(event) || undefined }),
        )} /><span>It is a regular expression</span></label>
        ${
          sourceRule.regex
            ? html`<p class="small dim">
                It looks at the first 4 000 characters of a response; with one, two or three of <code>*</code>, <code>+</code> and
                <code>{n,}</code> at the first 2 000, 300 or 100, so that it cannot run for ever.
              </p>`
            : nothing
        }`;
  if (sourceRule?.kind === "score")
    return html`<div class="map-row"><label for="rule-score">The target’s have at least</label>
      <input id="rule-score" type="number" step="any" .value=${String(sourceRule.atLeast)} @input=${(
        event: Event,
      ) => {
        const atLeast = Number(typed(event));
        if (typed(event) !== "" && Number.isFinite(atLeast)) put({ ...sourceRule, atLeast });
      }} /></div>`;
  if (sourceRule?.kind === "by-position")
    return html`<div class="map-row"><label for="rule-names">Their authors, in order</label>
        <input id="rule-names" type="text" autocomplete="off" .value=${sourceRule.names.join(", ")} @change=${(
          event: Event,
        ) => {
          const names = typed(event).split(",");
          put({ ...sourceRule, names: names.map((name) => name.trim()).filter((name) => name !== "") });
        }} /></div>
      ${targetSelect(form)}`;
  return rule === "file" ? targetSelect(form) : nothing;
}

/** Which of the named sources is the target. */
function targetSelect({ choices, preview, change }: Form): TemplateResult {
  const sources = preview?.sources ?? [];
  if (sources.length === 0)
    return html`<p class="small dim">No source is named yet: name the column that says it, or choose another way.</p>`;
  const target = preview?.target ?? choices.target ?? "";
  return html`<div class="map-row"><label for="target-source">Target source</label>
    <select id="target-source" @change=${(event: Event) => {
      const { target: _, ...rest } = choices;
      const name = typed(event);
      change(name === "" ? rest : { ...rest, target: name });
    }}>
      <option value="" ?selected=${target === ""}>nobody yet</option>
      ${sources.map((name) => html`<option value=${name} ?selected=${name === target}>${name}</option>`)}
    </select></div>`;
}

function secondFile({ choices, second, change, chooseSecond }: Form): TemplateResult {
  const { targetFile } = choices;
  const take = (event: Event): void => {
    const input = event.currentTarget as HTMLInputElement;
    const [file] = input.files ?? [];
    if (file) chooseSecond(file);
    input.value = "";
  };
  const column = (name: "prompt" | "response", words: string) => {
    const names = textColumns(second?.columns ?? []);
    return html`<div class="map-row"><label for="second-${name}">${words}</label>
      <select id="second-${name}" @change=${(event: Event) =>
        change({ ...choices, targetFile: tidy({ ...targetFile!, [name]: typed(event) || undefined }) })}>
        <option value="" ?selected=${!targetFile?.[name]}>by its name</option>
        ${names.map((one) => html`<option value=${one} ?selected=${one === targetFile?.[name]}>${one}</option>`)}
      </select></div>`;
  };
  return html`<p class="small">
      Its responses join the rows that have the same prompt, as the target’s. ${second ? html`<b>${second.name}</b>` : "It stays in this tab, too."}
    </p>
    ${
      targetFile && targetFile.index >= 0 && !second
        ? nothing
        : html`<label class="btn">${second ? "Choose another file" : "Choose the file"}<input id="second-file" class="vh" type="file" accept=".json,.jsonl,.ndjson,.gz,.csv,.tsv,.parquet" @change=${take} /></label>`
    }
    ${second?.columns && !second.known ? html`${column("prompt", "Prompt")} ${column("response", "Response")}` : nothing}`;
}
