/** Nectar: seven answers of different models to one prompt, ranked by GPT-4 (rank 1 is best). */
import {
  field,
  has,
  isBlank,
  isRow,
  needList,
  needNumber,
  needString,
  optionalString,
  textOrNothing,
  within,
} from "./fields.ts";
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
      has(row, "prompt") &&
      Array.isArray(answers) &&
      answers.some((answer) => isRow(answer) && has(answer, "answer", "rank"))
    );
  },
  read(row) {
    const responses: ReadResponse[] = [];
    for (const [i, answer] of needList(row, "answers").entries()) {
      if (!isRow(answer)) throw new RowFault(`\`answers[${i}]\` is not an object.`, `answers[${i}]`);
      const text = textOrNothing(field(answer, "answer"), `answers[${i}].answer`);
      if (isBlank(text)) continue;
      const rank = within(`answers[${i}]`, () => needNumber(answer, "rank"));
      responses.push({ text, score: -rank, source: optionalString(answer, "model") });
    }
    return { kind: "group", prompt: needString(row, "prompt"), responses: needTwo(responses, "answers") };
  },
};
