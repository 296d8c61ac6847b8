/** Curves of a made-up source classifier: seeded scores, judged by the real measures. */
import { type Stream, stream } from "../../../src/base/random.ts";
import type { Clipping, RatioDetails, Reliability, SourceScore } from "../../../src/experiment/events.ts";
import { type ScoreReport, scoreReport } from "../../../src/ratio/score_report.ts";

const TARGETS = 144;

/** @param sources names, target first @param apart distance of each synthetic source's scores from the target's */
export function fakeDetails(sources: readonly string[], apart: readonly number[]): RatioDetails {
  const random = stream(11, "fake ratio");
  const parts = apart.map((distance, k) => report(random, 120 + 60 * k, distance, 1));
  const whole = report(random, 336, apart.reduce((a, b) => a + b, 0) / apart.length, 1);
  const raw = report(random, 336, apart.reduce((a, b) => a + b, 0) / apart.length, 2.2);
  const points = Array.from({ length: 240 }, (_, i) => {
    const source = i % sources.length;
    const truth = (source === 0 ? 0.5 : -apart[source - 1]!) + 0.7 * random.normal();
    return [truth, 0.84 * truth - 0.08 + 0.28 * random.normal(), source] as const;
  });
  return {
    classifier: {
      model: "linear",
      kind: "binary",
      features: 262_144,
      folds: 5,
      hidden: null,
      calibration: "platt",
      form: "mixture",
      chosen: sources.slice(1).map((source, k) => ({ source, l2: 1e-6, step: 48 + 20 * k })),
    },
    scores: [...parts.map((part, k) => scoreOf(sources[k + 1]!, part)), scoreOf("all", whole)],
    uncalibrated: reliabilityOf(raw),
    calibrated: reliabilityOf(whole),
    meanH: 1.01,
    meanHHalfWidth: 0.05,
    meanInverseH: 1.06,
    meanInverseHHalfWidth: 0.09,
    truth: { correlation: 0.93, slope: 0.84, of: 480, points },
  };
}

/** Scores whose log-odds are right where `stretch` is 1, and too bold above it. */
function report(random: Stream, synthetic: number, distance: number, stretch: number): ScoreReport {
  const labels = Array.from({ length: TARGETS + synthetic }, (_, i) => (i < TARGETS ? 1 : 0));
  const spread = Math.sqrt(2 * distance);
  const logits = labels.map((y) => stretch * ((y === 1 ? distance : -distance) + spread * random.normal()));
  const lengths = labels.map((y) => 0.35 * (y === 1 ? 1 : -1) * distance + random.normal());
  return scoreReport(labels, logits, lengths);
}

const curve = (roc: ScoreReport["roc"]): [number, number][] =>
  roc
    .filter((_, i) => i % 3 === 0 || i === roc.length - 1)
    .map(({ falsePositiveRate, truePositiveRate }) => [falsePositiveRate, truePositiveRate]);

function scoreOf(source: string, score: ScoreReport): SourceScore {
  const { targets, synthetic, auc, aucHalfWidth, logLoss, brier, ece, eceNoise, byLength } = score;
  return {
    source,
    targets,
    synthetic,
    auc,
    aucHalfWidth,
    logLoss,
    brier,
    ece,
    eceNoise,
    roc: curve(score.roc),
    byLength: {
      auc: score.lengthOnlyAuc,
      logLoss: byLength.logLoss,
      brier: byLength.brier,
      roc: curve(byLength.roc),
    },
  };
}

function reliabilityOf({ ece, eceNoise, logLoss, brier, reliability }: ScoreReport): Reliability {
  const bins = reliability.flatMap(({ meanP, meanY, count, mass, squares }) =>
    meanP === null || meanY === null
      ? []
      : [{ predicted: meanP, observed: meanY, count, effective: mass ** 2 / squares }],
  );
  return { ece, eceNoise, logLoss, brier, bins };
}

/** What limits do to these units. */
export function fakeClipping(units: readonly { readonly h: number; readonly source: number }[]): Clipping {
  const top = Math.max(4, ...units.map(({ h }) => h));
  const limits = Array.from({ length: 25 }, (_, i) => Number((top ** (i / 24)).toPrecision(3)));
  const curveOf = [...new Set([...limits, 10])]
    .sort((a, b) => a - b)
    .map((hMax) => {
      const h = units.map((unit) => Math.min(hMax, unit.h));
      const total = h.reduce((a, b) => a + b, 0);
      const target = h.reduce((sum, value, i) => sum + (units[i]!.source === 0 ? value : 0), 0);
      return {
        hMax,
        clipped: units.filter((unit) => unit.h > hMax).length,
        ess: total ** 2 / (h.length * h.reduce((sum, value) => sum + value * value, 0)),
        onTarget: target / total,
      };
    });
  return { hMin: 0, hMax: 10, units: units.length, curve: curveOf };
}
