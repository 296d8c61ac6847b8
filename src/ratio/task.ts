/** What the source classifier is asked: who wrote each sample, and which fold's model may not see it. */
import type { Csr } from "../base/csr.ts";
import { TiltError } from "../base/errors.ts";

export interface ClassifierTask {
  /** One row per sample. */
  readonly features: Csr;
  /** 0 = target, i = synthetic source i, -1 = unknown (scored, never trained on). */
  readonly category: Int32Array;
  /** Number of synthetic sources. */
  readonly synthetic: number;
  /** Fold per sample, 0 ... folds - 1. */
  readonly fold: Int32Array;
  readonly folds: number;
  /** Names of the sources, target first: what errors call them. */
  readonly names?: readonly string[];
  /** Number of its prompt per sample, where several responses answer the same one; absent where that is not known. */
  readonly prompt?: Int32Array;
}

/** Leaves no fold out. */
export const NO_FOLD = -1;

/** "binary": one head per synthetic source, target against it. "nway": one softmax over all sources. */
export type HeadKind = "binary" | "nway";

/** Whether a sample takes part in binary head `head`. */
export function inHead(category: number, head: number): boolean {
  return category === 0 || category === head + 1;
}

/** Indices of the samples that take part in binary head `head`. */
export function samplesInHead({ category }: ClassifierTask, head: number): number[] {
  return [...category.keys()].filter((i) => inHead(category[i]!, head));
}

/** Indices of the samples whose source is known. */
export function knownSamples({ category }: ClassifierTask): number[] {
  return [...category.keys()].filter((i) => category[i]! >= 0);
}

/** 1 for the target's samples, 0 for all others. */
export function targetLabels({ category }: ClassifierTask, samples: readonly number[]): number[] {
  return samples.map((i) => (category[i] === 0 ? 1 : 0));
}

/** Samples per source, target first; those of unknown source are left out. */
export function countBySource({ category, synthetic }: ClassifierTask): number[] {
  const counts = Array<number>(synthetic + 1).fill(0);
  for (const c of category) if (c >= 0) counts[c]!++;
  return counts;
}

/**
 * Responses that a source is taken to have more to every prompt, in proportion to its share: a prompt with few responses
 * says little about who answers it.
 */
const SMOOTHING = 4;

/**
 * How much a sample counts within its class so that a prompt, too, holds the classes in their overall shares: expected
 * count over actual count, smoothed. Who happened to answer a prompt more often is no sign of who wrote a response: the ratio
 * is of responses *given* the prompt. All 1 where prompts are unknown, or hold the classes in like shares.
 * @param classOf class of a sample, -1 for those left out
 */
function withinPrompts({ prompt, category }: ClassifierTask, classOf: (i: number) => number): Float64Array {
  const factor = new Float64Array(category.length).fill(1);
  if (!prompt) return factor;
  const ofClass = new Map<number, number>();
  const ofPrompt = new Map<number, Map<number, number>>();
  let total = 0;
  for (let i = 0; i < category.length; i++) {
    const own = classOf(i);
    if (own < 0) continue;
    total++;
    ofClass.set(own, (ofClass.get(own) ?? 0) + 1);
    const there = ofPrompt.get(prompt[i]!) ?? new Map<number, number>();
    there.set(own, (there.get(own) ?? 0) + 1);
    ofPrompt.set(prompt[i]!, there);
  }
  for (let i = 0; i < category.length; i++) {
    const own = classOf(i);
    if (own < 0) continue;
    const there = ofPrompt.get(prompt[i]!)!;
    const size = [...there.values()].reduce((sum, count) => sum + count, 0);
    const share = ofClass.get(own)! / total;
    factor[i] = (share * (size + SMOOTHING)) / (there.get(own)! + share * SMOOTHING);
  }
  return factor;
}

/** Every class gets the same mass, its samples theirs by `factor`; samples of class -1 get none. All sum to 1. */
function equalMass(classOf: (i: number) => number, classes: number, factor: Float64Array): Float64Array {
  const mass = new Float64Array(classes);
  factor.forEach((value, i) => {
    const own = classOf(i);
    if (own >= 0) mass[own]! += value;
  });
  return factor.map((value, i) => {
    const own = classOf(i);
    return own < 0 ? 0 : value / (classes * mass[own]!);
  });
}

function asTheyOccur(classOf: (i: number) => number, samples: number): Float64Array {
  const used = Float64Array.from({ length: samples }, (_, i) => (classOf(i) < 0 ? 0 : 1));
  const total = used.reduce((sum, one) => sum + one, 0);
  return used.map((one) => one / total);
}

/**
 * The weight of every sample in the loss of one (fold, head): 0 when it is held out or not of that head. The others sum
 * to 1; when `balanced`, target and synthetic share it equally, and prompts count alike for both.
 * @param fold the fold left out; NO_FOLD leaves none out
 */
export function headWeights(
  task: ClassifierTask,
  fold: number,
  head: number,
  balanced: boolean,
): Float64Array {
  const { category } = task;
  const classOf = (i: number): number =>
    task.fold[i] !== fold && inHead(category[i]!, head) ? Math.min(1, category[i]!) : -1;
  if (!balanced) return asTheyOccur(classOf, category.length);
  return equalMass(classOf, 2, withinPrompts(task, classOf));
}

/** The same for an n-way model: every source has equal mass when `balanced`. */
export function nwayWeights(task: ClassifierTask, fold: number, balanced: boolean): Float64Array {
  const { category, synthetic } = task;
  const classOf = (i: number): number => (task.fold[i] !== fold ? category[i]! : -1);
  if (!balanced) return asTheyOccur(classOf, category.length);
  return equalMass(classOf, synthetic + 1, withinPrompts(task, classOf));
}

/** @throws TiltError unless every model sees target and synthetic samples */
export function checkTask(task: ClassifierTask): void {
  if (task.synthetic < 1) {
    throw new TiltError("There is no synthetic source to compare the target with.", {
      where: "source classifier",
      remedy: "Name which responses come from another source.",
    });
  }
  const seen = Array.from({ length: task.synthetic + 1 }, () => new Set<number>());
  task.category.forEach((source, i) => {
    if (source >= 0) seen[source]!.add(task.fold[i]!);
  });
  const rare = [...seen.keys()].filter((source) => seen[source]!.size < 2);
  if (rare.length === 0) return;
  throw new TiltError(
    `All responses of ${namesOf(rare, task)} are in one of ${task.folds} folds; the model that leaves it out would see none.`,
    {
      where: "source classifier",
      remedy: rare.includes(0)
        ? "Add responses of the target to other prompts, or name another target."
        : "Add their responses to other prompts, take other folds (another seed), or leave that source out.",
    },
  );
}

/** So many names stand in an error; the rest are counted. */
const NAMED = 3;

function namesOf(sources: readonly number[], { names }: ClassifierTask): string {
  const told = sources
    .slice(0, NAMED)
    .map((source) => names?.[source] ?? (source === 0 ? "the target" : `synthetic source ${source}`));
  const more = sources.length - told.length;
  if (more > 0) return `${told.join(", ")} and ${more} more`;
  return told.length > 1 ? `${told.slice(0, -1).join(", ")} and ${told.at(-1)}` : told[0]!;
}
