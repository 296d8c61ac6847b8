/** What all chosen/rejected formats share: extra columns with scores, sources and a weight; the repeated user turn. */
import type { Message, Text } from "../template.ts";
import {
  field,
  isBlank,
  isRow,
  optionalNumber,
  optionalString,
  splitConversation,
  weightOf,
} from "./fields.ts";
import { type Reading, type ReadResponse, type Row, RowFault } from "./format.ts";

/** Spellings of "who wrote the chosen / the rejected one". */
const sourceColumns: readonly (readonly [string, string])[] = [
  ["chosen_source", "rejected_source"],
  ["source_chosen", "source_rejected"],
  ["chosen-model", "rejected-model"],
  ["chosen_model", "rejected_model"],
  ["model_chosen", "model_rejected"],
  ["chosen_by", "rejected_by"],
];

/** Spellings of the two scores. */
const scoreColumns: readonly (readonly [string, string])[] = [
  ["score_chosen", "score_rejected"],
  ["chosen_score", "rejected_score"],
  ["chosen-rating", "rejected-rating"],
  ["chosen_rating", "rejected_rating"],
];

function sourcesOf(row: Row): readonly [string | undefined, string | undefined] {
  for (const [chosen, rejected] of sourceColumns) {
    const a = optionalString(row, chosen);
    const b = optionalString(row, rejected);
    if (a !== undefined || b !== undefined) return [a, b];
  }
  const listed = field(row, "sources");
  if (Array.isArray(listed) && listed.length === 2 && listed.every((name) => typeof name === "string")) {
    return [listed[0], listed[1]];
  }
  return [undefined, undefined];
}

function scoresOf(row: Row): readonly [number, number] | null {
  const metadata = field(row, "metadata");
  for (const place of isRow(metadata) ? [row, metadata] : [row]) {
    for (const [chosen, rejected] of scoreColumns) {
      const a = optionalNumber(place, chosen);
      const b = optionalNumber(place, rejected);
      if (a !== undefined && b !== undefined) return [a, b];
    }
  }
  return null;
}

/** Whether two responses say the same, be they texts or turns. */
function isSame(a: Text, b: Text): boolean {
  if (typeof a === "string" && typeof b === "string") return a === b;
  const turns = (text: Text) => (typeof text === "string" ? [text] : text.map(({ content }) => content));
  return JSON.stringify(turns(a)) === JSON.stringify(turns(b));
}

/** Throws when a side of the pair says nothing. */
function needContent(text: Text, column: string): void {
  if (!isBlank(text)) return;
  const side = column.includes("rejected") ? "rejected" : "chosen";
  throw new RowFault(
    `The ${side} response is empty.`,
    column,
    "A pair needs two responses with text; fill it in or leave the row out.",
  );
}

/**
 * A group of two, the preferred response first. Equal scores say that nobody preferred either, so they leave no judgement.
 * @param columns the names of the two response columns, for faults
 */
export function pairReading(
  row: Row,
  prompt: Text,
  chosen: Text,
  rejected: Text,
  columns: readonly [string, string] = ["chosen", "rejected"],
  scores: readonly [number, number] | null = scoresOf(row),
): Reading {
  needContent(chosen, columns[0]);
  needContent(rejected, columns[1]);
  if (isSame(chosen, rejected)) {
    throw new RowFault(
      "Chosen and rejected are the same text.",
      columns[1],
      "A pair must differ; correct it or leave the row out.",
    );
  }
  const sources = sourcesOf(row);
  const side = (text: Text, i: 0 | 1): ReadResponse => ({
    text,
    source: sources[i],
    score: scores === null ? null : scores[i],
  });
  const tie = scores !== null && scores[0] === scores[1];
  return {
    kind: "group",
    prompt,
    responses: [side(chosen, 0), side(rejected, 1)],
    preferences: tie ? [] : [[0, 1]],
    weight: weightOf(row),
  };
}

/**
 * A response column that may repeat the conversation: the prompt's turns (if any are there) and the answer.
 * @throws RowFault when the conversation does not end with the assistant
 */
export function withoutRepeatedTurns(
  text: Text,
  column: string,
): { prompt: readonly Message[]; answer: Text } {
  if (typeof text === "string") return { prompt: [], answer: text };
  const { prompt, completion } = splitConversation(text);
  if (completion.length === 0 && text.length > 0) {
    throw new RowFault(
      `The conversation in \`${column}\` ends with a turn of \`${text.at(-1)!.role}\`, not of the assistant.`,
      column,
      "Let it end with the response, under the role `assistant`; or leave the row out.",
    );
  }
  return { prompt, answer: completion };
}

/** The conversation that both sides of a pair repeat; empty where neither repeats one. @throws RowFault when they repeat different ones */
export function sharedTurns(
  chosen: readonly Message[],
  rejected: readonly Message[],
  column: string,
): readonly Message[] {
  const differ = JSON.stringify(chosen) !== JSON.stringify(rejected);
  if (chosen.length > 0 && rejected.length > 0 && differ) {
    throw new RowFault(
      "Chosen and rejected answer different conversations.",
      column,
      "Make both equal up to the response, or leave the row out.",
    );
  }
  return chosen.length > 0 ? chosen : rejected;
}
