/** The report as one HTML page. */
import type { Citation } from "../../objective/citations.ts";
import type { RunRecord } from "../events.ts";
import { metricInfo } from "../metrics.ts";
import { answersPart } from "./answers.ts";
import { bibtex, inWords } from "./bibtex.ts";
import { figure } from "./figure.ts";
import { type Markup, markup } from "./markup.ts";
import { digits, lastOf, seconds } from "./numbers.ts";
import { checkPart, environmentPart, ratioPart, settingsPart, warningsPart } from "./parts.ts";
import type { ReportedRun } from "./report.ts";
import { lookOf, STYLE } from "./style.ts";

/** Curves drawn, where a run has them, with their unit where that is said nowhere else. */
const CURVES: readonly (readonly [stage: "train" | "evaluation", name: string, unit?: string])[] = [
  ["evaluation", "eval_rewards/accuracies", "share of held-out pairs"],
  ["evaluation", "eval_loss", "nats per held-out pair"],
  ["evaluation", "world/reward"],
  ["train", "loss", "nats per group"],
  ["train", "rewards/accuracies", "share of the batch’s pairs"],
  ["train", "rewards/margins"],
  ["train", "robust/ess"],
  ["train", "displacement/chosen_delta"],
];

/** Whole page: no scripts, nothing fetched, everything that came from data escaped. */
export function reportPage(
  runs: readonly ReportedRun[],
  citations: readonly Citation[],
  madeAt: string,
): string {
  const records = runs.map(({ record }) => record);
  const title =
    records.length === 1 ? records[0]!.name : `${records.length} runs on ${records[0]!.datasetName}`;
  const page = markup`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title} · Tilt report</title>
<style>${{ html: STYLE }}</style>
</head>
<body>
<h1>${title}</h1>
<p class="dim">Tilt report of ${madeAt.slice(0, 10)}. Data: ${[...new Set(records.map((one) => one.datasetName))].join(", ")}. Everything below was computed on the machine named under Environment.</p>
${warningsPart(records)}
<h2>Results</h2>
${resultsTable(records)}
<div class="figures">${curves(records)}</div>
${records.flatMap((record) => checkPart(record, named(record, records)) ?? [])}
${ratioPart(records)}
${answersPart(runs, (record) => named(record, records))}
${settingsPart(runs, (record) => named(record, records))}
${environmentPart(records, (record) => named(record, records))}
<h2>Papers</h2>
<ul>${citations.map((one) => markup`<li>${inWords(one)}${one.arxiv ? markup` <a href="https://arxiv.org/abs/${one.arxiv}">arXiv ${one.arxiv}</a>` : null}</li>`)}</ul>
<details><summary>BibTeX</summary><pre>${bibtex(citations)}</pre></details>
</body>
</html>
`;
  return `<!doctype html>\n${page.html}`;
}

/** A run's name among others: with its seed where several have the same. */
function named(record: RunRecord, all: readonly RunRecord[]): string {
  const same = all.filter(({ name }) => name === record.name);
  return same.length > 1 ? `${record.name}, seed ${record.spec.seed}` : record.name;
}

function resultsTable(records: readonly RunRecord[]): Markup {
  const share = (value: number | null) => (value === null ? "–" : `${digits(100 * value)} %`);
  return markup`<div class="wide"><table>
<thead><tr><th>run</th><th class="num">seed</th><th class="num">steps</th><th class="num">held-out pairs right</th><th class="num">held-out loss, nats</th><th class="num">held-out margin, nats</th><th class="num">time</th><th>outcome</th></tr></thead>
<tbody>${records.map((record) => {
    const last = (name: string) => lastOf(record.evaluation, name);
    const time = Object.values(record.seconds).reduce((sum, one) => sum + one, 0);
    return markup`<tr><th scope="row">${record.name}</th><td class="num">${record.spec.seed}</td><td class="num">${record.train.at(-1)?.step ?? 0}</td><td class="num">${share(last("eval_rewards/accuracies"))}</td><td class="num">${digits(last("eval_loss"))}</td><td class="num">${digits(last("eval_rewards/margins"))}</td><td class="num">${seconds(time)}</td><td>${record.outcome}${record.problem ? `: ${record.problem.what}` : ""}</td></tr>`;
  })}</tbody></table></div>
<p class="dim">Judged on held-out rows of the target source, which no run has trained on.${records.length > 1 && new Set(records.map(({ spec }) => spec.seed)).size < 3 ? " Fewer than three seeds: differences of this size can be chance." : ""}</p>`;
}

function curves(records: readonly RunRecord[]): Markup[] {
  return CURVES.flatMap(([stage, name, unit]) => {
    const info = metricInfo(name);
    const lines = records.map((record) => ({
      label: named(record, records),
      look: lookOf(record.spec.train.strategy),
      points: record[stage].flatMap(({ step, values }) =>
        values[name] === undefined ? [] : [[step, values[name]] as const],
      ),
    }));
    return figure({ title: info?.label ?? name, unit: unit ?? info?.unit ?? "", lines }) ?? [];
  });
}
