/** UltraFeedback as pairs of conversations that repeat the user turn: the binarised set, and Argilla's cleaned one. */
import { has, needText } from "./fields.ts";
import type { Format, Reading, Row } from "./format.ts";
import { pairReading, sharedTurns, withoutRepeatedTurns } from "./pair.ts";

/** Scores, sources and weight are found by `pairReading`. */
function read(row: Row): Reading {
  const chosen = withoutRepeatedTurns(needText(row, "chosen"), "chosen");
  const rejected = withoutRepeatedTurns(needText(row, "rejected"), "rejected");
  const repeated = sharedTurns(chosen.prompt, rejected.prompt, "rejected");
  const prompt = repeated.length > 0 ? repeated : needText(row, "prompt");
  return pairReading(row, prompt, chosen.answer, rejected.answer);
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
