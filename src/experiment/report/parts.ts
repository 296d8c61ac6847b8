/** Sections of the report. */
import { type Change, describeChanges, inWords } from "../changes.ts";
import { overlayOf } from "../check.ts";
import { digestEnvironment } from "../digest.ts";
import type { RunRecord } from "../events.ts";
import { metricInfo } from "../metrics.ts";
import { defaultSpec, FIELDS, valueAt } from "../spec.ts";
import { figure } from "./figure.ts";
import { type Markup, markup } from "./markup.ts";
import { digits, seconds } from "./numbers.ts";
import type { ReportedRun } from "./report.ts";

type Name = (record: RunRecord) => string;

/** What the reader should know before believing anything. */
export function warningsPart(records: readonly RunRecord[]): Markup | null {
  const warnings = new Map<string, string>();
  for (const { name, ratio, warnings: own, problem } of records) {
    for (const { what, remedy } of ratio?.warnings ?? []) warnings.set(what, remedy);
    if (own) warnings.set(`${name}.`, own.join(" "));
    if (problem) warnings.set(problem.what, problem.remedy ?? "");
  }
  if (warnings.size === 0) return null;
  return markup`<h2>Warnings</h2><ul class="warns">${[...warnings].map(([what, remedy]) => markup`<li><b>${what}</b> ${remedy}</li>`)}</ul>`;
}

/** How a run from a link compares with what the link said. */
export function checkPart(record: RunRecord, name: string): Markup | null {
  const { check } = record;
  if (!check) return null;
  const overlay = overlayOf(record, check);
  const points = (curve: { steps: readonly number[]; values: readonly number[] }) =>
    curve.steps.map((step, i) => [step, curve.values[i]!] as const);
  return markup`<h2>Against its link: ${name}</h2>
<p><span class="badge">${BADGES[check.comparison.verdict]}</span> ${check.comparison.text}</p>
${check.comparison.metrics.length > 0 ? markup`<table><thead><tr><th>metric</th><th class="num">largest relative difference</th><th class="num">at step</th><th class="num">parts at step</th></tr></thead><tbody>${check.comparison.metrics.map((one) => markup`<tr><th scope="row">${one.name}</th><td class="num">${digits(one.largest, 2)}</td><td class="num">${one.at}</td><td class="num">${one.partsAt ?? "–"}</td></tr>`)}</tbody></table>` : null}
${
  overlay
    ? figure({
        title: overlay.name,
        unit: metricInfo(overlay.name.slice(overlay.name.indexOf("/") + 1))?.unit ?? "",
        lines: [
          { label: "there", look: "l-there", points: points(overlay.expected) },
          { label: "here", look: "l-here", points: points(overlay.actual) },
        ],
        ...(overlay.partsAt !== null && {
          mark: { step: overlay.partsAt, word: `parts at ${overlay.partsAt}` },
        }),
      })
    : null
}`;
}

const BADGES = {
  "bit-identical": "= bit-identical",
  "within tolerance": "≈ within tolerance",
  different: "≠ different",
  unknown: "not compared",
} as const;

/** What the source classifier found; runs on the same data and settings share it. */
export function ratioPart(records: readonly RunRecord[]): Markup | null {
  const found = records.find(({ ratio }) => ratio !== null)?.ratio;
  if (!found) return null;
  return markup`<h2>Sources and ratio</h2>
<p>AUC ${digits(found.auc, 3)} out of fold, ${digits(found.lengthOnlyAuc, 3)} by length alone. Log loss ${digits(found.logLoss, 3)}, Brier ${digits(found.brier, 3)}, ECE ${digits(found.ece, 2)}. Effective sample ${digits(100 * found.essFraction, 2)} % of the training responses; mean h ${digits(found.meanH, 3)}.${found.correlation === null ? "" : ` Correlation with the true log-ratio ${digits(found.correlation, 3)}.`}</p>
<table><thead><tr><th>source</th><th class="num">responses</th><th class="num">mean h</th><th class="num">AUC against the target</th></tr></thead>
<tbody>${found.bySource.map((one) => markup`<tr><th scope="row">${one.source}</th><td class="num">${one.responses}</td><td class="num">${digits(one.meanH, 3)}</td><td class="num">${digits(one.auc, 3)}</td></tr>`)}</tbody></table>`;
}

