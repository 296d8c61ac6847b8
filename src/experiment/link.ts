/**
 * Links: an experiment in a URL fragment, which no browser sends to a server. Two forms, readable and packed; what is
 * too long for either goes into a recipe file. Reading a link computes nothing and fetches nothing.
 */
import { canonicalJson } from "../base/canonical.ts";
import { TiltError } from "../base/errors.ts";
import { contentFrom, contentToPlain, type LinkContent } from "./link-content.ts";
import { MAX_INFLATED, pack, unpack } from "./link-packed.ts";
import { fromReadable, toReadable } from "./link-readable.ts";
import { shown } from "./plain.ts";

export { overlayOf } from "./check.ts";
export { type LinkContent, type LinkNeeds, MAX_INLINE, needsOf } from "./link-content.ts";

/** Above this many characters a link is cut by too many programs; offer a recipe file. */
export const MAX_URL = 2000;
/** Up to this many characters a link stays readable even where packing would be shorter. */
const READABLE = 400;
/** Most characters of a fragment that is looked at. */
const MAX_FRAGMENT = 120_000;

export interface EncodedLink {
  /** The whole address. */
  readonly url: string;
  /** The part from "#". */
  readonly fragment: string;
  /** Characters of `url`. */
  readonly length: number;
  readonly form: "readable" | "packed";
  /** Whether a recipe file would travel better. */
  readonly tooLong: boolean;
}

/**
 * Writes a link.
 * @param page address of the page, without a fragment
 * @throws TiltError when the content cannot be put in a link (data by address without its hash, inline data too large)
 */
export async function encodeLink(content: LinkContent, page = ""): Promise<EncodedLink> {
  const plain = contentToPlain(content);
  const base = page.split("#", 1)[0]!;
  const finish = (form: EncodedLink["form"], fragment: string): EncodedLink => {
    const url = base + fragment;
    return { url, fragment, length: url.length, form, tooLong: url.length > MAX_URL };
  };
  const readable = toReadable(content);
  if (readable !== null && readable.length <= READABLE) return finish("readable", `#${readable}`);
  const packed = `#z1=${await pack(canonicalJson(plain))}`;
  return readable !== null && readable.length < packed.length
    ? finish("readable", `#${readable}`)
    : finish("packed", packed);
}

/** Whether a fragment claims to be an experiment, rather than a place in the page. */
export function isLink(fragment: string): boolean {
  return /^#?(v|z\d*)=/.test(fragment);
}

/**
 * Reads a fragment, or the fragment of a whole address.
 * @throws TiltError (never anything else) that says what is wrong with the link
 */
export async function decodeLink(address: string): Promise<LinkContent> {
  const fragment = address.slice(address.indexOf("#") + 1);
  if (fragment.length > MAX_FRAGMENT) {
    throw new TiltError(`The link is ${fragment.length} characters long; no experiment is that large.`, {
      where: "link",
      remedy: "Ask whoever sent it for a recipe file.",
    });
  }
  const packed = /^z(\d*)=(.*)$/s.exec(fragment);
  if (!packed) {
    if (!isLink(fragment)) {
      throw new TiltError(`${shown(fragment)} is not a Tilt link.`, {
        where: "link",
        remedy:
          "A link has #v=1&… or #z1=… after the page's address. It may have been cut when it was copied.",
      });
    }
    return contentFrom(fromReadable(fragment));
  }
  if (packed[1] !== "1") {
    throw new TiltError(`The link is packed in a way (z${packed[1]}) that this Tilt does not know.`, {
      where: "link",
      remedy: "Reload the page to get the newest Tilt.",
    });
  }
  return contentFrom(parseJson(await unpack(packed[2]!), "link"));
}

/** Writes a recipe file: the same content as readable JSON. */
export function encodeRecipe(content: LinkContent): string {
  return `${JSON.stringify({ tilt: "recipe", ...contentToPlain(content) }, null, 2)}\n`;
}

/** Whether the start of a dropped file looks like a recipe rather than a dataset. */
export function isRecipe(text: string): boolean {
  return /^\s*\{\s*"tilt"\s*:\s*"recipe"/.test(text);
}

/**
 * Reads a recipe file.
 * @throws TiltError (never anything else) that says what is wrong with it
 */
export function decodeRecipe(text: string): LinkContent {
  if (text.length > MAX_INFLATED) {
    throw new TiltError(`The file has ${text.length} characters; no recipe is that large.`, {
      where: "recipe",
      remedy: "If it is a dataset, drop it as one.",
    });
  }
  const plain = parseJson(text.replace(/^\uFEFF/, ""), "recipe");
  if (typeof plain !== "object" || plain === null || (plain as { tilt?: unknown }).tilt !== "recipe") {
    throw new TiltError("The file is not a Tilt recipe.", {
      where: "recipe",
      remedy: 'A recipe is JSON that starts with {"tilt": "recipe".',
    });
  }
  const { tilt: _, ...content } = plain as { tilt: unknown };
  return contentFrom(content);
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new TiltError("It does not hold JSON.", {
      where,
      remedy: "It may have been cut or changed on the way. Get it again, whole.",
      cause,
    });
  }
}
