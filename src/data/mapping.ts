/** Columns named by hand, for files whose shape is not known. A mapping acts as one more format. */
import { betterOf } from "./better.ts";
import { field, isBlank, isRow, kindOf, needText, toBoolean, toMessage, toNumber } from "./formats/fields.ts";
import { type Format, type Reading, type ReadResponse, type Row, RowFault } from "./formats/format.ts";
import { needTwo } from "./formats/group.ts";
import { dialoguePair, isDialoguePair } from "./formats/hh-rlhf.ts";
import { implicitPair } from "./formats/implicit-pair.ts";
import { pairReading, sharedTurns, withoutRepeatedTurns } from "./formats/pair.ts";
import type { Message, Text } from "./template.ts";

/**
 * Which columns hold what. A name may be a path into objects, "metadata.score", or into the objects of a list, "answers[].text". One of four layouts, told by what is set:
 * - `chosen` and `rejected`: a pair per row;
 * - `responses`: a group per row, from several columns or one column with a list;
 * - `response` with `label`: one response per row, good or bad;
 * - `response` alone: one response per row, rows with the same prompt are one group.
 */
export interface Mapping {
  /** Without it, the prompt of a pair is the common beginning of its two sides. */
  readonly prompt?: string;
  readonly chosen?: string;
  readonly rejected?: string;
  readonly responses?: readonly string[];
  readonly response?: string;
  /** Scores: one column per response (empty where there is none), one column with a list, or the column of a single response. */
  readonly scores?: readonly string[];
  /** Lower is better (ranks, perplexities). */
  readonly lowerIsBetter?: boolean;
  /** Column that names the better of the responses, where each has a column of its own; see `betterOf`. */
  readonly better?: string;
  /** True or 1 is good. */
  readonly label?: string;
  /** Columns that name who wrote each response: one per response, or one. Empty where no column says it of that response. */
  readonly sourceColumns?: readonly string[];
  /** Probabilities of being target text, in the layout of `scores`. */
  readonly probs?: readonly string[];
  /** A weight of the row. */
  readonly weight?: string;
  /** Each file is by one source, named like the file. */
  readonly sourceFromFile?: boolean;
  /** Names of the sources by position (empty: unknown), when no column says it: for `responses`, or [chosen, rejected]. */
  readonly sources?: readonly string[];
  /** Name of the target source. */
  readonly target?: string;
}

function follow(at: unknown, [name, ...rest]: readonly string[]): unknown {
  if (name === undefined) return at;
  if (!isRow(at)) return undefined;
  if (!name.endsWith("[]")) return follow(field(at, name), rest);
  const list = field(at, name.slice(0, -2));
  return Array.isArray(list) ? list.map((item) => follow(item, rest)) : undefined;
}

/** The value at a column's name, or at a path of names joined by dots; behind "answers[]" it is a list of what each item holds. */
export function valueAt(row: Row, path: string): unknown {
  return Object.hasOwn(row, path) ? row[path] : follow(row, path.split("."));
}

/** The row with the value of `path` under that very name, so that errors name what the user chose. */
const textAt = (row: Row, path: string) => needText({ [path]: valueAt(row, path) }, path);

/** A response: of a conversation that repeats the prompt's turns, only what the assistant says last. */
const answerAt = (row: Row, path: string): Text => withoutRepeatedTurns(textAt(row, path), path).answer;

function numberAt(row: Row, path: string, lowerIsBetter: boolean): number | null {
  const value = valueAt(row, path);
  if (value === null || value === undefined || value === "") return null;
  const parsed = toNumber(value);
  if (parsed === undefined) {
    throw new RowFault(`Column \`${path}\` should be a number, but is ${kindOf(value)}.`, path);
  }
  return lowerIsBetter ? -parsed : parsed;
}

