/** Which classifier was used, in words. */
import type { RatioDetails } from "../../experiment/events.ts";
import { integer, plain } from "../text.ts";

const MODELS: Readonly<
  Record<RatioDetails["classifier"]["model"], (of: RatioDetails["classifier"]) => string>
> = {
  linear: ({ features, characters }) =>
    `Logistic regression on ${integer(features)} features of each response${characters ? `, words and runs of up to ${characters} characters` : ""}`,
  hidden: ({ features, hidden }) =>
    `A network with one hidden layer of ${hidden ?? 0} units over ${integer(features)} features of each response`,
  states: ({ features }) =>
    `Logistic regression on the ${integer(features)} hidden states of a language model that reads each response`,
};
const CALIBRATIONS: Readonly<Record<string, string>> = {
  none: "not calibrated",
  temperature: "calibrated by one temperature",
  platt: "calibrated by Platt’s method",
  platt_smoothed: "calibrated by Platt’s method with smoothed labels",
  isotonic: "calibrated by isotonic regression",
};

/** One paragraph, in sentences. */
export function classifierWords(of: RatioDetails["classifier"]): string {
  const heads = of.kind === "nway" ? "one model for all sources" : "one model per synthetic source";
  const calibration = CALIBRATIONS[of.calibration] ?? `calibration ${of.calibration}`;
  const chosen = of.chosen
    .map(({ source, l2, step }) => `${source}: penalty ${penalty(l2)}, step ${integer(step)}`)
    .join("; ");
  return `${MODELS[of.model](of)}, ${heads}, cross-fitted in ${of.folds} folds by prompt, ${calibration}. Lowest out-of-fold loss at ${chosen}.`;
}

const penalty = (l2: number): string =>
  l2 > 0 && l2 < 1e-3 ? l2.toExponential(0).replace("-", "−") : plain(l2);