/** Settings that differ from the defaults, links and digests; all settings folded away. */
export function settingsPart(runs: readonly ReportedRun[], name: Name): Markup {
  const base = defaultSpec();
  const all = runs.map(({ record }) => describeChanges(base, record.spec));
  const shared =
    runs.length < 2
      ? []
      : all[0]!.filter((one) => all.every((changes) => changes.some((other) => other.text === one.text)));
  const known = new Set(shared.map(({ text }) => text));
  return markup`<h2>Settings</h2>${shared.length > 0 ? markup`<h3>All runs</h3>${changesTable(shared)}` : null}${runs.map(
    ({ record, link }, i) => {
      const own = all[i]!.filter(({ text }) => !known.has(text));
      const none =
        shared.length > 0 ? "Nothing else differs from the defaults." : "All settings have their default.";
      return markup`<h3>${name(record)}</h3>
${own.length === 0 ? markup`<p>${none}</p>` : changesTable(own)}
<p>Data: ${record.datasetName}, SHA-256 <code>${record.datasetHash}</code>. Spec: <code>${record.specHash}</code>. Digest of all metrics: <code>${record.digest}</code>.</p>
${link === null ? null : linkPart(link)}
<details><summary>All settings</summary><table><tbody>${FIELDS.map((field) => markup`<tr><th scope="row">${field.label} <code>${field.path}</code></th><td>${inWords(field, valueAt(record.spec, field.path))}</td></tr>`)}</tbody></table></details>`;
    },
  )}`;
}

function changesTable(changes: readonly Change[]): Markup {
  return markup`<div class="wide"><table><thead><tr><th>setting</th><th>default</th><th>here</th></tr></thead><tbody>${changes.map((one) => markup`<tr><th scope="row">${one.label} <code>${one.path}</code></th><td>${one.before}</td><td>${one.after}</td></tr>`)}</tbody></table></div>`;
}

/** Only web addresses become links: a file that was changed by hand may hold anything. */
function linkPart(link: string): Markup {
  const short = link.length > 160 ? `${link.slice(0, 160)}…` : link;
  return /^https?:\/\//.test(link)
    ? markup`<p>Link to run it again: <a href="${link}">${short}</a> (${link.length} characters)</p>`
    : markup`<details><summary>To run it again, put this behind the address of Tilt</summary><pre>${link}</pre></details>`;
}

/** Where the numbers were computed, once for each machine. */
export function environmentPart(records: readonly RunRecord[], name: Name): Markup {
  const groups = new Map<string, RunRecord[]>();
  for (const record of records) {
    const key = JSON.stringify({ ...digestEnvironment(record.environment), agent: record.environment.agent });
    groups.set(key, [...(groups.get(key) ?? []), record]);
  }
  return markup`<h2>Environment</h2>${[...groups.values()].map((group) => {
    const { environment, startedAt } = group[0]!;
    const { variant } = digestEnvironment(environment);
    const rows: readonly (readonly [string, string])[] = [
      ["Runs", group.map(name).join("; ")],
      ["Started", startedAt],
      ["Backend", environment.backend === "webgpu" ? "WebGPU" : "CPU"],
      ["Adapter", environment.adapter],
      ["Engine", environment.engine],
      ["Variant", variant ?? "the only one"],
      ["Browser or runtime", environment.agent],
      ...(environment.fallback ? ([["CPU because", environment.fallback]] as const) : []),
    ];
    return markup`<div class="wide"><table><tbody>${rows.map(([label, value]) => markup`<tr><th scope="row">${label}</th><td>${value}</td></tr>`)}</tbody></table></div>`;
  })}
<div class="wide"><table><thead><tr><th>time by stage</th>${STAGES.map((stage) => markup`<th class="num">${stage}</th>`)}</tr></thead><tbody>${records.map((record) => markup`<tr><th scope="row">${name(record)}</th>${STAGES.map((stage) => markup`<td class="num">${record.seconds[stage] === undefined ? "–" : seconds(record.seconds[stage])}</td>`)}</tr>`)}</tbody></table></div>`;
}

const STAGES = ["data", "ratio", "sft", "reference", "train", "evaluate"] as const;
