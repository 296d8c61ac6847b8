/** A look into files before they are read whole: their columns, a guess, and rows as the choices made so far would read them. */
import { type Dataset, type Group, type ImportProblem, pairsOf, type Unpaired } from "./dataset.ts";
import { type ColumnRoles, rolesOfFormat, rolesOfMapping } from "./guess-roles.ts";
import { importFiles } from "./import.ts";
import type { FileInput, ReadChoices } from "./options.ts";
import { type Peek, peek } from "./peek.ts";
import { NO_MATCH } from "./target-file.ts";

/** A row as it was or would be read, long texts cut. */
export interface ExampleRow {
  readonly row: number;
  readonly prompt: string;
  readonly responses: readonly {
    readonly text: string;
    /** Null when nobody said who wrote it. */
    readonly source: string | null;
    readonly score: number | null;
    /** How many of the others it is preferred over. */
    readonly wins: number;
  }[];
  /** For single responses: whether it was judged good. */
  readonly desirable?: boolean;
}

export interface Preview {
  /** Up to three, as they would be read. */
  readonly rows: readonly ExampleRow[];
  /** Of the records looked at. */
  readonly rowsRead: number;
  readonly rowsKept: number;
  readonly pairs: number;
  readonly sources: readonly string[];
  readonly target: string | null;
  readonly notes: readonly string[];
  /** The first few. */
  readonly problems: readonly ImportProblem[];
}

export interface Look extends Peek {
  readonly preview: Preview;
}

const EXAMPLES = 3;
/** Characters of a text in an example. */
const CUT = 1200;
/** Records of each file that a preview reads: enough for rows of several files to meet on their prompt. */
const HEAD = 100;
const PROBLEMS = 3;

/** The end of a prompt and the beginning of a response are what tells most. */
const cut = (text: string, fromEnd = false): string =>
  text.length <= CUT ? text : fromEnd ? `…${text.slice(-CUT)}` : `${text.slice(0, CUT)}…`;

function exampleOf(dataset: Dataset, group: Group): ExampleRow {
  const pairs = pairsOf(group);
  return {
    row: group.row,
    prompt: cut(group.prompt, true),
    responses: group.responses.map(({ text, source, score }, i) => ({
      text: cut(text),
      source: dataset.sources[source] ?? null,
      score,
      wins: pairs.filter(([winner]) => winner === i).length,
    })),
  };
}

const judgedOf = (dataset: Dataset, { row, prompt, response, desirable }: Unpaired): ExampleRow => ({
  row,
  prompt: cut(prompt, true),
  responses: [
    {
      text: cut(response.text),
      source: dataset.sources[response.source] ?? null,
      score: response.score,
      wins: 0,
    },
  ],
  desirable,
});

/** The first three rows of a dataset, to be shown beside what was guessed. */
export function examplesOf(dataset: Dataset): ExampleRow[] {
  const groups = dataset.groups.slice(0, EXAMPLES).map((group) => exampleOf(dataset, group));
  const judged = dataset.unpaired.slice(0, EXAMPLES - groups.length);
  return [...groups, ...judged.map((item) => judgedOf(dataset, item))];
}

/** What the columns are read as, given what was guessed and what was chosen. */
export function rolesRead(look: Peek, choices: ReadChoices): ColumnRoles | null {
  if (choices.mapping) return rolesOfMapping(choices.mapping);
  if (choices.format !== undefined) return rolesOfFormat(choices.format, look.columns);
  return look.guess?.roles ?? null;
}

/** @throws the signal's reason when cancelled */
export async function look(
  files: readonly FileInput[],
  choices: ReadChoices = {},
  signal?: AbortSignal,
): Promise<Look> {
  const seen = await peek(files, signal);
  const { dataset, counts, notes } = await importFiles(files, {
    ...choices,
    head: HEAD,
    ...(signal && { signal }),
  });
  return {
    ...seen,
    preview: {
      rows: examplesOf(dataset),
      rowsRead: counts.rowsRead,
      rowsKept: counts.rowsKept,
      pairs: counts.pairs,
      sources: dataset.sources,
      target: dataset.sources[dataset.target] ?? null,
      notes,
      // The rows that a row of the target's file belongs to may be further down than a look goes.
      problems: dataset.problems
        .filter(({ what }) => !(choices.targetFile && what === NO_MATCH))
        .slice(0, PROBLEMS),
    },
  };
}
