/** How files were read, in words. */
import { html, nothing, type TemplateResult } from "lit";
import type { ColumnRoles, ReadChoices, SourceRule } from "../../worker/api.ts";
import { plain } from "../text.ts";

const code = (name: string): TemplateResult => html`<code>${name}</code>`;

/** `a`, `b` and `c`. */
function codes(names: readonly string[]): TemplateResult {
  return html`${names.map((name, i) => html`${i === 0 ? "" : i === names.length - 1 ? " and " : ", "}${code(name)}`)}`;
}

/** Whether two response columns are a preferred and another one. */
function isPair({ responses }: ColumnRoles, { mapping }: ReadChoices): boolean {
  return mapping ? mapping.chosen !== undefined : responses.length === 2 && /chosen/i.test(responses[0]!);
}

/** "prompt `question`, preferred `chosen`, other `rejected`; scores …" */
export function rolesInWords(roles: ColumnRoles, choices: ReadChoices): TemplateResult {
  const { prompt, responses, scores, sources, weights } = roles;
  const answers = isPair(roles, choices)
    ? html`preferred ${code(responses[0]!)}, other ${code(responses[1]!)}`
    : html`${responses.length === 1 ? "response" : "responses"} ${codes(responses)}`;
  return html`${prompt.length > 0 ? html`prompt ${codes(prompt)}` : "prompt: what the responses begin with in common"},
    ${answers}${scores.length > 0 ? html`, scores ${codes(scores)}` : nothing}${sources.length > 0 ? html`, who wrote it ${codes([...new Set(sources)].filter((name) => name !== ""))}` : nothing}${weights.length > 0 ? html`, weights ${codes(weights)}` : nothing}.`;
}

export const TEMPLATES: readonly (readonly [
  id: NonNullable<ReadChoices["template"]>,
  words: string,
  help: string,
])[] = [
  ["as-is", "As in the file", "Texts stay as they are; conversations become Human and Assistant turns."],
  ["plain", "Plain", "Turns one after the other, blank lines between them, nobody named."],
  ["hh", "HH turns", "Human: and Assistant: before each turn, as in HH-RLHF."],
  ["chatml", "ChatML", "Turns between <|im_start|> and <|im_end|>, as chat models use them."],
];

/** Who wrote what, where a person said so. */
export function ruleInWords(rule: SourceRule): string {
  const target = "target" in rule && rule.target ? rule.target : "human";
  switch (rule.kind) {
    case "file":
      return "Sources are those that the file names.";
    case "preferred-is-target":
      return `The preferred response is by ${target}, the others are synthetic.`;
    case "by-position":
      return `By their order, the responses are by ${rule.names.join(", ")}.`;
    case "text":
      return `Responses ${rule.not ? "without" : "with"} ${rule.regex ? `a match of /${rule.pattern}/` : `“${rule.pattern}”`} are by ${target}, the others are synthetic.`;
    case "score":
      return `Responses with a score of at least ${plain(rule.atLeast)} are by ${target}, the others are synthetic.`;
  }
}
