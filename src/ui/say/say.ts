/** What a stage does: one sentence, its formula, and the numbers that the formula has now. */
import { html, nothing, type TemplateResult } from "lit";
import type { Spec } from "../../experiment/spec.ts";
import type { DatasetSummary } from "../../worker/api.ts";
import { lastValue } from "../metrics.ts";
import { nameOf, sourceLooks } from "../names.ts";
import type { RunView } from "../state/run_view.ts";
import { chartRuns, currentDataset, preparedRun, ratioRun, spokenRun } from "../state/select.ts";
import type { StageId, State } from "../state/state.ts";
import { bytes, count, fixed, integer, percent, plain } from "../text.ts";
import { num, op, over, type Piece, power, row, space, sub, sum, sym } from "./math.ts";
import { RATIO_SENTENCES, ratioFormula } from "./ratio_formula.ts";

const SENTENCES: Readonly<Record<Exclude<StageId, "ratio">, string>> = {
  data: "Every row is one prompt with two or more responses; some of them must come from people.",
  policy: "A small model learns from the rows; the strategy decides how hard each row pulls.",
  results: "Every run is judged on human rows that no run has seen.",
};

interface Live {
  readonly formula: Piece;
  /** The formula in words, for those who hear it. */
  readonly words: string;
  readonly numbers: readonly (TemplateResult | string)[];
}

/** @returns the sentence and, beneath it, the formula with its numbers */
export function say(stage: StageId, state: State): TemplateResult {
  const live = { data: ofData, ratio: ofRatio, policy: ofPolicy, results: ofResults }[stage](state);
  return html`<div class="says">
    <p class="say">${stage === "ratio" ? RATIO_SENTENCES[state.spec.ratio.source] : SENTENCES[stage]}</p>
    ${
      live
        ? html`<p class="formula of-${stage}">
            <math aria-label=${live.words}>${live.formula}</math>
            <span class="live of-${stage}">${live.numbers.map((one) => html`<span>${one}</span>`)}</span>
          </p>`
        : nothing
    }
  </div>`;
}

/** Sources in the formula of the mixture: as wide as the narrowest phone. Of more the last place stands for the rest. */
const TERMS = 4;

function ofData(state: State): Live | null {
  const dataset = currentDataset(state);
  if (!dataset || dataset.target < 0) return null;
  const { sources, target } = dataset;
  const total = Math.max(
    1,
    sources.reduce((all, one) => all + one.responses, 0),
  );
  const looks = sourceLooks(dataset);
  const shares = looks.order.map((source) => sources[source]!.responses / total);
  const shown = shares.length > TERMS ? shares.slice(0, TERMS - 1) : shares;
  const terms = shown.flatMap((share, i) => [
    ...(i > 0 ? [op("+")] : []),
    num(fixed(share, 2)),
    sub("Q", String(i)),
  ]);
  const prepared = preparedRun(state)?.prepared;
  return {
    formula: row(sym("P"), op("="), ...terms, ...(shares.length > TERMS ? [op("+"), op("…")] : [])),
    words: `P, the mixture in the data, is ${shares.map((share, i) => `${fixed(share, 2)} of source ${i}`).join(" plus ")}`,
    numbers: [
      html`<i>Q</i>₀ is <b>${sources[target]!.name}</b>`,
      ...(dataset.pairs > 0 || !dataset.judged ? [html`<b>${integer(dataset.pairs)}</b> pairs`] : []),
      ...(dataset.judged ? [html`<b>${integer(dataset.judged)}</b> judged responses`] : []),
      ...(prepared
        ? [
            html`<b>${integer(prepared.train)}</b> groups to train on, <b>${integer(prepared.heldOut)}</b> held out`,
            html`<b>${integer(prepared.tokens)}</b> tokens of ${integer(prepared.vocabulary)}, the longest text ${integer(prepared.longest)}`,
            ...(prepared.responsesCut > 0
              ? [html`<b>${integer(prepared.responsesCut)}</b> responses cut`]
              : []),
            html`training takes <b>${bytes(prepared.memory.total)}</b>`,
          ]
        : [`${percent(state.spec.data.heldOut)} held out`]),
    ],
  };
}

