/** A starting point for naming columns by hand: what their names and contents suggest. */
import type { Mapping } from "./mapping.ts";
import type { Column } from "./peek.ts";

const words = {
  prompt: /prompt|question|query|instruction|history|context|input|post|title|request|\bask/i,
  chosen: /chosen|prefer|better|win|accept|positive|best|(?<!dis)like|good/i,
  rejected: /reject|worse|los(?:e|ing)|negative|worst|dispreferred|dislike|bad\b/i,
  response: /response|answer|output|completion|reply|story|summary|text|generation|prediction/i,
  score: /score|rating|rank|reward|grade|vote/i,
  source: /model|source|author|generator|system|writer|written_by/i,
  human: /human|gold|reference|expert|person/i,
  label: /label|desirable|thumb|good|is_/i,
};

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

  const list = named(
    columns.filter(({ kind }) => kind === "list"),
    words.response,
  )[0];
  if (list !== undefined) {
    const scores = named(
      columns.filter(({ kind }) => kind === "list"),
      words.score,
    );
    return { ...withPrompt, responses: [list], ...(scores.length > 0 && { scores: scores.slice(0, 1) }) };
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
    return {
      ...withPrompt,
      responses: answers,
      sources: answers,
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
      ...(scores.length > 0 && { scores }),
      ...(source !== undefined && { sourceColumns: [source] }),
    };
  }
  return null;
}
