/** Stanford Human Preferences: two Reddit comments on one post; `labels` 1 means that A was preferred. */
import { has, needNumber, needString, optionalNumber, toBoolean } from "./fields.ts";
import { type Format, RowFault } from "./format.ts";
import { pairReading } from "./pair.ts";

export const shp: Format = {
  id: "shp",
  label: "SHP",
  columns: ["history", "human_ref_A", "human_ref_B", "labels", "score_A", "score_B"],
  note: "Both responses are written by people; votes are the scores.",
  detect: (row) => has(row, "history", "human_ref_A", "human_ref_B", "labels"),
  read(row, { options }) {
    const first = toBoolean(row.labels);
    if (first === undefined)
      throw new RowFault("`labels` should be 1 (A preferred) or 0 (B preferred).", "labels");
    const a = needNumber(row, "score_A");
    const b = needNumber(row, "score_B");
    const wanted = options.minScoreRatio ?? 1;
    const ratio = optionalNumber(row, "score_ratio") ?? Math.max(a, b) / Math.max(1, Math.min(a, b));
    if (ratio < wanted) {
      throw new RowFault(
        `The votes differ by a factor of ${ratio.toPrecision(3)}, less than ${wanted}.`,
        "score_ratio",
      );
    }
    const [chosen, rejected] = first
      ? (["human_ref_A", "human_ref_B"] as const)
      : (["human_ref_B", "human_ref_A"] as const);
    const reading = pairReading(
      row,
      needString(row, "history"),
      needString(row, chosen),
      needString(row, rejected),
      [chosen, rejected],
      first ? [a, b] : [b, a],
    );
    if (reading.kind !== "group") return reading;
    return { ...reading, responses: reading.responses.map((response) => ({ ...response, source: "human" })) };
  },
};