function ofRatio(state: State): Live | null {
  const { ratio } = state.spec;
  const found = ratioRun(state)?.ratio;
  const dataset = currentDataset(state);
  const byHand = ratio.source === "classifier" || ratio.source === "file" ? ratio.alpha : null;
  return {
    ...ratioFormula(ratio, byHand ?? (dataset && dataset.target >= 0 ? shareOf(dataset) : null)),
    // All of them at once, with dashes for what is not known yet: nothing moves when it is.
    numbers: [
      html`mean <i>h</i> <b>${fixed(found?.meanH, 2)}</b>`,
      html`effective sample (∑<i>h</i>)² ∕ <i>n</i>∑<i>h</i>² <b>${percent(found?.essFraction)}</b>`,
      html`AUC <b>${fixed(found?.auc, 2)}</b>`,
      html`clipped to ${plain(ratio.hMin)} … ${plain(ratio.hMax)}`,
    ],
  };
}

function shareOf({ sources, target }: DatasetSummary): number {
  const total = sources.reduce((all, one) => all + one.responses, 0);
  return total > 0 ? sources[target]!.responses / total : 0;
}

/** V = λ log mean exp(…) of the strategies that tilt, with what stands in the exponent. */
const TILTED: Readonly<Record<string, Piece>> = {
  kl_dro: over(sub("ℓ", "i"), sym("λ")),
  dora_inside: over(row(sub("h", "i"), sub("ℓ", "i")), sym("λ")),
};

function valueFormula(strategy: string): { readonly formula: Piece; readonly words: string } {
  const mean = over(num("1"), sym("B"));
  const inside = TILTED[strategy];
  if (inside) {
    return {
      formula: row(sym("V"), op("="), sym("λ"), sym("log"), mean, sum("i", power(sym("e"), inside))),
      words: `V is λ times the log of the mean over the batch of e to the ${strategy === "kl_dro" ? "loss" : "h times the loss"} over λ`,
    };
  }
  if (strategy === "erm" || strategy === "reweight") {
    const weight = strategy === "erm" ? [] : [sub("h", "i")];
    return {
      formula: row(sym("V"), op("="), mean, space(), sum("i", ...weight, sub("ℓ", "i"))),
      words: `V is the mean over the batch of ${strategy === "erm" ? "" : "h times "}the loss`,
    };
  }
  return {
    formula: row(sym("V"), op("="), sum("i", sub("w", "i"), sub("ℓ", "i"))),
    words: "V is the sum over the batch of weight times loss",
  };
}

function ofPolicy(state: State): Live {
  const run = spokenRun(state);
  const strategy = run?.strategy ?? state.strategies.at(-1) ?? state.spec.train.strategy;
  const spec: Spec = run?.spec ?? state.spec;
  const { formula, words } = valueFormula(strategy);
  const of = (name: string): number | null => (run ? lastValue(run.train, name) : null);
  const value = of("robust/value");
  const lambda = of("robust/lambda") ?? (strategy in TILTED ? spec.train.lambda : null);
  const logU = of("robust/log_u");
  const ess = of("robust/ess");
  const { batch } = spec.train;
  return {
    formula,
    words,
    numbers: [
      // In two columns or in three, what is long stands beneath what is long.
      html`<b>${nameOf(strategy)}</b>${run && run.train.length > 0 ? ` at step ${integer(run.train.at(-1)!.step)}` : ""}`,
      html`log mean exp <b>${fixed(logU, 3)}</b>`,
      html`<i>V</i>, nats <b>${fixed(value, 3)}</b>`,
      html`<i>B</i> <b>${integer(batch)}</b>${ess === null ? "" : html`, of which <b>${fixed(ess, 1)}</b> count`}`,
      html`mean <i>ℓ</i> <b>${fixed(of("loss"), 3)}</b>`,
      html`<i>λ</i> <b>${lambda === null ? "–" : plain(lambda)}</b>`,
    ],
  };
}

function ofResults(state: State): Live {
  const judged = chartRuns(state)
    .map((run) => ({ run, right: lastValue(run.evaluation, "eval_rewards/accuracies") }))
    .filter((one): one is { run: RunView; right: number } => one.right !== null);
  return {
    formula: row(
      sym("right"),
      op("="),
      over(num("1"), sym("n")),
      sum("j", num("1"), op("["), sub("r", "preferred"), op(">"), sub("r", "other"), op("]")),
    ),
    words: "The share of held-out pairs whose preferred response has the larger reward",
    numbers:
      judged.length === 0
        ? ["no run judged yet"]
        : [
            ...judged.map(({ run, right }) => html`${nameOf(run.strategy)} <b>${percent(right, 1)}</b>`),
            count(judged.length, "run"),
          ],
  };
}
