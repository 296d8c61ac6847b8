/** Content for a link: an experiment as the page or a stored run has it, with what is needed to repeat it elsewhere. */
import type { Dataset } from "../data/dataset.ts";
import type { ReadChoices } from "../data/options.ts";
import { digestOfRecord, sampleDigest } from "./digest.ts";
import type { RunRecord } from "./events.ts";
import { type EncodedLink, encodeLink, type LinkContent, MAX_INLINE, MAX_URL } from "./link.ts";
import { type Spec, withField } from "./spec.ts";

export interface LinkParts {
  readonly spec: Spec;
  /** The run whose numbers go along as evidence. */
  readonly record?: RunRecord;
  readonly title?: string;
  /** The dataset, where it came from a file. */
  readonly dataset?: Pick<Dataset, "name" | "sources" | "target" | "hash">;
  readonly reading?: ReadChoices;
  /** Text of the file, when its rows are to travel in the link. */
  readonly inline?: string;
}

/** Puts a link's content together. A target that was named by hand becomes part of the spec. */
export function contentFor(parts: LinkParts): LinkContent {
  const { record, title, dataset, reading, inline } = parts;
  let { spec } = parts;
  const target = dataset?.sources[dataset.target];
  if (spec.data.source.startsWith("file:") && target !== undefined && spec.data.target === "")
    spec = withField(spec, "data.target", target);
  const fromFile = spec.data.source.startsWith("file:");
  const evidence = record?.outcome === "done" ? digestOfRecord(record) : undefined;
  return {
    spec,
    ...(title?.trim() && { title: title.trim().slice(0, 120) }),
    ...(fromFile && dataset && { file: dataset.name.slice(0, 200) }),
    ...(fromFile && reading && Object.keys(reading).length > 0 && { reading }),
    ...(evidence && { digest: evidence }),
    ...(fromFile && inline !== undefined && { inline }),
  };
}

/** Points per curve to try, most first, until the link is short enough. */
const SAMPLES: readonly (readonly [curves: number, points: number])[] = [
  [5, 12],
  [3, 6],
  [2, 4],
  [1, 3],
];

/**
 * The link with as much of the evidence's curves as fits.
 * @throws TiltError as `encodeLink`
 */
export async function fittingLink(
  content: LinkContent,
  page: string,
): Promise<EncodedLink & { readonly content: LinkContent }> {
  const { digest } = content;
  if (!digest) return { ...(await encodeLink(content, page)), content };
  let last: (EncodedLink & { content: LinkContent }) | undefined;
  for (const [curves, points] of SAMPLES) {
    const sampled = { ...content, digest: sampleDigest(digest, curves, points) };
    last = { ...(await encodeLink(sampled, page)), content: sampled };
    // Half of what chat programs take: readable beats exhaustive.
    if (last.length <= MAX_URL / 2) break;
  }
  return last!;
}

/** Whether a text may travel in a link; why not, in words, otherwise. */
export function whyNotInline(bytes: number): string | null {
  if (bytes <= MAX_INLINE) return null;
  return `The file has ${Math.ceil(bytes / 1000)} kB; at most ${MAX_INLINE / 1000} kB go into a link.`;
}
