/** UltraFeedback as pairs of conversations that repeat the user turn: the binarised set, and Argilla's cleaned one. */
import { has, needText } from "./fields.ts";
import { type Format, type Reading, type Row, RowFault } from "./format.ts";
import { pairReading, withoutRepeatedTurns } from "./pair.ts";

/** Scores, sources and weight are found by `pairReading`. */
function read(row: Row): Reading {
  const chosen = withoutRepeatedTurns(needText(row, "chosen"));
  const rejected = withoutRepeatedTurns(needText(row, "rejected"));
  if (chosen.prompt.length === 0)
    return pairReading(row, needText(row, "prompt"), chosen.answer, rejected.answer);
  if (rejected.prompt.length > 0 && JSON.stringify(chosen.prompt) !== JSON.stringify(rejected.prompt)) {
    throw new RowFault("Chosen and rejected answer different conversations.", "rejected");
  }
  return pairReading(row, chosen.prompt, chosen.answer, rejected.answer);
}

export const ultrafeedbackBinarized: Format = {
  id: "ultrafeedback-binarized",
  label: "UltraFeedback, binarised",
  columns: ["prompt", "chosen", "rejected", "score_chosen", "score_rejected"],
  detect: (row) => has(row, "prompt", "chosen", "rejected", "score_chosen", "score_rejected"),
  read,
};

export const argilla: Format = {
  id: "argilla",
  label: "Argilla's UltraFeedback",
  columns: [
    "prompt",
    "chosen",
    "rejected",
    "chosen-rating",
    "rejected-rating",
    "chosen-model",
    "rejected-model",
  ],
  detect: (row) => has(row, "prompt", "chosen", "rejected", "chosen-rating", "rejected-rating"),
  read,
};
