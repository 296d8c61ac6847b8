/** A starting point for naming columns by hand: what their names and contents suggest. */
import { endOf } from "./better.ts";
import type { Mapping } from "./mapping.ts";
import type { Column } from "./peek.ts";

const words = {
  prompt: /prompt|question|query|instruction|history|context|input|post|title|request|\bask/i,
  chosen: /chosen|prefer|better|win|accept|positive|best|(?<!dis)like|good/i,
  rejected: /reject|worse|los(?:e|ing)|negative|worst|dispreferred|dislike|bad\b/i,
  response:
    /response|answer|output|completion|reply|story|summary|text|generation|prediction|conversation|dialog|candidate/i,
  score: /score|rating|rank|reward|grade|vote/i,
  source: /model|source|author|generator|system|writer|written_by/i,
  human: /human|gold|reference|expert|person/i,
  better: /^(?:winner|better|best|prefer|choice|verdict|label)/i,
  label: /label|desirable|thumb|good|is_/i,
};

/** Ranks count from the best. */
const order = ([name = ""]: readonly string[]): Pick<Mapping, "lowerIsBetter"> =>
  /rank|perplexity|loss/i.test(leafOf(name)) ? { lowerIsBetter: true } : {};

/** "answers[]." of "answers[].text"; empty for a column of its own. */
const ownerOf = (name: string): string => name.slice(0, name.lastIndexOf("[].") + 1);
const leafOf = (name: string): string => name.slice(name.lastIndexOf(".") + 1);

/** The column that looks most like a list of responses: by its name, or the one with the longest texts in the objects of a list. */
function listOfResponses(lists: readonly Column[]): string | undefined {
  const texts = lists.filter(({ name, meanLength }) => ownerOf(name) === "" || meanLength > 0);
  const called = texts.find(({ name }) => words.response.test(leafOf(name)));
  const longest = texts
    .filter(({ name }) => ownerOf(name) !== "")
    .sort((a, b) => b.meanLength - a.meanLength)[0];
  return (called ?? longest)?.name;
}

/** The columns that name who wrote each response: those that end as the responses' columns do, "model_a" beside "answer_a". */
function authorsOf(answers: readonly string[], named: readonly string[]): readonly string[] | null {
  const found = answers.map((answer) =>
    named.find((name) => endOf(name) !== undefined && endOf(name) === endOf(answer)),
  );
  return found.every((name) => name !== undefined) ? found : null;
}

/** @returns a mapping that names at least one response column, or null when nothing looks like one */
export function guessMapping(columns: readonly Column[]): Mapping | null {
  const texts = columns.filter(({ kind }) => kind === "text" || kind === "turns" || kind === "mixed");
  const named = (of: readonly Column[], word: RegExp) =>
    of.filter(({ name }) => word.test(name)).map(({ name }) => name);
  const numbers = columns.filter(({ kind }) => kind === "number");
  const prompt = named(texts, words.prompt)[0];
  const withPrompt = prompt === undefined ? {} : { prompt };
  const rest = texts.filter(({ name }) => name !== prompt);

  const chosen = named(rest, words.chosen)[0];
  const rejected = named(
    rest.filter(({ name }) => name !== chosen),
    words.rejected,
  )[0];
  if (chosen !== undefined && rejected !== undefined) return { ...withPrompt, chosen, rejected };

  const lists = columns.filter(({ kind }) => kind === "list");
  const list = listOfResponses(lists);
  if (list !== undefined) {
    // What stands in the same objects belongs together.
    const beside = lists.filter(({ name }) => name !== list && ownerOf(name) === ownerOf(list));
    const first = (word: RegExp) =>
      beside
        .filter(({ name }) => word.test(leafOf(name)))
        .map(({ name }) => name)
        .slice(0, 1);
    const [scores, sourceColumns] = [first(words.score), first(words.source)];
    return {
      ...withPrompt,
      responses: [list],
      ...(scores.length > 0 && { scores, ...order(scores) }),
      ...(sourceColumns.length > 0 && { sourceColumns }),
    };
  }

  const source = named(
    rest.filter(({ meanLength }) => meanLength < 60),
    words.source,
  )[0];
  const answers = rest
    .filter(
      ({ name, meanLength }) =>
        name !== source && (words.response.test(name) || words.human.test(name) || meanLength > 40),
    )
    .map(({ name }) => name);
  if (answers.length >= 2) {
    const human = answers.find((name) => words.human.test(name));
    const short = columns.filter(
      ({ name, kind, meanLength }) =>
        !answers.includes(name) && (kind === "number" || (kind === "text" && meanLength < 60)),
    );
    const better = named(short, words.better)[0];
    const authors = authorsOf(answers, named(short, words.source));
    return {
      ...withPrompt,
      responses: answers,
      ...(authors ? { sourceColumns: authors } : { sources: answers }),
      ...(better !== undefined && { better }),
      ...(human !== undefined && { target: human }),
    };
  }
  if (answers.length === 1) {
    const label = named(
      columns.filter(({ kind }) => kind === "yes/no"),
      words.label,
    )[0];
    const scores = named(numbers, words.score).slice(0, 1);
    return {
      ...withPrompt,
      response: answers[0]!,
      ...(label !== undefined && { label }),
      ...(scores.length > 0 && { scores, ...order(scores) }),
      ...(source !== undefined && { sourceColumns: [source] }),
    };
  }
  return null;
}
