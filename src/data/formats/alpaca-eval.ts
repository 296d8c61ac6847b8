/** AlpacaEval: one file of answers per model, and files of judgements between two models. All are joined on the instruction. */
import { field, has, isBlank, needString, toNumber } from "./fields.ts";
import { type Format, RowFault } from "./format.ts";

/** An answer with text. */
function needAnswer(row: Readonly<Record<string, unknown>>, column: string): string {
  const text = needString(row, column);
  if (isBlank(text)) throw new RowFault("The answer is empty.", column, "Leave the row out.");
  return text;
}

export const alpacaOutputs: Format = {
  id: "alpaca-eval",
  label: "AlpacaEval answers",
  columns: ["instruction", "output", "generator"],
  note: "Answers of several files are joined on the instruction; drop all models' files together.",
  detect: (row) => has(row, "instruction", "output", "generator"),
  read(row) {
    const prompt = needString(row, "instruction");
    const response = { text: needAnswer(row, "output"), source: needString(row, "generator") };
    return { kind: "part", key: prompt, prompt, responses: [response] };
  },
};

export const alpacaAnnotations: Format = {
  id: "alpaca-eval-annotations",
  label: "AlpacaEval judgements",
  columns: ["instruction", "output_1", "generator_1", "output_2", "generator_2", "preference"],
  detect: (row) => has(row, "instruction", "output_1", "output_2", "preference"),
  read(row) {
    const prompt = needString(row, "instruction");
    const responses = ([1, 2] as const).map((i) => ({
      text: needAnswer(row, `output_${i}`),
      source: has(row, `generator_${i}`) ? needString(row, `generator_${i}`) : `generator ${i}`,
    }));
    if (responses[0]!.text === responses[1]!.text && responses[0]!.source === responses[1]!.source) {
      throw new RowFault(
        "Both answers are the same, by the same model: there is nothing to compare.",
        "output_2",
      );
    }
    // 1 or 2; newer judges give a number between them (their certainty); 0, 1.5 and null are ties.
    const preference = toNumber(field(row, "preference"));
    if (preference === undefined && field(row, "preference") !== null) {
      throw new RowFault("`preference` should be 1, 2, or 0 for a tie.", "preference");
    }
    const given = preference ?? 0;
    if (given < 0 || given > 2)
      throw new RowFault(`\`preference\` is ${given}; 0 to 2 are possible.`, "preference");
    const judged: [number, number][] = given === 0 || given === 1.5 ? [] : given < 1.5 ? [[0, 1]] : [[1, 0]];
    return { kind: "part", key: prompt, prompt, responses, preferences: judged };
  },
};
