/** Nectar: seven answers of different models to one prompt, ranked by GPT-4 (rank 1 is best). */
import { field, has, isBlank, isRow, needList, needNumber, needString, optionalString } from "./fields.ts";
import { type Format, type ReadResponse, RowFault } from "./format.ts";
import { needTwo } from "./group.ts";

export const nectar: Format = {
  id: "nectar",
  label: "Nectar",
  columns: ["prompt", "answers"],
  note: "Ranks became scores by negation: rank 1 is −1, the highest.",
  detect(row) {
    const answers = field(row, "answers");
    return (
      has(row, "prompt") && Array.isArray(answers) && isRow(answers[0]) && has(answers[0], "answer", "rank")
    );
  },
  read(row) {
    const responses: ReadResponse[] = [];
    for (const [i, answer] of needList(row, "answers").entries()) {
      if (!isRow(answer)) throw new RowFault(`\`answers[${i}]\` is not an object.`, `answers[${i}]`);
      const text = needString(answer, "answer");
      if (isBlank(text)) continue;
      responses.push({ text, score: -needNumber(answer, "rank"), source: optionalString(answer, "model") });
    }
    return { kind: "group", prompt: needString(row, "prompt"), responses: needTwo(responses, "answers") };
  },
};
