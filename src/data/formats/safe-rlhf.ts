/** PKU-SafeRLHF: two responses and the number of the better one. */
import { has, needNumber, needString, optionalString } from "./fields.ts";
import { type Format, RowFault } from "./format.ts";
import { pairReading } from "./pair.ts";

export const safeRlhf: Format = {
  id: "safe-rlhf",
  label: "PKU-SafeRLHF",
  columns: ["prompt", "response_0", "response_1", "better_response_id"],
  detect: (row) => has(row, "response_0", "response_1", "better_response_id"),
  read(row) {
    const better = needNumber(row, "better_response_id");
    if (better !== 0 && better !== 1) {
      throw new RowFault(`\`better_response_id\` should be 0 or 1, but is ${better}.`, "better_response_id");
    }
    const chosen = `response_${better}`;
    const rejected = `response_${1 - better}`;
    const reading = pairReading(
      row,
      needString(row, "prompt"),
      needString(row, chosen),
      needString(row, rejected),
      [chosen, rejected],
    );
    if (reading.kind !== "group") return reading;
    const sources = [optionalString(row, `${chosen}_source`), optionalString(row, `${rejected}_source`)];
    return {
      ...reading,
      responses: reading.responses.map((response, i) => ({ ...response, source: sources[i] })),
    };
  },
};