function nameAt(row: Row, path: string | undefined): string | undefined {
  const value = path === undefined || path === "" ? undefined : valueAt(row, path);
  if (typeof value === "string" && value !== "") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

/** A probability, or nothing. */
function probabilityOf(value: unknown, path: string): number | undefined {
  if (value === null || value === undefined || value === "") return undefined;
  const parsed = toNumber(value);
  if (parsed !== undefined && parsed >= 0 && parsed <= 1) return parsed;
  throw new RowFault(`\`${path}\` should be a probability from 0 to 1.`, path);
}

/** A row's responses from one column with a list of texts. */
function listed(row: Row, path: string, mapping: Mapping): ReadResponse[] {
  const list = valueAt(row, path);
  if (!Array.isArray(list)) {
    throw new RowFault(`Column \`${path}\` should be a list of responses, but is ${kindOf(list)}.`, path);
  }
  const beside = (column: string | undefined): readonly unknown[] => {
    const values = column === undefined ? undefined : valueAt(row, column);
    if (!Array.isArray(values)) return [];
    if (values.length === list.length) return values;
    throw new RowFault(
      `\`${column}\` has ${values.length} entries, but \`${path}\` has ${list.length}.`,
      column,
    );
  };
  const scores = beside(mapping.scores?.[0]);
  const names = beside(mapping.sourceColumns?.[0]);
  const probs = beside(mapping.probs?.[0]);
  return list.map((given: unknown, i) => {
    const item = given ?? "";
    const turn = toMessage(item);
    if (typeof item !== "string" && turn === null) {
      throw new RowFault(`\`${path}[${i}]\` should be text, but is ${kindOf(item)}.`, `${path}[${i}]`);
    }
    const score = toNumber(scores[i]) ?? null;
    return {
      text: typeof item === "string" ? item : [turn!],
      score: score !== null && mapping.lowerIsBetter ? -score : score,
      source: typeof names[i] === "string" ? names[i] : mapping.sources?.[i] || undefined,
      prob: probabilityOf(probs[i], mapping.probs?.[0] ?? ""),
    };
  });
}

/** Responses with a column each. Of conversations the prompt is what they repeat, and the response what the assistant says last. */
function besides(
  row: Row,
  prompt: Text | null,
  mapping: Mapping,
  responses: readonly ReadResponse[],
): Reading {
  const columns = mapping.responses!;
  const { better } = mapping;
  const sides = columns.map((path) => withoutRepeatedTurns(textAt(row, path), path));
  const repeated = sides.reduce<readonly Message[]>(
    (shared, side, i) => sharedTurns(shared, side.prompt, columns[i]!),
    [],
  );
  const spoken =
    typeof prompt === "string" && repeated.length > 0
      ? repeated
      : (prompt ?? (repeated.length > 0 ? repeated : ""));
  const rivals = columns.map((column, i) => ({ column, source: responses[i]!.source }));
  const best = better === undefined ? null : betterOf(valueAt(row, better), better, rivals);
  const kept = sides.flatMap(({ answer }, i) => (isBlank(answer) ? [] : [i]));
  const winner = best === null ? -1 : kept.indexOf(best);
  return {
    kind: "group",
    prompt: spoken,
    responses: needTwo(
      kept.map((i) => ({ ...responses[i]!, text: sides[i]!.answer })),
      columns[0]!,
    ),
    ...(better !== undefined && {
      preferences:
        winner < 0
          ? []
          : kept.flatMap((_, loser): [number, number][] => (loser === winner ? [] : [[winner, loser]])),
    }),
  };
}

/** A pair: with a prompt of its own, in HH-RLHF's layout, or with the common beginning as the prompt. */
function pairOf(
  row: Row,
  prompt: Text | null,
  sides: readonly [string, string],
  scores: readonly [number, number] | null,
): Reading {
  const named = Object.fromEntries(sides.map((path) => [path, valueAt(row, path)]));
  if (prompt === null)
    return isDialoguePair(named, sides) ? dialoguePair(named, sides) : implicitPair(named, sides);
  const [chosen, rejected] = sides.map((path) => withoutRepeatedTurns(textAt(row, path), path));
  const repeated = sharedTurns(chosen!.prompt, rejected!.prompt, sides[1]);
  const spoken = typeof prompt === "string" && repeated.length > 0 ? repeated : prompt;
  return pairReading({}, spoken, chosen!.answer, rejected!.answer, sides, scores);
}

function read(row: Row, mapping: Mapping, stem: string): Reading {
  const { chosen, rejected, responses = [], response, label, lowerIsBetter = false } = mapping;
  const prompt = mapping.prompt ? textAt(row, mapping.prompt) : null;
  const file = mapping.sourceFromFile ? stem : undefined;
  const sourceOf = (i: number) => nameAt(row, mapping.sourceColumns?.[i]) ?? (mapping.sources?.[i] || file);
  const scoreOf = (i: number) => {
    const path = mapping.scores?.[i];
    return path === undefined || path === "" ? null : numberAt(row, path, lowerIsBetter);
  };
  const probOf = (i: number) => {
    const path = mapping.probs?.[i];
    return path === undefined || path === "" ? undefined : probabilityOf(valueAt(row, path), path);
  };
  const weight =
    mapping.weight === undefined ? undefined : (numberAt(row, mapping.weight, false) ?? undefined);

  if (chosen !== undefined && rejected !== undefined) {
    const [a, b] = [scoreOf(0), scoreOf(1)];
    const reading = pairOf(row, prompt, [chosen, rejected], a === null || b === null ? null : [a, b]);
    if (reading.kind !== "group") return reading;
    const sides = reading.responses.map((side, i) => ({ ...side, source: sourceOf(i), prob: probOf(i) }));
    return { ...reading, responses: sides, weight };
  }
  if (responses.length === 1) {
    const found = listed(row, responses[0]!, mapping).filter(({ text }) => !isBlank(text));
    return { kind: "group", prompt: prompt ?? "", responses: needTwo(found, responses[0]!), weight };
  }
  if (responses.length > 1) {
    const found = responses.map(
      (_, i): ReadResponse => ({ text: "", score: scoreOf(i), source: sourceOf(i), prob: probOf(i) }),
    );
    return { ...besides(row, prompt, mapping, found), weight } as Reading;
  }
  if (response === undefined) throw new RowFault("The mapping names no column with responses.");
  const text = answerAt(row, response);
  if (isBlank(text)) throw new RowFault(`Column \`${response}\` is empty.`, response);
  const single: ReadResponse = { text, source: sourceOf(0), prob: probOf(0) };
  if (label !== undefined) {
    const desirable = toBoolean(valueAt(row, label));
    if (desirable === undefined) {
      throw new RowFault(
        `\`${label}\` should be true or false, but is ${kindOf(valueAt(row, label))}.`,
        label,
      );
    }
    return { kind: "unpaired", prompt: prompt ?? "", response: single, desirable };
  }
  if (prompt === null)
    throw new RowFault("With one response per row, a prompt column is needed to group the rows.");
  const key = typeof prompt === "string" ? prompt : JSON.stringify(prompt);
  return { kind: "part", key, prompt, responses: [{ ...single, score: scoreOf(0) }] };
}

/** The format that reads rows as the mapping says. It takes every row. */
export function mappedFormat(mapping: Mapping): Format {
  const {
    prompt,
    chosen,
    rejected,
    responses = [],
    response,
    scores = [],
    label,
    sourceColumns = [],
    probs = [],
    weight,
    better,
  } = mapping;
  const columns = [
    prompt,
    chosen,
    rejected,
    ...responses,
    response,
    label,
    ...scores,
    ...sourceColumns,
    ...probs,
    weight,
    better,
  ];
  return {
    id: "mapped",
    label: "Columns named by hand",
    columns: columns.filter((name): name is string => name !== undefined && name !== ""),
    ...(mapping.target !== undefined && {
      target: mapping.target,
      targetPreferred: true,
      note: "Where the file does not say which response is better, the target's counts as preferred.",
    }),
    detect: () => true,
    read: (row, { stem }) => read(row, mapping, stem),
  };
}
