/** QA-Feedback (Wu et al., arXiv 2306.01693): a question, a human answer, four model answers, six pairwise labels among these four. */
import { copeland } from "./copeland.ts";
import { field, has, isBlank, needList, needString, toNumber } from "./fields.ts";
import { type Format, type ReadResponse, type Row, RowFault } from "./format.ts";

const predictions = ["prediction 1", "prediction 2", "prediction 3", "prediction 4"] as const;

/** Which predictions the six labels compare, as indices into the group (0 is the human answer). */
const labelled: readonly (readonly [number, number])[] = [
  [1, 2],
  [1, 3],
  [1, 4],
  [2, 3],
  [2, 4],
  [3, 4],
];

/** Title and sentences of each retrieved passage, as the text before the question. */
function passagesOf(row: Row): string {
  const list = field(row, "passages");
  if (!Array.isArray(list)) return "";
  return list
    .filter(Array.isArray)
    .map((passage) =>
      passage
        .slice(1)
        .filter((sentence) => typeof sentence === "string")
        .join(" "),
    )
    .join("\n\n");
}

export const qaFeedback: Format = {
  id: "qa-feedback",
  label: "QA-Feedback",
  columns: ["question", "gold", ...predictions, "preference"],
  target: "human",
  targetPreferred: true,
  note:
    "The file compares only the four model answers with each other. Tilt also counts the human answer (gold) as preferred over each of " +
    "them. Scores are wins minus losses over all these judgements; ties give no pair.",
  detect: (row) => has(row, "question", "gold", "prediction 1", "preference"),
  read(row, { options }) {
    const question = needString(row, "question");
    const texts = [needString(row, "gold"), ...predictions.map((name) => needString(row, name))];
    const blank = texts.findIndex(isBlank);
    if (blank >= 0) {
      const column = blank === 0 ? "gold" : predictions[blank - 1]!;
      throw new RowFault(`Column \`${column}\` is empty.`, column);
    }
    const labels = needList(row, "preference");
    if (labels.length !== labelled.length) {
      throw new RowFault(
        `\`preference\` has ${labels.length} labels; the pairs 12, 13, 14, 23, 24, 34 need 6.`,
        "preference",
      );
    }
    const judgements: (readonly [number, number])[] = [];
    if (options.targetPreferred ?? true) for (const i of [1, 2, 3, 4]) judgements.push([0, i]);
    const humanJudged = judgements.length > 0;
    for (const [k, [first, second]] of labelled.entries()) {
      const label = toNumber(labels[k]);
      if (label === 1) judgements.push([first, second]);
      else if (label === 2) judgements.push([second, first]);
      else if (label !== 0) {
        throw new RowFault(
          `\`preference[${k}]\` should be 0 (tie), 1 or 2, but is ${JSON.stringify(labels[k])}.`,
          `preference[${k}]`,
        );
      }
    }
    const scores = copeland(texts.length, judgements);
    const responses = texts.map(
      (text, i): ReadResponse => ({
        text,
        source: i === 0 ? "human" : "model",
        score: i === 0 && !humanJudged ? null : scores[i]!,
      }),
    );
    const passages = options.passages ? passagesOf(row) : "";
    const prompt = passages === "" ? question : `${passages}\n\n${question}`;
    return { kind: "group", prompt, responses, preferences: judgements };
  },
};
