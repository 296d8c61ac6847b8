/** What was measured for each claim: the sentence, the number with its interval, every seed as a dot, and whether it holds. */
import { html, svg, type TemplateResult } from "lit";
import { type Claim, type Finding, findingOf, type Verdict } from "../../lessons/claim.ts";
import { FIRST_SEED, type LessonRun } from "../../lessons/lesson.ts";
import type { TableData } from "../chart/table_data.ts";
import { csvLinks } from "../parts/csv_link.ts";
import type { Takeaway } from "../parts/save_menu.ts";
import "../parts/save_menu.ts";
import { fixed, signed } from "../text.ts";

const VERDICTS: Readonly<Record<Verdict, readonly [glyph: string, words: string]>> = {
  holds: ["✓", "holds here"],
  open: ["○", "cannot be told yet"],
  fails: ["◆", "does not hold here"],
};

const scaleOf = (claim: Claim): number => (claim.unit === "share" ? 100 : 1);
const decimalsOf = (claim: Claim): number => (claim.unit === "share" ? 1 : 2);
const unitOf = (claim: Claim): string =>
  claim.unit === "share" ? " %" : claim.unit === "nats" ? " nats" : "";
const isDifference = (claim: Claim): boolean => /−/.test(claim.quantity);

/** "+0.72 ± 0.19 over 8 seeds". */
function numberOf(claim: Claim, { mean, half, n }: Finding): string {
  const [k, d] = [scaleOf(claim), decimalsOf(claim)];
  const own = isDifference(claim) ? signed(k * mean, d) : fixed(k * mean, d);
  const seeds = `${n} ${n === 1 ? "seed" : "seeds"}`;
  return Number.isFinite(half)
    ? `${own} ± ${fixed(k * half, d)}${unitOf(claim)} over ${seeds}`
    : `${own}${unitOf(claim)}, ${seeds}`;
}

export function findings(
  claims: readonly Claim[],
  runs: readonly LessonRun[],
  done: boolean,
): TemplateResult {
  return html`<ul class="claims">
    ${claims.map((claim) => {
      const found = findingOf(claim, runs);
      const [glyph, words] = VERDICTS[done ? found.verdict : "open"];
      return html`<li class=${done ? found.verdict : "open"}>
        <p class="claim"><span class="verdict" aria-hidden="true">${done ? glyph : "·"}</span>${claim.says}
          <span class="vh">${done ? `This ${words}.` : "Still being measured."}</span></p>
        <p class="small dim">${claim.quantity}: <b>${numberOf(claim, found)}</b>${done && found.verdict !== "holds" ? html` · <span class="told">${words}</span>` : ""}</p>
        <div class="seedplot-row">${plot(claim, found)}
          <tilt-save-menu .of=${takeaway(claim, found)}></tilt-save-menu></div>
      </li>`;
    })}
  </ul>
  <details class="seeds-table">
    <summary>All seeds as a table</summary>
    <p class="small">${csvLinks("measured per seed", () => seedsOf(claims, runs))}</p>
    <div class="scrolls" tabindex="0" role="region" aria-label="Measured per seed, table">
      <table class="t">
        <thead><tr><th scope="col" class="num">seed</th>${claims.map((claim) => html`<th scope="col" class="num">${claim.quantity}${claim.unit === "share" ? ", %" : ""}</th>`)}</tr></thead>
        <tbody>
          ${runs.map((_, i) => html`<tr><td class="num">${FIRST_SEED + i}</td>${claims.map((claim) => html`<td class="num">${fixed(scaleOf(claim) * claim.values(runs)[i]!, decimalsOf(claim) + 1)}</td>`)}</tr>`)}
        </tbody>
      </table>
    </div>
  </details>`;
}

/** A row per seed, a column per claim. */
function seedsOf(claims: readonly Claim[], runs: readonly LessonRun[]): TableData {
  return {
    columns: [
      { name: "seed" },
      ...claims.map((claim) => ({
        name: claim.quantity,
        ...(claim.unit === "share" && { unit: "%" }),
        decimals: decimalsOf(claim) + 1,
      })),
    ],
    rows: runs.map((_, i) => [
      FIRST_SEED + i,
      ...claims.map((claim) => scaleOf(claim) * claim.values(runs)[i]!),
    ]),
  };
}

/** Pixels of a plot that leaves the page. */
const ALONE = "480";

function takeaway(claim: Claim, found: Finding): Takeaway {
  return {
    title: claim.quantity,
    unit: `${numberOf(claim, found)}; a dot per seed`,
    table: () => ({
      columns: [{ name: "seed" }, { name: claim.quantity, ...(claim.unit === "share" && { unit: "%" }) }],
      rows: found.values.map((value, i) => [FIRST_SEED + i, scaleOf(claim) * value]),
    }),
    drawing: () => plot(claim, found, ALONE),
  };
}

/** Where the picture of a claim begins and ends: its values, and the number it is held against. */
function ends(claim: Claim, { values, mean, half }: Finding): readonly [number, number] {
  const { expects } = claim;
  const marks =
    "than" in expects ? [expects.than, ...(expects.kind === "within" ? [-expects.than] : [])] : [];
  const spread = Number.isFinite(half) ? [mean - half, mean + half] : [mean];
  const zero = isDifference(claim) ? [0] : [];
  const all = [...values, ...spread, ...marks, ...zero].filter(Number.isFinite);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const room = Math.max(1e-9, 0.06 * (high - low));
  return [low - room, high + room];
}

function plot(claim: Claim, found: Finding, width = "100%"): TemplateResult {
  const [low, high] = ends(claim, found);
  const x = (value: number): string => `${((100 * (value - low)) / (high - low || 1)).toFixed(2)}%`;
  const { expects } = claim;
  const marks =
    "than" in expects && expects.than !== 0
      ? expects.kind === "within"
        ? [-expects.than, expects.than]
        : [expects.than]
      : [];
  const label = `${claim.quantity}: ${numberOf(claim, found)}.`;
  return html`<svg class="seedplot" height="26" width=${width} role="img" aria-label=${label}>
    <line class="axis" x1="0" x2="100%" y1="9" y2="9"/>
    ${low < 0 && high > 0 ? svg`<line class="zero" x1=${x(0)} x2=${x(0)} y1="1" y2="17"/><text x=${x(0)} y="25" text-anchor="middle">0</text>` : ""}
    ${marks.map((mark) => svg`<line class="mark" x1=${x(mark)} x2=${x(mark)} y1="3" y2="15"/><text x=${x(mark)} y="25" text-anchor="middle">${fixed(scaleOf(claim) * mark, decimalsOf(claim))}</text>`)}
    ${Number.isFinite(found.half) ? svg`<line class="ival" x1=${x(found.mean - found.half)} x2=${x(found.mean + found.half)} y1="9" y2="9"/>` : ""}
    ${found.values.map((value) => (Number.isFinite(value) ? svg`<circle class="seed" r="2.6" cx=${x(value)} cy="9"/>` : ""))}
    <line class="mean" x1=${x(found.mean)} x2=${x(found.mean)} y1="3" y2="15"/>
  </svg>`;
}
