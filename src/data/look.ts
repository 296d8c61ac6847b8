/** A look into files before they are read whole: their columns, a guess, and rows as the choices made so far would read them. */
import { type Dataset, type Group, type ImportProblem, pairsOf, type Unpaired } from "./dataset.ts";
import { type ColumnRoles, rolesOfFormat, rolesOfMapping } from "./guess-roles.ts";
import { importFiles } from "./import.ts";
import type { FileInput, ReadChoices } from "./options.ts";
import { type Peek, peek } from "./peek.ts";
import { NO_MATCH } from "./target-file.ts";

/** A row as it was or would be read, long texts cut. */
export interface ExampleRow {
  /** Name of its file, where there are several. */
  readonly file?: string;
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

/** The file that an id of several files' rows names, "2:5" say. */
function fileOf(id: string, files: readonly string[]): { readonly file?: string } {
  const name = id.includes(":") ? files[Number.parseInt(id, 10) - 1] : undefined;
  return name === undefined ? {} : { file: name };
}

function exampleOf(dataset: Dataset, group: Group, files: readonly string[]): ExampleRow {
  const pairs = pairsOf(group);
  return {
    ...fileOf(group.id, files),
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

const judgedOf = (
  dataset: Dataset,
  { id, row, prompt, response, desirable }: Unpaired,
  files: readonly string[],
): ExampleRow => ({
  ...fileOf(id, files),
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

/**
 * The first three rows of a dataset, to be shown beside what was guessed.
 * @param files names of the files that it was read from
 */
export function examplesOf(dataset: Dataset, files: readonly string[]): ExampleRow[] {
  const groups = dataset.groups.slice(0, EXAMPLES).map((group) => exampleOf(dataset, group, files));
  const judged = dataset.unpaired.slice(0, EXAMPLES - groups.length);
  return [...groups, ...judged.map((item) => judgedOf(dataset, item, files))];
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
      rows: examplesOf(
        dataset,
        files.map(({ name }) => name),
      ),
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
