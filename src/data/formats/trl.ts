/** TRL's preference datasets with an explicit prompt: `prompt`, `chosen`, `rejected`, as strings or as turns. */
import { has, needText } from "./fields.ts";
import type { Format } from "./format.ts";
import { pairReading, sharedTurns, withoutRepeatedTurns } from "./pair.ts";

export const trl: Format = {
  id: "trl",
  label: "TRL preference",
  columns: ["prompt", "chosen", "rejected"],
  detect: (row) => has(row, "prompt", "chosen", "rejected"),
  read(row) {
    const prompt = needText(row, "prompt");
    const chosen = withoutRepeatedTurns(needText(row, "chosen"), "chosen");
    const rejected = withoutRepeatedTurns(needText(row, "rejected"), "rejected");
    const repeated = sharedTurns(chosen.prompt, rejected.prompt, "rejected");
    // A plain prompt beside full conversations: these also hold a system turn, if there is one.
    const spoken = typeof prompt === "string" && repeated.length > 0 ? repeated : prompt;
    return pairReading(row, spoken, chosen.answer, rejected.answer);
  },
};
