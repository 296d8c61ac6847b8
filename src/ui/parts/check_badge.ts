/** Whether a run from a link gave what the link promised, in a word and a sign. */
import { html, type TemplateResult } from "lit";
import type { Check } from "../../experiment/check.ts";

type Verdict = Check["comparison"]["verdict"];

const BADGES: Readonly<Record<Verdict, readonly [sign: string, words: string, kind: string]>> = {
  "bit-identical": ["=", "Bit-identical", "same"],
  "within tolerance": ["≈", "Within tolerance", "near"],
  different: ["≠", "Different", "diff"],
  unknown: ["?", "Not compared", "uncompared"],
};

export function badge(verdict: Verdict, words?: string): TemplateResult {
  const [sign, usual, kind] = BADGES[verdict];
  return html`<span class="badge ${kind}"><i aria-hidden="true">${sign}</i>${words ?? usual}</span>`;
}

export function checkBadge({ comparison }: Check): TemplateResult {
  return badge(comparison.verdict);
}
