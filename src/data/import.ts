/**
 * The importer: files of any known shape in, one `Dataset` out, with every row that was left out or changed by name and reason.
 */
import { TiltError } from "../base/errors.ts";
import { numbersOf } from "../base/lazy_list.ts";
import { sha256 } from "../base/sha256.ts";
import { assembler } from "./assemble.ts";
import { type Dataset, type ImportProblem, pairsOf } from "./dataset.ts";
import { defaultLimits, type FileInput, type ImportOptions } from "./options.ts";
import { labelsOf } from "./packed/groups.ts";
import { problemList } from "./problems.ts";
import { type ImportedFile, readFile, type State } from "./read-file.ts";
import { applySourceRule, guessTarget, preferTarget } from "./sources.ts";
import { TARGET_NAME, targetFileNote, targetJoin } from "./target-file.ts";

export type { ImportedFile } from "./read-file.ts";

export interface ImportCounts {
  /** Records met, in all files; the next two add up to it. */
  readonly rowsRead: number;
  readonly rowsKept: number;
  readonly rowsLeftOut: number;
  /** Rows that are kept, but changed. */
  readonly rowsRepaired: number;
  readonly groups: number;
  readonly responses: number;
  readonly pairs: number;
  /** Groups in which nobody is preferred: kept for the source classifier, but no pair to train on. */
  readonly ties: number;
  readonly unpaired: number;
}

export interface ImportResult {
  readonly dataset: Dataset;
  readonly files: readonly ImportedFile[];
  readonly counts: ImportCounts;
  /** The formats that were read, with the columns they use: the guess to show. */
  readonly formats: readonly {
    readonly id: string;
    readonly label: string;
    readonly columns: readonly string[];
  }[];
  /** What was assumed beyond what the files say. Show these. */
  readonly notes: readonly string[];
}

/**
 * Reads preference data.
 *
 * Never throws for bad content: what cannot be read is in `dataset.problems`, and the good rows are kept. A result without
 * groups and unpaired rows means that nothing was understood.
 * @throws TiltError when no file is given; the signal's reason when cancelled
 */
export async function importFiles(
  files: readonly FileInput[],
  options: ImportOptions = {},
): Promise<ImportResult> {
  if (files.length === 0)
    throw new TiltError("There is no file to import.", { remedy: "Choose at least one file." });
  options.signal?.throwIfAborted();
  const limits = { ...defaultLimits, ...options.limits };
  const state: State = {
    options,
    limits,
    assembler: assembler(options.template ?? "as-is", targetJoin(options), limits.plain, options.room),
    problems: problemList(limits.problems),
    formats: new Set(),
    totalBytes: files.reduce((sum, file) => sum + file.size, 0),
    bytes: 0,
    rowsRead: 0,
    rowsLeftOut: 0,
    rowsRepaired: 0,
    lastReport: performance.now(),
  };
  const read: ImportedFile[] = [];
  for (const [i, file] of files.entries()) {
    if (state.rowsRead >= (options.maxRows ?? Number.POSITIVE_INFINITY)) break;
    read.push(await readFile(state, file, i, files.length > 1));
  }
  const { groups, unpaired, sources } = state.assembler.finish((problem: ImportProblem, rows) => {
    state.rowsLeftOut += rows;
    state.problems.add(problem);
  });
  const dataset = finishDataset(state, read, { groups, unpaired, sources });
  const { bytes, totalBytes, rowsRead, rowsLeftOut } = state;
  options.onProgress?.({
    file: files.at(-1)!.name,
    fileIndex: files.length - 1,
    bytes,
    totalBytes,
    rowsRead,
    rowsLeftOut,
  });
  const labels = labelsOf(dataset.groups);
  const pairs = numbersOf(labels, new Uint32Array(dataset.groups.length), (group) => pairsOf(group).length);
  return {
    dataset,
    files: read,
    counts: {
      rowsRead,
      rowsKept: rowsRead - rowsLeftOut,
      rowsLeftOut,
      rowsRepaired: state.rowsRepaired,
      groups: dataset.groups.length,
      responses: labels.reduce((sum, { responses }) => sum + responses.length, 0),
      pairs: pairs.reduce((sum, count) => sum + count, 0),
      ties: pairs.reduce((ties, count) => ties + (count === 0 ? 1 : 0), 0),
      unpaired: dataset.unpaired.length,
    },
    formats: [...state.formats].map(({ id, label, columns }) => ({ id, label, columns })),
    notes: [...state.formats]
      .flatMap((format) => format.note ?? [])
      .concat(missingTarget(options, dataset), targetFileNote(options, files)),
  };
}

/** A target that was asked for by a name that nobody has. */
function missingTarget({ target, sourceRule }: ImportOptions, { sources }: Dataset): string[] {
  if (target === undefined || sourceRule !== undefined || sources.includes(target)) return [];
  const known = sources.length > 0 ? `The file names ${sources.join(", ")}.` : "The file names no sources.";
  return [`No response is by “${target}”, so there is no target yet. ${known}`];
}

/** Names the target, applies the source rule, and adds the file's identity. */
function finishDataset(
  state: State,
  files: readonly ImportedFile[],
  read: Pick<Dataset, "groups" | "unpaired" | "sources">,
): Dataset {
  const { options } = state;
  const formats = [...state.formats];
  const wanted =
    options.target ??
    options.targetFile?.target ??
    (options.targetFile && TARGET_NAME) ??
    options.mapping?.target ??
    formats.find((format) => format.target)?.target;
  const named = wanted === undefined ? guessTarget(read.sources) : read.sources.indexOf(wanted);
  const dataset: Dataset = {
    name:
      options.name ??
      files[0]!.name
        .replace(/^.*[/\\]/, "")
        .replace(/(?:\.(?:gz|gzip))?$/i, "")
        .replace(/\.\w+$/, ""),
    hash: files.length === 1 ? files[0]!.hash : sha256(files.map((file) => `${file.hash}\n`).join("")),
    format: [...new Set(formats.map((format) => format.id))].join("+") || "unknown",
    sources: read.sources,
    target: named,
    groups: read.groups,
    unpaired: read.unpaired,
    rowsRead: state.rowsRead,
    problems: state.problems.listed,
    problemsOmitted: state.problems.omitted(),
  };
  const ruled = options.sourceRule ? applySourceRule(dataset, options.sourceRule) : dataset;
  const told = options.target === undefined ? -1 : ruled.sources.indexOf(options.target);
  const target = told >= 0 ? told : ruled.target;
  const prefers = options.targetPreferred ?? formats.some((format) => format.targetPreferred);
  return { ...ruled, target, groups: prefers ? preferTarget(ruled.groups, target) : ruled.groups };
}
