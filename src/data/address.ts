/** The address of data that came from files: their bytes, and how they were read where that makes other groups of them. */
import { canonicalJson } from "../base/canonical.ts";
import { sha256 } from "../base/sha256.ts";
import type { ReadChoices } from "./options.ts";

/**
 * Choices that make other groups of the same bytes give the data an address of its own, so that runs, estimates, exports
 * and links never mix two readings. Who the target is can change at any time, and is not part of it.
 * @param hash SHA-256 of the bytes, as `Dataset.hash` after an import
 */
export function addressOf(hash: string, choices: ReadChoices): string {
  const { sourceRule: _, target: __, ...shape } = choices;
  const told = Object.entries(shape).filter(
    ([name, value]) => value !== undefined && !(name === "template" && value === "as-is"),
  );
  return told.length === 0 ? hash : sha256(`${hash}\n${canonicalJson(Object.fromEntries(told))}`);
}
