/** TRL's preference datasets with an implicit prompt: what `chosen` and `rejected` have in common at their start. */
import { has } from "./fields.ts";
import type { Format } from "./format.ts";
import { implicitPair } from "./implicit-pair.ts";

export const trlImplicit: Format = {
  id: "trl-implicit",
  label: "TRL preference, implicit prompt",
  columns: ["chosen", "rejected"],
  note: "The prompt is the common beginning of chosen and rejected.",
  detect: (row) => has(row, "chosen", "rejected") && !has(row, "prompt"),
  read: (row) => implicitPair(row, ["chosen", "rejected"]),
};
