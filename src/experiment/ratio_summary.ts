/** What the page and reports show of a ratio estimate. */
import type { RatioEstimate, RatioTask } from "../ratio/estimate.ts";
import type { Histogram, RatioSummary } from "./events.ts";

const BINS = 40;
/** Range of log-ratio histograms, in nats; values outside count in the end bins. */
const LOW = -8;
const HIGH = 4;

/** @param correlation with the true log-ratio, on worlds */
export function summariseRatio(
  estimate: RatioEstimate,
  task: RatioTask,
  correlation: number | null,
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
    correlation,
    warnings: report.warnings.map(({ what, remedy }) => ({ what, remedy })),
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
