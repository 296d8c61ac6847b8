/** How a run compares with what its link promised: a badge, a sentence, the metrics, and the curves laid over each other. */
import { html, nothing, type TemplateResult } from "lit";
import type { Check } from "../../experiment/check.ts";
import type { DigestEnvironment } from "../../experiment/digest.ts";
import { overlayOf } from "../../experiment/link.ts";
import type { CurveMetric } from "../metrics.ts";
import { keyOf } from "../names.ts";
import "../parts/curve_chart.ts";
import { checkBadge } from "../parts/check_badge.ts";
import { csvLinks } from "../parts/csv_link.ts";
import type { RunView } from "../state/run_view.ts";
import { brief, percent } from "../text.ts";

/** The whole comparison of a run that came from a link. */
export function comparisonOf(run: RunView): TemplateResult | typeof nothing {
  const { check } = run;
  if (!check) return nothing;
  const { comparison, expected, actual } = check;
  return html`<div class="verdict">
    <p>${checkBadge(check)} <span>${comparison.text}</span></p>
    ${overlay(run, check)}
    ${
      comparison.metrics.length > 0 && comparison.verdict !== "bit-identical"
        ? html`<p class="small">${csvLinks("differences by metric", () => ({
            columns: [
              { name: "metric" },
              { name: "largest relative difference" },
              { name: "at step" },
              { name: "parts at step" },
            ],
            rows: comparison.metrics.map(({ name, largest, at, partsAt }) => [name, largest, at, partsAt]),
          }))}</p>
          <div class="scrolls" tabindex="0" role="region" aria-label="Differences by metric, table">
            <table class="t">
              <thead>
                <tr>
                  <th scope="col">metric</th>
                  <th scope="col" class="num">largest relative difference</th>
                  <th scope="col" class="num">at step</th>
                  <th scope="col" class="num">parts at</th>
                </tr>
              </thead>
              <tbody>
                ${comparison.metrics.map(
                  (one) =>
                    html`<tr>
                      <th scope="row"><code>${one.name}</code></th>
                      <td class="num">${Number.isFinite(one.largest) ? `${brief(100 * one.largest)} %` : "∞"}</td>
                      <td class="num">${one.at}</td>
                      <td class="num">${one.partsAt ?? "–"}</td>
                    </tr>`,
                )}
              </tbody>
            </table>
          </div>`
        : nothing
    }
    <div class="scrolls" tabindex="0" role="region" aria-label="Where both were computed, table">
      <table class="t">
        <thead>
          <tr>
            <th scope="col"><span class="vh">part</span></th>
            <th scope="col">there</th>
            <th scope="col">here</th>
          </tr>
        </thead>
        <tbody>
          ${PARTS.map(
            ([part, words]) =>
              html`<tr>
                <th scope="row">${words}</th>
                <td>${expected.environment[part] || "not said"}</td>
                <td>${actual[part] || "the only one"}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <p class="small dim">Up to ${percent(comparison.tolerance)} counts as agreement between machines; numbers in a link have six digits.</p>
  </div>`;
}

const PARTS: readonly (readonly [keyof DigestEnvironment, string])[] = [
  ["backend", "Backend"],
  ["adapter", "Adapter"],
  ["variant", "Variant"],
  ["engine", "Engine"],
];

/** The curve that parts first, as promised and as computed. */
function overlay(run: RunView, check: Check): TemplateResult | typeof nothing {
  if (check.comparison.verdict === "bit-identical") return nothing;
  const found = overlayOf(run, check);
  if (!found) return nothing;
  const metric: CurveMetric = {
    id: "against-link",
    title: found.name,
    unit: found.partsAt === null ? "within tolerance at every step" : `parts at step ${found.partsAt}`,
    empty: "",
    from: "train",
    name: found.name,
    factor: 1,
    zero: false,
    decimals: 3,
  };
  const points = (curve: typeof found.actual) =>
    curve.steps.map((step, i) => [step, curve.values[i]!] as const);
  const series = [
    { id: "there", label: "there", short: "there", key: "other", points: points(found.expected) },
    { id: "here", label: "here", short: "here", key: keyOf(run.strategy), points: points(found.actual) },
  ];
  return html`<tilt-curve-chart
    .metric=${metric}
    .series=${series}
    .steps=${Math.max(1, found.actual.steps.at(-1) ?? 1)}
    .cursor=${found.partsAt}
  ></tilt-curve-chart>`;
}
