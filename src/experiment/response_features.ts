/** What the source classifier sees of a response: n-grams of a text, or a point's place in the plane. */
import type { Csr } from "../base/csr.ts";
import { parsePoint } from "../data/worlds/plane_truth.ts";
import type { ClassifierOptions } from "../ratio/classifier_options.ts";
import { pointFeatures } from "../ratio/point_features.ts";
import { type FittedNgrams, hashedNgrams, type NgramOptions, type NgramTable } from "../text/ngrams.ts";
import type { Spec } from "./spec.ts";

export interface ResponseFeatures {
  /** One row per text. */
  readonly features: Csr;
  /** Texts were read up to this many UTF-16 units; Infinity when none was cut. */
  readonly readUpTo: number;
  /** Rows for texts not seen before. @throws TiltError where that takes a language model */
  transform(texts: readonly string[]): Csr;
  /** How n-grams find their column; absent where features are no n-grams. */
  readonly table?: NgramTable;
  /** The same as plain data, to keep. */
  readonly fitted?: FittedNgrams;
  /** The same texts with longer runs of characters; absent where nobody left their length open. */
  readonly longer?: () => ResponseFeatures;
  /** How to train a linear classifier on them, where the defaults for text do not fit. */
  readonly training: Partial<ClassifierOptions>;
}

/**
 * The worlds' log-ratios are linear in their features: trained to the optimum of a penalty, not stopped early. In Plane all
 * sources at once: the wide one overlaps both others, and so says how far apart these are where they do not meet.
 */
const POINTS_TRAINING = { kind: "nway", l2: [1e-4], steps: 200, every: 200 } as const;
const CHATTER_TRAINING = { l2: [1e-3, 3e-3, 1e-2], steps: 120, every: 60 };

/** Runs of characters that are tried after the default's, where that may help. */
const LONGER = [2, 5] as const;

/** Which n-grams a spec asks for. */
export function ngramOptions({ ratio: { hashBits, ngrams, chars } }: Spec): Partial<NgramOptions> {
  return {
    bits: hashBits,
    words: [1, ngrams],
    ...(chars !== null && { chars: chars === 0 ? null : [Math.min(2, chars), chars] }),
  };
}

/**
 * Features fitted to `texts`.
 * @param format a dataset's format id: worlds have features of their own, everything else is text
 * @param options override the format's own n-gram settings
 */
export function responseFeatures(
  format: string,
  texts: readonly string[],
  options: Partial<NgramOptions> = {},
): ResponseFeatures {
  if (format === "plane") {
    const points = (some: readonly string[]) => some.map((text) => parsePoint(text) ?? ([0, 0] as const));
    const fitted = pointFeatures(points(texts));
    return {
      features: fitted.features,
      readUpTo: Infinity,
      transform: (more) => fitted.transform(points(more)),
      training: POINTS_TRAINING,
    };
  }
  // Chatter's log-ratio is linear in plain word counts; pairs of words, and words of two texts only, would add noise.
  if (format === "chatter") {
    const plain = { words: [1, 1], chars: null, weighting: "plain", minTexts: 3, idf: 0 } as const;
    return { ...hashedNgrams(texts, { ...options, ...plain }), training: CHATTER_TRAINING };
  }
  return {
    ...hashedNgrams(texts, options),
    training: {},
    ...(options.chars === undefined && {
      longer: () => responseFeatures(format, texts, { ...options, chars: LONGER }),
    }),
  };
}
