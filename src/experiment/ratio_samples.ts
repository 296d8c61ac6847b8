/** The responses that a ratio report judges: all of a dataset, or those a fold file lists row by row. */
import { TiltError } from "../base/errors.ts";
import { openRecords } from "../data/container/records.ts";
import type { Dataset } from "../data/dataset.ts";
import { isRow } from "../data/formats/fields.ts";
import { defaultLimits, type FileInput } from "../data/options.ts";
import { chatterWorld } from "../data/worlds/chatter.ts";
import type { ChatterOptions } from "../data/worlds/chatter_options.ts";
import { chatterTruth } from "../data/worlds/chatter_truth.ts";
import { groupedFolds } from "../ratio/folds.ts";
import { foldKey, numbered, sourceOrder } from "./source_order.ts";

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

const FOLDS = 5;
/** Chatter has 50 prompts: of few folds each would leave out a good part of what is said on a topic. */
const CHATTER_FOLDS = 25;

/** Folds when nobody says how many: of two prompts at least where they are many. */
function usualFolds({ format }: Dataset, keys: readonly string[]): number {
  if (format !== "chatter") return FOLDS;
  return Math.max(FOLDS, Math.min(CHATTER_FOLDS, Math.floor(new Set(keys).size / 2)));
}

/** Every response of a dataset; folds are drawn by prompt. @throws TiltError when no source is the target */
export function samplesOfDataset(dataset: Dataset, wanted?: number, seed = 1): RatioSamples {
  if (dataset.target < 0) {
    throw new TiltError("No source is named as the target.", {
      where: dataset.name,
      remedy:
        dataset.sources.length > 0 ? `Name one of: ${dataset.sources.join(", ")}.` : "Say who wrote what.",
    });
  }
  const { names, of } = sourceOrder(dataset);
  const rows = dataset.groups.flatMap((group, g) =>
    group.responses.map((response, k) => ({
      response,
      prompt: group.prompt,
      key: foldKey(group, g),
      truth: group.trueLogRatio?.[k],
    })),
  );
  const keys = rows.map(({ key }) => key);
  const folds = wanted ?? usualFolds(dataset, keys);
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
    fold: groupedFolds(keys, folds, seed),
    folds,
    prompt: numbered(keys),
    ...(!truth.includes(undefined) && { trueLogRatio: truth as number[] }),
  };
}

/** Responses of Chatter with everything that is exactly known of them. @throws TiltError as `chatterOptions` */
export function samplesOfChatter(options: Partial<ChatterOptions>, folds?: number): RatioSamples {
  const dataset = chatterWorld(options);
  const samples = samplesOfDataset(dataset, folds);
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

/** Checks what was parsed from a fold file. @throws TiltError saying what is missing */
export function parseFoldFile(value: unknown, where: string): FoldFile {
  const fault = (what: string) =>
    new TiltError(what, { where, remedy: 'Give {"k": 5, "samples": [[row, field, label, fold], ...]}.' });
  if (!isRow(value) || !Array.isArray(value.samples)) throw fault("This is not a fold file.");
  const { k } = value;
  if (typeof k !== "number" || !(k >= 2)) throw fault("`k`, the number of folds, is missing.");
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
