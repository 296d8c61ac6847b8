/** HC3: questions with human and ChatGPT answers, any number of each. */
import { has, isBlank, needString, needStrings } from "./fields.ts";
import type { Format, ReadResponse } from "./format.ts";
import { humanPreferredNote, needTwo } from "./group.ts";

export const hc3: Format = {
  id: "hc3",
  label: "HC3",
  columns: ["question", "human_answers", "chatgpt_answers"],
  target: "human",
  targetPreferred: true,
  note: `${humanPreferredNote} Empty answers are skipped.`,
  detect: (row) => has(row, "question", "human_answers", "chatgpt_answers"),
  read(row) {
    const answers = (column: string, source: string): ReadResponse[] =>
      needStrings(row, column).flatMap((text) => (isBlank(text) ? [] : [{ text, source }]));
    const responses = [...answers("human_answers", "human"), ...answers("chatgpt_answers", "chatgpt")];
    return {
      kind: "group",
      prompt: needString(row, "question"),
      responses: needTwo(responses, "chatgpt_answers"),
    };
  },
};
