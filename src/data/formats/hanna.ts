/** HANNA: stories of people and models on the same writing prompts, with ratings on six criteria in some of its files. */
import { field, has, isBlank, needString, optionalNumber } from "./fields.ts";
import { type Format, type ReadResponse, RowFault } from "./format.ts";

const criteria = ["Relevance", "Coherence", "Empathy", "Surprise", "Engagement", "Complexity"] as const;

export const hanna: Format = {
  id: "hanna",
  label: "HANNA stories",
  columns: ["Prompt", "Human", "Story", "Model"],
  target: "human",
  targetPreferred: true,
  note:
    "Rows with the same prompt are one group; ratings, if the file has them, are averaged over criteria and raters. Where the file does " +
    "not rate the human story, Tilt counts it as preferred over each synthetic one.",
  detect: (row) => has(row, "Prompt", "Human", "Story", "Model"),
  read(row) {
    const prompt = needString(row, "Prompt");
    const human = needString(row, "Human");
    const story = needString(row, "Story");
    const model = needString(row, "Model");
    const ratings = criteria.flatMap((name) => optionalNumber(row, name) ?? []);
    const score =
      ratings.length === criteria.length ? ratings.reduce((sum, r) => sum + r, 0) / criteria.length : null;
    const byHuman = model.toLowerCase() === "human";
    const responses: ReadResponse[] = isBlank(human)
      ? []
      : [{ text: human, source: "human", score: byHuman ? score : null }];
    if (!byHuman) {
      if (isBlank(story)) throw new RowFault("The story is empty.", "Story");
      responses.push({ text: story, source: model, score });
    }
    return { kind: "part", key: prompt, prompt, responses };
  },
};

/** Ratings in lists, one per prompt, without the texts that were rated. */
export const hannaScores: Format = {
  id: "hanna-scores",
  label: "HANNA ratings",
  columns: ["Model", ...criteria],
  single: true,
  detect: (row) => has(row, "Model", ...criteria) && String(field(row, "Relevance")).startsWith("["),
  read() {
    throw new RowFault(
      "The row holds a list of ratings, but not the texts that were rated.",
      "Relevance",
      "Drop the file with the stories (columns Prompt, Human, Story, Model).",
    );
  },
};
