/** One prompt with a list of scored responses: RRHF's files and DoRA's (which add the classifier's `probs`). */
import {
  field,
  has,
  isBlank,
  kindOf,
  needList,
  needString,
  needStrings,
  toNumber,
  weightOf,
} from "./fields.ts";
import { type Format, type Reading, type ReadResponse, type Row, RowFault } from "./format.ts";

function needLength(list: readonly unknown[], name: string, wanted: number): void {
  if (list.length === wanted) return;
  throw new RowFault(
    `\`${name}\` has ${list.length} ${list.length === 1 ? "entry" : "entries"}, but \`responses\` has ${wanted}.`,
    name,
    "Give every response exactly one entry.",
  );
}

function numbers(row: Row, name: string, wanted: number, nullable: boolean): (number | null)[] {
  const list = needList(row, name);
  needLength(list, name, wanted);
  return list.map((item, i) => {
    const value = toNumber(item);
    if (value === undefined && !(nullable && item === null)) {
      throw new RowFault(`\`${name}[${i}]\` should be a number, but is ${kindOf(item)}.`, `${name}[${i}]`);
    }
    return value ?? null;
  });
}

/** Who wrote each response, if a column says so. */
function sourcesOf(row: Row, wanted: number): readonly (string | undefined)[] {
  for (const name of ["sources", "models", "source", "model"]) {
    const list = field(row, name);
    if (!Array.isArray(list)) continue;
    needLength(list, name, wanted);
    return list.map((item) => (typeof item === "string" && item !== "" ? item : undefined));
  }
  return new Array<undefined>(wanted).fill(undefined);
}

function readList(row: Row, prompt: string, withProbs: boolean): Reading {
  const texts = needStrings(row, "responses");
  const scores = numbers(row, "scores", texts.length, true);
  const probs = withProbs ? numbers(row, "probs", texts.length, true) : null;
  const sources = sourcesOf(row, texts.length);
  const responses: ReadResponse[] = [];
  for (let i = 0; i < texts.length; i++) {
    const prob = probs?.[i] ?? undefined;
    if (prob !== undefined && (prob < 0 || prob > 1)) {
      throw new RowFault(
        `\`probs[${i}]\` is ${prob}, not a probability.`,
        `probs[${i}]`,
        "Use values from 0 to 1.",
      );
    }
    if (!isBlank(texts[i]!)) responses.push({ text: texts[i]!, score: scores[i]!, prob, source: sources[i] });
  }
  if (responses.length < 2) {
    throw new RowFault(
      `Only ${responses.length} of ${texts.length} responses ${responses.length === 1 ? "has" : "have"} text; a group needs two.`,
      "responses",
    );
  }
  return { kind: "group", prompt, responses, weight: weightOf(row) };
}

export const dora: Format = {
  id: "dora",
  label: "DoRA list",
  columns: ["query", "responses", "scores", "probs"],
  detect: (row) => has(row, "responses", "scores", "probs") && (has(row, "query") || has(row, "prompt")),
  read: (row) => readList(row, needString(row, has(row, "query") ? "query" : "prompt"), true),
};

export const rrhf: Format = {
  id: "rrhf",
  label: "RRHF list",
  columns: ["query", "responses", "scores"],
  detect: (row) => has(row, "responses", "scores") && (has(row, "query") || has(row, "prompt")),
  read: (row) => readList(row, needString(row, has(row, "query") ? "query" : "prompt"), false),
};
