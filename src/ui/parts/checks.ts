/** Whether the ratio can be believed: a few checks with their numbers, and the engine's warnings in words. */
import { html, nothing, type TemplateResult } from "lit";
import type { RatioSummary } from "../../experiment/events.ts";
import { fixed } from "../text.ts";
import { sentence } from "./words.ts";

interface Check {
  readonly ok: boolean;
  readonly words: string;
  readonly value: string;
}

export function checksOf(ratio: RatioSummary): readonly Check[] {
  const { auc, lengthOnlyAuc, meanH, essFraction, correlation } = ratio;
  const checks: Check[] = [
    {
      ok: auc > 0.55,
      words:
        auc > 0.55
          ? "The classifier tells the sources apart"
          : "The classifier cannot tell the sources apart, so h is flat and DoRA equals DRO",
      value: `AUC ${fixed(auc, 2)}`,
    },
    {
      ok: lengthOnlyAuc < 0.65,
      words:
        lengthOnlyAuc < 0.65
          ? "Length alone does not separate the sources"
          : "Length alone separates the sources well. Part of the ratio may be length, not style",
      value: `AUC ${fixed(lengthOnlyAuc, 2)}`,
    },
    {
      ok: Math.abs(meanH - 1) < 0.2,
      words: `Mean of h over the training mixture is ${Math.abs(meanH - 1) < 0.2 ? "near 1" : "far from 1: the ratio is off"}`,
      value: fixed(meanH, 2),
    },
    {
      ok: essFraction > 0.2,
      words: essFraction > 0.2 ? "Enough responses count" : "Few responses carry most of the weight",
      value: `${fixed(100 * essFraction, 0)} %`,
    },
  ];
  if (correlation !== null) {
    const ok = correlation > 0.5;
    checks.push({
      ok,
      words: `The estimate ${ok ? "follows" : "strays from"} the world’s true log-ratio`,
      value: `r ${fixed(correlation, 2)}`,
    });
  }
  return checks;
}

export function ratioChecks(ratio: RatioSummary): TemplateResult {
  return html`<div class="block">
    <h2 class="sub">Checks</h2>
    <ul class="checks">
      ${checksOf(ratio).map(
        ({ ok, words, value }) =>
          html`<li>
            <span class=${ok ? "ok" : "no"} role="img" aria-label=${ok ? "passed" : "attention"}></span>
            <p>${words}</p>
            <b>${value}</b>
          </li>`,
      )}
    </ul>
    ${ratio.warnings.length > 0 ? warnings(ratio) : nothing}
  </div>`;
}

export function warnings(ratio: RatioSummary): TemplateResult {
  return html`<div class="asides">
    ${ratio.warnings.map(
      (warning) =>
        html`<p class="small aside"><b>${sentence(warning.what)}</b> ${sentence(warning.remedy)}</p>`,
    )}
  </div>`;
}
