/** Links: written from what the page shows, read without running or fetching anything, kept to after a person agrees. */
import type { DigestEnvironment } from "../../experiment/digest.ts";
import type { LinkContent } from "../../experiment/link.ts";
import type { LinkCard } from "../../experiment/link-card.ts";
import type { Spec } from "../../experiment/spec.ts";
import type { Estimate } from "../../experiment/work.ts";
import type { ImportOutcome, ImportProgress } from "./imports.ts";

export interface LinkRequest {
  readonly spec: Spec;
  /** A stored run whose numbers go along as evidence; its spec takes the place of `spec`. */
  readonly run: string | null;
  /** Words for the reader; empty for none. */
  readonly title: string;
  /** Put the rows of the file into the link. */
  readonly inline: boolean;
  /** Address of the page, without a fragment. */
  readonly page: string;
}

export interface MadeLink {
  readonly url: string;
  /** Characters of `url`. */
  readonly length: number;
  /** Whether a recipe file travels better. */
  readonly tooLong: boolean;
  /** The same as a file, with more of the evidence's curves. */
  readonly recipe: string;
  readonly evidence: DigestEnvironment | null;
  /** Where the reader's data comes from. */
  readonly data: "builtin" | "address" | "file" | "inline";
  /** Why the rows cannot go into the link; null when they can, or when no file is used. */
  readonly notInline: string | null;
}

/** A link that was read and checked. Nothing of it has been run or fetched. */
export interface OpenedLink {
  readonly content: LinkContent;
  readonly card: LinkCard;
  /** Hash of the dataset it names, where that is here already. */
  readonly dataset: string | null;
  /** Null when nothing comparable was measured on this machine. */
  readonly estimate: Estimate | null;
}

export interface LinkApi {
  /** @throws TiltError when this cannot be put in a link */
  makeLink(request: LinkRequest): Promise<MadeLink>;
  /** @param address a fragment, or a whole address with one @throws TiltError that says what is wrong with it */
  openLink(address: string): Promise<OpenedLink>;
  /** The fragment that a recipe file stands for. @throws TiltError that says what is wrong with it */
  recipeLink(text: string): Promise<string>;
  /** Whether files are those that a link names, told by their hash. Nothing is stored. */
  isLinkedFile(content: LinkContent, files: readonly File[]): Promise<{ matches: boolean; sha256: string }>;
  /**
   * Gets the data that a link names: out of the link, from the files given, or from its address. What does not have the
   * hash that the link says is not kept.
   * @param files null when none are needed
   */
  bringLinked(
    content: LinkContent,
    files: readonly File[] | null,
    onProgress: (progress: ImportProgress) => void,
  ): Promise<ImportOutcome>;
}
