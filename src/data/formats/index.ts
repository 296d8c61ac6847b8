/** All formats in the order in which they are tried: the first whose tell-tale columns are there wins. */
import type { Format, Row } from "./format.ts";
import { hhRlhf } from "./hh-rlhf.ts";
import { dora, rrhf } from "./listwise.ts";
import { qaFeedback } from "./qa-feedback.ts";
import { trl } from "./trl.ts";
import { trlImplicit } from "./trl-implicit.ts";

export const formats: readonly Format[] = [dora, rrhf, qaFeedback, hhRlhf, trl, trlImplicit];

/** The format of one record, or null when none fits. */
export function detectFormat(row: Row): Format | null {
  return formats.find((format) => format.detect(row)) ?? null;
}

/** The format with this id, or null. */
export function formatById(id: string): Format | null {
  return formats.find((format) => format.id === id) ?? null;
}
