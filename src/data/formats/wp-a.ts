/** WritingPrompts stories of people and GPT-2 with three teachers' ratings (Chiang & Lee, arXiv 2305.01937). */
import { field, has, needString, toBoolean, toNumber } from "./fields.ts";
import { type Format, type Row, RowFault } from "./format.ts";

const criteria = ["grammar", "cohesive", "enjoy", "relevant"] as const;

/** Mean of all ratings a row has; null when it has none. */
function meanRating(row: Row): number | null {
  const ratings = criteria.flatMap((name) => {
    const list = field(row, name);
    return Array.isArray(list) ? list.flatMap((rating) => toNumber(rating) ?? []) : [];
  });
  return ratings.length === 0 ? null : ratings.reduce((sum, rating) => sum + rating, 0) / ratings.length;
}

export const wpA: Format = {
  id: "wp-a",
  label: "Rated stories (WritingPrompts)",
  columns: ["prompt", "story", "human_written", ...criteria],
  target: "human",
  note: "Rows with the same prompt are one group. The score is the mean over the teachers' ratings of all four criteria.",
  detect: (row) => has(row, "prompt", "story", "human_written"),
  read(row) {
    const prompt = needString(row, "prompt");
    const human = toBoolean(field(row, "human_written"));
    if (human === undefined) throw new RowFault("`human_written` should be 1 or 0.", "human_written");
    const text = needString(row, "story");
    if (text.trim() === "") throw new RowFault("The story is empty.", "story");
    return {
      kind: "part",
      key: prompt,
      prompt,
      responses: [{ text, source: human ? "human" : "model", score: meanRating(row) }],
    };
  },
};
