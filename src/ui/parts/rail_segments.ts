/** What each segment of the rail says. */
import { html, nothing, type SVGTemplateResult, svg, type TemplateResult } from "lit";
import type { Spec } from "../../experiment/spec.ts";
import type { DatasetSummary, ImportProgress } from "../../worker/api.ts";
import { linePath, thin } from "../chart/path.ts";
import { linear } from "../chart/scale.ts";
import { curveById, lastValue, pointsOf } from "../metrics.ts";
import { keyOf, nameOf, sourceLooks } from "../names.ts";
import { paceOf } from "../state/pace.ts";
import { isGoing, type RunView } from "../state/run_view.ts";
import type { StageId } from "../state/state.ts";
import { count, duration, fixed, fractionDone, integer, percent } from "../text.ts";
import { extent } from "./log_ratio_chart.ts";
import { ratioRows } from "./ratio_rows.ts";

/** Bins of the small histograms. */
const SPARK_BINS = 14;

export interface Segment {
  readonly name: string;
  /** Class: wait, going, done, stale, failed. */
  readonly state: string;
  readonly words: string;
  /** How much of the ring is filled. */
  readonly fraction: number;
  readonly out: string;
  readonly spark: SVGTemplateResult | typeof nothing;
  readonly lines: readonly (TemplateResult | string)[];
}

export interface RailFacts {
  readonly data: DatasetSummary | null;
  readonly importing: ImportProgress | null;
  readonly shown: readonly RunView[];
  readonly going: RunView | null;
  readonly ratio: RunView | null;
  /** The settings of the next run. */
  readonly spec: Spec;
}

/** What the ratio is made from; what policies read of it. */
const upstream = ({ seed, data, ratio }: Spec): string => JSON.stringify([seed, data, ratio]);

/** Whether settings of the data or the ratio were changed after these runs. */
export function isStale(runs: readonly (RunView | null)[], spec: Spec): boolean {
  const now = upstream(spec);
  return runs.some((run) => run?.spec && !isGoing(run) && upstream(run.spec) !== now);
}

const stale = (segment: Segment): Segment => ({ ...segment, state: "stale", words: "changed upstream" });

export function segments(facts: RailFacts): Readonly<Record<StageId, Segment>> {
  return {
    data: dataSegment(facts),
    ratio: told(ratioSegment(facts), isStale([facts.ratio], facts.spec)),
    policy: told(policySegment(facts), isStale(facts.shown, facts.spec)),
    results: told(resultsSegment(facts), isStale(facts.shown, facts.spec)),
  };
}

const told = (segment: Segment, old: boolean): Segment =>
  old && segment.state === "done" ? stale(segment) : segment;

const waiting = (name: string, line: string): Segment => ({
  name,
  state: "wait",
  words: "",
  fraction: 0,
  out: "",
  spark: nothing,
  lines: [line, ""],
});

function dataSegment({ data: dataset, importing }: RailFacts): Segment {
  if (importing) {
    const fraction = importing.ofBytes > 0 ? importing.bytes / importing.ofBytes : 0;
    const lines = [importing.file, count(importing.rows, "row")];
    return { ...waiting("Data", ""), state: "going", words: `reading ${percent(fraction)}`, fraction, lines };
  }
  if (!dataset) return waiting("Data", "Looking for stored data");
  const { sources, target, pairs, judged = 0, name } = dataset;
  const looks = sourceLooks(dataset);
  const most = Math.max(1, ...sources.map((source) => source.responses));
  const total = sources.reduce((sum, source) => sum + source.responses, 0);
  const shown = looks.order.slice(0, 3);
  const share = target >= 0 && total > 0 ? sources[target]!.responses / total : null;
  return {
    name: "Data",
    state: target >= 0 ? "done" : "ask",
    words: target >= 0 ? "ready" : "target unknown",
    fraction: target >= 0 ? 1 : 0,
    out: pairs === 0 && judged > 0 ? `${integer(judged)} judged` : count(pairs, "pair"),
    spark:
      sources.length === 0
        ? nothing
        : svg`${shown.map((source, i) => svg`<rect class="f-${looks.at(source).key}" x="0" y=${1 + 12 * i} height="7" width=${Math.max(1, (92 * sources[source]!.responses) / most)}/>`)}`,
    lines: [
      html`<b>${name}</b>, ${count(sources.length, "source")}`,
      share === null ? "choose who the target is" : html`target share α = <b>${fixed(share, 2)}</b>`,
    ],
  };
}

