/** Detection sets with a human and a machine text on one prompt: M4, and MGTBench's TruthfulQA table. */
import { has, isBlank, needString, optionalString } from "./fields.ts";
import type { Format, ReadResponse, Row } from "./format.ts";
import { humanPreferredNote, needTwo } from "./group.ts";

function texts(
  row: Row,
  columns: readonly (readonly [column: string, source: string])[],
): readonly ReadResponse[] {
  const found = columns.map(([column, source]) => ({ text: needString(row, column), source, column }));
  const blank = found.find(({ text }) => isBlank(text));
  return needTwo(
    found.filter(({ text }) => !isBlank(text)).map(({ text, source }) => ({ text, source })),
    blank?.column ?? columns[0]![0],
  );
}

export const m4: Format = {
  id: "m4",
  label: "M4",
  columns: ["prompt", "human_text", "machine_text", "model"],
  target: "human",
  targetPreferred: true,
  note: humanPreferredNote,
  detect: (row) => has(row, "prompt", "human_text", "machine_text"),
  read: (row) => ({
    kind: "group",
    prompt: needString(row, "prompt"),
    responses: texts(row, [
      ["human_text", "human"],
      ["machine_text", optionalString(row, "model") ?? "machine"],
    ]),
  }),
};

export const truthfulQa: Format = {
  id: "truthfulqa",
  label: "TruthfulQA with a model's answers",
  columns: ["complete_question", "Best Answer", "chatgpt_answer"],
  target: "human",
  targetPreferred: true,
  note: humanPreferredNote,
  detect: (row) => has(row, "complete_question", "Best Answer", "chatgpt_answer"),
  read: (row) => ({
    kind: "group",
    prompt: needString(row, "complete_question"),
    responses: texts(row, [
      ["Best Answer", "human"],
      ["chatgpt_answer", "chatgpt"],
    ]),
  }),
};
