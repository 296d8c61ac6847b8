/** What the page and reports show of a ratio estimate. */
import type { RatioEstimate } from "../ratio/estimate.ts";
import type { RatioTask } from "../ratio/ratio_options.ts";
import type { Histogram, RatioDetails, RatioSummary } from "./events.ts";

const BINS = 40;
/** Range of log-ratio histograms, in nats; values outside count in the end bins. */
const LOW = -8;
const HIGH = 4;

/** @param details among them how the estimate follows the truth, on worlds */
export function summariseRatio(
  estimate: RatioEstimate,
  task: RatioTask,
  details: RatioDetails,
): RatioSummary {
  const { report, logRatio } = estimate;
  const { overall } = report;
  return {
    auc: overall.auc,
    lengthOnlyAuc: overall.lengthOnlyAuc,
    logLoss: overall.logLoss,
    brier: overall.brier,
    ece: overall.ece,
    essFraction: report.size.fraction,
    meanH: report.meanH,
    bySource: task.names.map((source, category) => {
      const own = logRatio.filter((_, i) => task.category[i] === category);
      return {
        source,
        responses: own.length,
        meanH: report.meanHBySource[category]!,
        auc: category === 0 ? null : report.sources[category - 1]!.score.auc,
        logRatio: histogram(own),
      };
    }),
    reliability: overall.reliability.flatMap(({ meanP: predicted, meanY: observed, count }) =>
      predicted === null || observed === null ? [] : [{ predicted, observed, count }],
    ),
    correlation: details.truth?.correlation ?? null,
    warnings: report.warnings.map(({ what, remedy }) => ({ what, remedy })),
    details,
  };
}

function histogram(values: ArrayLike<number>): Histogram {
  const counts = new Array<number>(BINS).fill(0);
  for (let i = 0; i < values.length; i++) {
    const bin = Math.floor(((values[i]! - LOW) / (HIGH - LOW)) * BINS);
    counts[Math.min(BINS - 1, Math.max(0, bin))]!++;
  }
  return { low: LOW, high: HIGH, counts };
}
