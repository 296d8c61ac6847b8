/** NVIDIA NeMo-Aligner: pairs for DPO, and reward-model files whose lines are chosen and rejected in turn. */
import { field, has, isBlank, needString } from "./fields.ts";
import { type Format, RowFault } from "./format.ts";
import { pairReading } from "./pair.ts";

const answerMark = "<extra_id_1>Assistant\n";
/** The mark that opens the next turn closes the answer; it is no part of it. */
const closing = /\n?<extra_id_1>\s*$/;

export const nemoDpo: Format = {
  id: "nemo-dpo",
  label: "NeMo DPO",
  columns: ["prompt", "chosen_response", "rejected_response"],
  detect: (row) => has(row, "prompt", "chosen_response", "rejected_response"),
  read(row) {
    const chosen = needString(row, "chosen_response").replace(closing, "");
    const rejected = needString(row, "rejected_response").replace(closing, "");
    return pairReading(row, needString(row, "prompt"), chosen, rejected, [
      "chosen_response",
      "rejected_response",
    ]);
  },
};

export const nemoReward: Format = {
  id: "nemo-reward",
  label: "NeMo reward model",
  columns: ["text"],
  note: "Lines come in twos: the first of each two is preferred.",
  detect(row) {
    const text = field(row, "text");
    return typeof text === "string" && text.startsWith("<extra_id_0>") && text.includes(answerMark);
  },
  read(row, context) {
    const text = needString(row, "text");
    const cut = text.lastIndexOf(answerMark);
    if (cut < 0) throw new RowFault("The text has no Assistant turn.", "text");
    const prompt = text.slice(0, cut + answerMark.length);
    const answer = text.slice(prompt.length).replace(closing, "");
    if (isBlank(answer)) throw new RowFault("The last Assistant turn is empty.", "text");
    const first = context.row % 2 === 1;
    // The prompt is part of the key: two lines that answer different prompts are no pair.
    const key = `${context.stem}\n${Math.ceil(context.row / 2)}\n${prompt}`;
    return { kind: "part", key, prompt, responses: [{ text: answer, score: first ? 1 : 0 }] };
  },
};
