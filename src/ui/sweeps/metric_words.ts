/** What the metrics of sweeps are called, and how they are read. */
import { metricInfo } from "../../experiment/sweep.ts";

/** Metrics that are read in percent. */
export const isShare = (metric: string): boolean => /accurac|fraction|_down$|\/scored$/.test(metric);

/** What a metric is called, and its unit as tables show it. */
export function wordsOf(metric: string): {
  readonly name: string;
  readonly label: string;
  readonly unit: string;
} {
  const held = metric.startsWith("eval_mixture_")
    ? "eval_mixture_"
    : metric.startsWith("eval_")
      ? "eval_"
      : "";
  const known = metricInfo(metric) ?? metricInfo(metric.slice(held.length));
  const where =
    held === "eval_mixture_" ? ", held out, all sources" : held && !metricInfo(metric) ? ", held out" : "";
  const label = known ? known.label + where : metric;
  const unit = isShare(metric) ? "%" : (known?.unit ?? "");
  return { name: label, label, unit };
}
