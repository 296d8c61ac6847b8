/**
 * All formats in the order in which they are tried: the first whose tell-tale columns are there wins. Formats of one particular
 * dataset come before the general ones that would also fit; shapes without a comparison come last.
 */
import { alpacaAnnotations, alpacaOutputs } from "./alpaca-eval.ts";
import type { Format, Row } from "./format.ts";
import { hanna, hannaScores } from "./hanna.ts";
import { hc3 } from "./hc3.ts";
import { hhRlhf } from "./hh-rlhf.ts";
import { m4, truthfulQa } from "./human-machine.ts";
import { dora, rrhf } from "./listwise.ts";
import { nectar } from "./nectar.ts";
import { nemoDpo, nemoReward } from "./nemo.ts";
import { qaFeedback } from "./qa-feedback.ts";
import { safeRlhf } from "./safe-rlhf.ts";
import { messagesPair, sharegptPair } from "./sharegpt.ts";
import { shp } from "./shp.ts";
import {
  conversations,
  instructionOutput,
  messages,
  plainText,
  promptCompletion,
  promptOnly,
} from "./single.ts";
import { trl } from "./trl.ts";
import { trlImplicit } from "./trl-implicit.ts";
import { argilla, ultrafeedbackBinarized } from "./ultrafeedback-pairs.ts";
import { ultrafeedbackRaw } from "./ultrafeedback-raw.ts";
import { unpaired } from "./unpaired.ts";
import { wpA } from "./wp-a.ts";

export const formats: readonly Format[] = [
  dora,
  rrhf,
  nectar,
  ultrafeedbackRaw,
  shp,
  safeRlhf,
  qaFeedback,
  hc3,
  m4,
  truthfulQa,
  hanna,
  hannaScores,
  wpA,
  alpacaAnnotations,
  alpacaOutputs,
  nemoDpo,
  nemoReward,
  sharegptPair,
  messagesPair,
  ultrafeedbackBinarized,
  argilla,
  hhRlhf,
  trl,
  trlImplicit,
  unpaired,
  promptCompletion,
  messages,
  conversations,
  instructionOutput,
  plainText,
  promptOnly,
];

/** The format of one record, or null when none fits. */
export function detectFormat(row: Row): Format | null {
  return formats.find((format) => format.detect(row)) ?? null;
}

/** The format with this id, or null. */
export function formatById(id: string): Format | null {
  return formats.find((format) => format.id === id) ?? null;
}
