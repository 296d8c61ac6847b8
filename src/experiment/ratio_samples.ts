/** The responses that a ratio report judges: all of a dataset, or those a fold file lists row by row. */
import { TiltError } from "../base/errors.ts";
import { openRecords } from "../data/container/records.ts";
import type { Dataset } from "../data/dataset.ts";
import { isRow } from "../data/formats/fields.ts";
import { defaultLimits, type FileInput } from "../data/options.ts";
import { promptKey } from "../data/split.ts";
import { chatterWorld } from "../data/worlds/chatter.ts";
import type { ChatterOptions } from "../data/worlds/chatter_options.ts";
import { chatterTruth } from "../data/worlds/chatter_truth.ts";
import { lossById } from "../objective/losses/index.ts";
import { groupedFolds } from "../ratio/folds.ts";
import { asJudged } from "./judged.ts";
import { splitOfRun } from "./run_split.ts";
import { foldKey, numbered, sourceOrder } from "./source_order.ts";
import { defaultSpec, type Spec } from "./spec.ts";

/** Responses with their sources and folds. */
export interface RatioSamples {
  readonly name: string;
  /** Format id; "folds" for texts that a fold file names. */
  readonly format: string;
  readonly texts: readonly string[];
  /** What each text answers; absent where only texts are at hand. */
  readonly prompts?: readonly string[];
  /** 0 = target, i = synthetic source i, -1 = unknown. */
  readonly category: Int32Array;
  /** Names by category, target first. */
  readonly names: readonly string[];
  /** What metrics are listed by: a source, or a field of the file. */
  readonly part: readonly string[];
  readonly fold: Int32Array;
  readonly folds: number;
  /** Number of the prompt that each text answers; absent where only texts are at hand. */
  readonly prompt?: Int32Array;
  /** Exact log Q0/P, on worlds. */
  readonly trueLogRatio?: readonly number[];
  /** Exact log Q0/Qi, [source][sample], on Chatter. */
  readonly trueSourceLogRatios?: readonly (readonly number[])[];
}

/** Chatter has 50 prompts: of few folds each would leave out a good part of what is said on a topic. */
const CHATTER_FOLDS = 25;

/** Folds when nobody says how many: the spec's, and on Chatter as many as leave two prompts to each. */
export function usualFolds({ format, groups }: Dataset, { ratio: { folds } }: Spec): number {
  if (format !== "chatter") return folds;
  const prompts = new Set(groups.map((group, g) => foldKey(group, g))).size;
  return Math.max(folds, Math.min(CHATTER_FOLDS, Math.floor(prompts / 2)));
}

/**
 * The responses that a run of the spec looks at, in its order, so that folds and numbers are those of the run: training
 * groups first, then the held-out ones. Folds are drawn by prompt.
 * @throws TiltError when no source is the target, or there are fewer prompts than folds
 */
export function samplesOfDataset(given: Dataset, folds?: number, spec: Spec = defaultSpec()): RatioSamples {
  const dataset = lossById(spec.train.loss).family === "unpaired" ? asJudged(given) : given;
  if (dataset.groups.length === 0) {
    throw new TiltError("There is no row with two responses to compare.", {
      where: dataset.name,
      remedy: "Check the file's format; every row needs a prompt and two responses or more.",
    });
  }
  if (dataset.target < 0) {
    const { sources } = dataset;
    throw new TiltError("No source is named as the target.", {
      where: dataset.name,
      remedy:
        sources.length > 0
          ? `Name one of: ${sources.join(", ")}.`
          : "Say who wrote what: by a rule, or by a file of the target's responses.",
    });
  }
  const own = orderOfGroups(dataset, spec);
  const { names, of } = sourceOrder(
    dataset,
    own.map((g) => dataset.groups[g]!),
  );
  const rows = own.flatMap((g) => {
    const group = dataset.groups[g]!;
    return group.responses.map((response, k) => ({
      response,
      prompt: group.prompt,
      key: foldKey(group, g),
      truth: group.trueLogRatio?.[k],
    }));
  });
  const keys = rows.map(({ key }) => key);
  const count = folds ?? usualFolds(dataset, spec);
  const truth = rows.map((row) => row.truth);
  const category = Int32Array.from(rows, ({ response }) => of(response.source));
  return {
    name: dataset.name,
    format: dataset.format,
    texts: rows.map(({ response }) => response.text),
    prompts: rows.map(({ prompt }) => prompt),
    category,
    names,
    part: Array.from(category, (c) => names[c] ?? ""),
    fold: groupedFolds(keys, count, spec.seed),
    folds: count,
    prompt: numbered(keys),
    ...(!truth.includes(undefined) && { trueLogRatio: truth as number[] }),
  };
}

