import type { ReadContext, Reading } from "../../../src/data/formats/format.ts";
import { RowFault } from "../../../src/data/formats/format.ts";
import { detectFormat } from "../../../src/data/formats/index.ts";
import { type Fields, fields, type GoldenCase } from "../case.ts";
import type { GoldenCheck } from "../check.ts";
import type { Comparison } from "../compare.ts";

/** Our ids by the golden's names; conversational variants are one format to us. */
const ids: Readonly<Record<string, string>> = {
  preference: "trl",
  preference_implicit: "trl-implicit",
  hh_rlhf: "hh-rlhf",
  ultrafeedback_binarized: "ultrafeedback-binarized",
  ultrafeedback_argilla: "argilla",
  ultrafeedback_raw: "ultrafeedback-raw",
  nectar: "nectar",
  shp: "shp",
  unpaired: "kto",
  rrhf: "rrhf",
  dora: "dora",
  safe_rlhf: "safe-rlhf",
  prompt_completion: "prompt-completion",
  prompt_only: "prompt-only",
  language_modeling: "text",
  messages: "messages",
  sharegpt: "sharegpt",
};

const context: ReadContext = { options: {}, row: 1, stem: "golden" };

/** The golden's field of a reading. */
function fieldOf(reading: Reading, name: string): unknown {
  if (reading.kind === "single") {
    if (name === "messages") return reading.turns;
    if (name === "completion" || name === "text") return reading.response;
    return reading.prompt;
  }
  if (name === "prompt") return reading.prompt;
  if (reading.kind === "unpaired") return name === "label" ? reading.desirable : reading.response.text;
  const { responses, preferences } = reading;
  const [winner, loser] = preferences?.[0] ?? [];
  if (name === "chosen") return winner === undefined ? undefined : responses[winner]!.text;
  if (name === "rejected") return loser === undefined ? undefined : responses[loser]!.text;
  const one = { responses: "text", scores: "score", sources: "source", probs: "prob" }[
    name
  ] as keyof (typeof responses)[0];
  return responses.map((response) => response[one]);
}

function one(golden: GoldenCase, to: Comparison): void {
  const { format: wanted, ...outputs } = fields(golden, "outputs");
  const row = golden.row as Fields;
  const format = detectFormat(row);
  let reading: Reading | null = null;
  try {
    reading = format?.read(row, context) ?? null;
  } catch (thrown) {
    if (!(thrown instanceof RowFault)) throw thrown;
  }
  if (wanted === null) {
    to.same(golden.id, "format", reading, null);
    return;
  }
  const known = String(wanted);
  to.same(golden.id, "format", format?.id, ids[known] ?? ids[known.replace("_conversational", "")]);
  for (const [name, value] of Object.entries(outputs)) {
    to.same(golden.id, name, reading && fieldOf(reading, name), value);
  }
}

export const check: GoldenCheck = {
  kind: "formats",
  float64(cases, comparison) {
    for (const golden of cases) one(golden, comparison);
  },
};
