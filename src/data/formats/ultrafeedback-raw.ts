/** UltraFeedback before it was binarised: four models' completions with ratings. */
import {
  field,
  has,
  isBlank,
  isRow,
  needList,
  needString,
  optionalNumber,
  optionalString,
  textOrNothing,
} from "./fields.ts";
import { type Format, type ReadResponse, RowFault } from "./format.ts";
import { needTwo } from "./group.ts";

export const ultrafeedbackRaw: Format = {
  id: "ultrafeedback-raw",
  label: "UltraFeedback, all completions",
  columns: ["instruction", "completions"],
  detect(row) {
    const list = field(row, "completions");
    return (
      has(row, "instruction") && Array.isArray(list) && list.some((one) => isRow(one) && has(one, "response"))
    );
  },
  read(row) {
    const responses: ReadResponse[] = [];
    for (const [i, completion] of needList(row, "completions").entries()) {
      if (!isRow(completion))
        throw new RowFault(`\`completions[${i}]\` is not an object.`, `completions[${i}]`);
      const text = textOrNothing(field(completion, "response"), `completions[${i}].response`);
      if (isBlank(text)) continue;
      const score =
        optionalNumber(completion, "overall_score") ?? optionalNumber(completion, "fine-grained_score");
      responses.push({ text, score, source: optionalString(completion, "model") });
    }
    return {
      kind: "group",
      prompt: needString(row, "instruction"),
      responses: needTwo(responses, "completions"),
    };
  },
};
