/** Whether the ratio can be believed: a few checks with their numbers, and the engine's warnings in words. */
import { html, nothing, type TemplateResult } from "lit";
import type { RatioSummary } from "../../experiment/events.ts";
import { calibrationSlope } from "../ratio/scatter_layout.ts";
import { fixed } from "../text.ts";
import { sentence } from "./words.ts";

export interface Check {
  readonly ok: boolean;
  readonly words: string;
  readonly value: string;
}

/** AUC above which h is as good as an indicator of the source, and below which it is flat. */
const PERFECT = 0.99;
const FLAT = 0.55;
const LENGTH = 0.65;
/** Effective sample of the groups from which their h counts as equal. */
const EVEN = 0.99;
/** How far from 1 a mean may be before it counts, unless its own interval is wider. */
const TOLERANCE = 0.1;

export function checksOf(ratio: RatioSummary): readonly Check[] {
  return [
    separation(ratio),
    length(ratio),
    ...means(ratio),
    ...order(ratio),
    ...honesty(ratio),
    sample(ratio),
    ...groups(ratio),
    ...truth(ratio),
  ];
}

function separation({ auc, details }: RatioSummary): Check {
  const value = `AUC ${fixed(auc, 3)}`;
  const perfect = details?.scores.filter((score) => score.source !== "all" && score.auc >= PERFECT) ?? [];
  if (perfect.length > 0) {
    const names = perfect.map(({ source }) => source).join(" and ");
    return {
      ok: false,
      value,
      words: `${names} can be told apart almost perfectly: h is little more than an indicator of the source`,
    };
  }
  if (auc <= FLAT) {
    return {
      ok: false,
      value,
      words: "The classifier cannot tell the sources apart, so h is flat and DoRA equals DRO",
    };
  }
  return { ok: true, value, words: "The sources can be told apart, and overlap" };
}

function length({ lengthOnlyAuc }: RatioSummary): Check {
  const ok = Math.max(lengthOnlyAuc, 1 - lengthOnlyAuc) < LENGTH;
  return {
    ok,
    words: ok
      ? "Length alone does not separate the sources"
      : "Length alone separates the sources well. Part of the ratio may be length, not style",
    value: `AUC ${fixed(lengthOnlyAuc, 3)}`,
  };
}

function means({ meanH, details }: RatioSummary): Check[] {
  const near = (value: number, half: number): boolean => Math.abs(value - 1) <= Math.max(TOLERANCE, half);
  if (!details) {
    const ok = near(meanH, 0);
    return [
      {
        ok,
        words: `Mean of h over the mixture is ${ok ? "near 1" : "far from 1: the ratio is off"}`,
        value: fixed(meanH, 2),
      },
    ];
  }
  const one = near(details.meanH, details.meanHHalfWidth);
  const inverse = near(details.meanInverseH, details.meanInverseHHalfWidth);
  return [
    {
      ok: one,
      words: `Mean of h over the mixture ${one ? oneOf(details.meanH, details.meanHHalfWidth) : "should be 1: the ratio is off"}`,
      value: withHalf(details.meanH, details.meanHHalfWidth),
    },
    {
      ok: inverse,
      words: `Mean of 1/h over the target ${inverse ? oneOf(details.meanInverseH, details.meanInverseHHalfWidth) : "should be 1: the target misses part of the mixture, or the ratio is off"}`,
      value: withHalf(details.meanInverseH, details.meanInverseHHalfWidth),
    },
  ];
}

/** A mean that passes is 1 as far as its samples can tell, or only near it. */
const oneOf = (value: number, half: number): string =>
  Math.abs(value - 1) <= half ? "is 1 within its error" : "is near 1";

function order({ bySource }: RatioSummary): Check[] {
  const [target, ...synthetic] = bySource;
  if (!target || synthetic.length === 0) return [];
  const ok = synthetic.every(({ meanH }) => meanH < target.meanH);
  return [
    {
      ok,
      words: ok
        ? "Mean h is highest on the target"
        : "A synthetic source has a higher mean h than the target",
      value: [target.meanH, ...synthetic.map(({ meanH }) => meanH).sort((a, b) => b - a)]
        .slice(0, 4)
        .map((value) => fixed(value, 2))
        .join(ok ? " › " : ", "),
    },
  ];
}

function honesty({ details }: RatioSummary): Check[] {
  if (!details) return [];
  const { ece, eceNoise } = details.calibrated;
  const ok = ece <= 0.05 + eceNoise;
  return [
    {
      ok,
      words: ok
        ? `Probabilities mean what they say; chance alone shows ${fixed(eceNoise, 3)}`
        : "Probabilities are off, and the error goes straight into h: calibrate, or use fewer features",
      value: `ECE ${fixed(ece, 3)}`,
    },
  ];
}

function sample({ essFraction }: RatioSummary): Check {
  const ok = essFraction > 0.2;
  return {
    ok,
    words: ok
      ? "Enough responses count"
      : "Few responses carry most of the weight: clip h lower, or expect noise",
    value: `${fixed(100 * essFraction, 0)} %`,
  };
}

/** Responses may differ in h and the groups that are trained on hardly: a pair with one response of each source has the mean of both. */
function groups({ auc, clipping }: RatioSummary): Check[] {
  const used = clipping?.curve.find(({ hMax }) => hMax === clipping.hMax);
  if (!used || auc <= FLAT || used.ess < EVEN) return [];
  return [
    {
      ok: false,
      words:
        "h is nearly the same for every group, because each holds the sources in like parts, so DoRA is close to DRO here. As the ratio of a group try product or smallest, or train on groups of one source each",
      value: `${fixed(100 * used.ess, 0)} %`,
    },
  ];
}

function truth({ correlation, details }: RatioSummary): Check[] {
  if (correlation === null) return [];
  const ok = correlation > 0.8;
  const slope = details?.truth ? `, slope ${fixed(calibrationSlope(details.truth), 2)}` : "";
  return [
    {
      ok,
      words: `The estimate ${ok ? "follows" : "strays from"} the world’s true log-ratio`,
      value: `r ${fixed(correlation, 2)}${slope}`,
    },
  ];
}

const withHalf = (value: number, half: number): string =>
  `${fixed(value, 2)}${Number.isFinite(half) ? ` ± ${fixed(half, 2)}` : ""}`;

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