function ratioSegment({ ratio, going, data }: RailFacts): Segment {
  if (going?.progress?.stage === "ratio" && !going.ratio) {
    const { done, of, note } = going.progress;
    const fraction = of > 0 ? done / of : 0;
    const lines = [note || "Training the source classifier", ""];
    return { ...waiting("Sources & ratio", ""), state: "going", words: percent(fraction), fraction, lines };
  }
  if (!ratio?.ratio) return waiting("Sources & ratio", "Press Run: this trains first");
  const { auc, lengthOnlyAuc, essFraction } = ratio.ratio;
  const rows = data ? ratioRows(ratio.ratio, data).slice(0, 5) : [];
  const [from, to] = extent(rows);
  const x = linear([from, to], [0, 92]);
  const curves = rows.map(({ look, of: { logRatio } }) => {
    const { low, high, counts } = logRatio;
    const coarse = rebin(counts, Math.ceil((SPARK_BINS * (high - low)) / (to - from)));
    const top = Math.max(1, ...coarse);
    const width = (high - low) / coarse.length;
    const points = coarse
      .map((n, bin) => [x(low + (bin + 0.5) * width), 34 - (30 * n) / top] as const)
      .filter(([at]) => at >= 0 && at <= 92);
    return svg`<path class="s-${look.key}" fill="none" stroke-width="1.4" d=${linePath(points)}/>`;
  });
  return {
    name: "Sources & ratio",
    state: "done",
    words: "done",
    fraction: 1,
    out: "h per response",
    spark: svg`${curves}<path class="axis" d="M0 35.5H92"/>`,
    lines: [
      html`AUC <b>${fixed(auc, 2)}</b>, by length ${fixed(lengthOnlyAuc, 2)}`,
      html`effective sample <b>${percent(essFraction)}</b>`,
    ],
  };
}

/** A histogram in at most `bins` bins, for pictures too small for more. */
function rebin(counts: readonly number[], bins: number): readonly number[] {
  const each = Math.max(1, Math.ceil(counts.length / bins));
  return Array.from({ length: Math.ceil(counts.length / each) }, (_, i) =>
    counts.slice(i * each, (i + 1) * each).reduce((a, b) => a + b, 0),
  );
}

function policySegment({ shown, going }: RailFacts): Segment {
  const drawn = shown.filter((run) => run.train.length > 0);
  const spark = sparkCurves(drawn);
  if (going) {
    const { progress } = going;
    const fraction = fractionDone(going);
    const { perSecond, secondsLeft } = paceOf(going);
    const training = progress?.stage === "train";
    return {
      name: "Policy",
      state: "going",
      words:
        going.status === "paused"
          ? "paused"
          : training
            ? `step ${integer(progress.done)} of ${integer(progress.of)}`
            : percent(fraction),
      fraction,
      out: nameOf(going.strategy),
      spark,
      lines: [
        training && perSecond ? html`<b>${fixed(perSecond, 1)}</b> steps/s` : "preparing",
        training && perSecond ? html`<b>${duration(secondsLeft ?? Number.NaN)}</b> left` : "",
      ],
    };
  }
  if (drawn.length === 0) return waiting("Policy", "Press Run to train four policies");
  const failed = drawn.filter((run) => run.status === "failed").length;
  const seconds = drawn.reduce(
    (sum, run) => sum + Object.values(run.seconds).reduce((a, b) => a + (b ?? 0), 0),
    0,
  );
  return {
    name: "Policy",
    state: failed > 0 ? "failed" : "done",
    words: failed > 0 ? "failed" : "done",
    fraction: 1,
    out: count(drawn.length, "run"),
    spark,
    lines: [
      html`<b>${count(drawn.length, "run")}</b>, ${duration(seconds)}`,
      failed > 0 ? `${failed} failed` : "none failed",
    ],
  };
}

function sparkCurves(runs: readonly RunView[]): SVGTemplateResult | typeof nothing {
  const metric = curveById("held-out-loss");
  const all = runs
    .map((run) => ({ run, points: pointsOf(run, metric) }))
    .filter(({ points }) => points.length > 1);
  if (all.length === 0) return nothing;
  const values = all.flatMap(({ points }) => points.map(([, value]) => value)).filter(Number.isFinite);
  const steps = Math.max(1, ...all.map(({ run, points }) => run.spec?.train.steps ?? points.at(-1)![0]));
  const x = linear([0, steps], [0, 92]);
  const y = linear([Math.min(...values), Math.max(...values)], [33, 2]);
  return svg`${all.map(({ run, points }) => {
    const place = thin(points.map(([step, value]) => [x(step), y(value)] as const));
    return svg`<path class="spark s-${keyOf(run.strategy)}" d=${linePath(place)}/>`;
  })}<path class="axis" d="M0 35.5H92"/>`;
}

function resultsSegment({ shown }: RailFacts): Segment {
  const ended = shown
    .filter((run) => !isGoing(run))
    .map((run) => ({ run, accuracy: lastValue(run.evaluation, "eval_rewards/accuracies") }))
    .filter((one): one is { run: RunView; accuracy: number } => one.accuracy !== null);
  if (ended.length === 0) return waiting("Results", "Judged on rows no run has seen");
  const values = ended.map((one) => one.accuracy);
  const x = linear([Math.min(0.5, ...values), Math.max(...values, 0.6)], [4, 88]);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return {
    name: "Results",
    state: "done",
    words: count(ended.length, "run"),
    fraction: 1,
    out: "",
    spark: svg`<path class="zero" d="M${x(0.5).toFixed(1)} 0V36"/>${ended.map(
      ({ run, accuracy }, i) =>
        svg`<circle class="b-${keyOf(run.strategy)}" r="3" cx=${x(accuracy)} cy=${5 + 9 * i}/>`,
    )}`,
    lines: [
      html`<b>${ended.length > 1 ? `${fixed(100 * low, 1)} to ${fixed(100 * high, 1)} %` : percent(low, 1)}</b>`,
      "of held-out pairs right",
    ],
  };
}