/** Training groups first, then those held out; as they come where nothing asks, and so nothing can be split by prompt. */
function orderOfGroups(dataset: Dataset, spec: Spec): readonly number[] {
  if (dataset.groups.every(({ prompt }) => promptKey(prompt) === "")) return [...dataset.groups.keys()];
  const { train, heldOut } = splitOfRun(spec, dataset);
  return [...train, ...heldOut];
}

/**
 * Responses of Chatter with everything that is exactly known of them.
 * @throws TiltError as `chatterOptions`
 */
export function samplesOfChatter(
  options: Partial<ChatterOptions>,
  folds?: number,
  spec: Spec = defaultSpec(),
): RatioSamples {
  const dataset = chatterWorld(options);
  const samples = samplesOfDataset(dataset, folds, spec);
  const truth = chatterTruth(options);
  const densities = samples.texts.map((text, i) => truth.score(samples.prompts![i]!, text)!.logDensities);
  const target = dataset.target;
  return {
    ...samples,
    trueSourceLogRatios: samples.names.slice(1).map((name) => {
      const source = dataset.sources.indexOf(name);
      return densities.map((own) => own[target]! - own[source]!);
    }),
  };
}

/** A fold file: [row, field, label, fold] per sample; label 1 is the target. */
export interface FoldFile {
  readonly dataset: string;
  readonly k: number;
  readonly samples: readonly (readonly [row: number, field: string, label: number, fold: number])[];
}

/** Every fold is a model. */
const MOST_FOLDS = 100;

/** Checks what was parsed from a fold file. @throws TiltError saying what is missing */
export function parseFoldFile(value: unknown, where: string): FoldFile {
  const fault = (what: string) =>
    new TiltError(what, { where, remedy: 'Give {"k": 5, "samples": [[row, field, label, fold], ...]}.' });
  if (!isRow(value) || !Array.isArray(value.samples)) throw fault("This is not a fold file.");
  const { k } = value;
  if (typeof k !== "number" || !Number.isInteger(k) || k < 2 || k > MOST_FOLDS) {
    throw fault(`\`k\`, the number of folds, should be a whole number from 2 to ${MOST_FOLDS}.`);
  }
  const samples = value.samples.map((sample: unknown, i): FoldFile["samples"][number] => {
    const [row, field, label, fold] = Array.isArray(sample) ? sample : [];
    const fits =
      Number.isInteger(row) &&
      typeof field === "string" &&
      (label === 0 || label === 1) &&
      Number.isInteger(fold);
    if (!fits || fold < 0 || fold >= k) throw fault(`Sample ${i + 1} is ${JSON.stringify(sample)}.`);
    return [row, field, label, fold];
  });
  return { dataset: typeof value.dataset === "string" ? value.dataset : where, k, samples };
}

/**
 * The texts that a fold file names, read straight from the file's records.
 * @throws TiltError naming the row and field that is not there
 */
export async function samplesOfFolds(file: FileInput, folds: FoldFile): Promise<RatioSamples> {
  const records: unknown[] = [];
  const looksLikeRow = (value: Readonly<Record<string, unknown>>) =>
    folds.samples.slice(0, 50).some(([, field]) => textAt(value, field) !== undefined);
  const { open } = await openRecords(file, { limits: defaultLimits, isRow: looksLikeRow });
  const source = await open();
  for await (const batch of source.batches) for (const record of batch) records.push(record.value);
  const texts = folds.samples.map(([row, field]) => {
    const text = textAt(records[row], field);
    if (text !== undefined) return text;
    throw new TiltError(`Row ${row} (from 0) has no text in \`${field}\`.`, {
      where: file.name,
      remedy: "Check that the folds belong to this file.",
    });
  });
  return {
    name: folds.dataset,
    format: "folds",
    texts,
    category: Int32Array.from(folds.samples, ([, , label]) => (label === 1 ? 0 : 1)),
    names: ["target", "synthetic"],
    part: folds.samples.map(([, field]) => field.replace(/\[\d+\]$/, "")),
    fold: Int32Array.from(folds.samples, ([, , , fold]) => fold),
    folds: folds.k,
  };
}

/** The string in `field`, or element i of the list in `field` where the name is "field[i]". */
function textAt(record: unknown, field: string): string | undefined {
  if (!isRow(record)) return undefined;
  const direct = record[field];
  if (typeof direct === "string") return direct;
  const indexed = /^(.*)\[(\d+)\]$/.exec(field);
  if (!indexed) return undefined;
  const list = record[indexed[1]!];
  const item: unknown = Array.isArray(list) ? list[Number(indexed[2])] : undefined;
  return typeof item === "string" ? item : undefined;
}
