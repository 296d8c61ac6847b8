/** How often each policy's answer is worth more than its opponent's to the same prompt. */
import { html, nothing, svg } from "lit";
import { keyOf } from "../names.ts";
import type { Drawn } from "../parts/drawn.ts";
import { fixed, integer } from "../text.ts";
import type { Tally } from "./verdicts.ts";
import { BAR, layoutWins } from "./win_layout.ts";

export interface WinRow {
  readonly label: string;
  readonly strategy: string;
  readonly tally: Tally;
  /** Whether more answers are coming. */
  readonly provisional: boolean;
}

/** @param against who the opponent is, in words @param unit what is counted */
export function winFigure(rows: readonly WinRow[], against: string, unit: string): Drawn {
  const tallies = rows.map(({ tally }) => tally);
  return {
    heading: `Against ${against}`,
    unit,
    empty:
      "Judge answers to fill this: each run answers held-out prompts, and every answer is compared with its opponent’s.",
    draw(width) {
      if (rows.length === 0) return undefined;
      const layout = layoutWins(width, tallies);
      const { left, right, height, stacked } = layout;
      const told = rows.map(
        ({ label, tally }) => `${label} wins ${share(tally.win, tally.n)} % of ${tally.n}`,
      );
      return html`<svg class="wins" viewBox="0 0 ${width} ${height}" width=${width} height=${height} role="img" aria-label="Against ${against}: ${told.join("; ")}.">
        <defs><pattern id="win-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path class="hatch" d="M0 0V6"/></pattern></defs>
        ${rows.map(({ label, strategy, tally, provisional }, i) => {
          const row = layout.rows[i]!;
          const key = keyOf(strategy);
          const numbers =
            tally.n === 0
              ? "not judged"
              : `${share(tally.win, tally.n)} · ${share(tally.tie, tally.n)} · ${share(tally.lose, tally.n)}`;
          const counted = provisional ? `${integer(tally.n)} of ${integer(tally.of)}` : "";
          return svg`<text class="label b-${key}" x=${stacked ? left : 0} y=${row.nameY}>${short(label, stacked ? 30 : 20)}</text>
            ${
              tally.n === 0
                ? svg`<rect class="lose" x=${left} y=${row.y} width=${right - left} height=${BAR}/>`
                : svg`<rect class="b-${key}" x=${left} y=${row.y} width=${wide(row.win - left)} height=${BAR}/>
                  <rect class="tie b-${key}" x=${row.win} y=${row.y} width=${wide(row.tie - row.win)} height=${BAR}/>
                  <rect class="lose" x=${row.tie} y=${row.y} width=${wide(right - row.tie)} height=${BAR}/>
                  ${provisional ? svg`<rect fill="url(#win-hatch)" x=${left} y=${row.y} width=${right - left} height=${BAR}/>` : nothing}
                  <path class="casing" d=${bracket(row.low, row.high, row.y)}/><path class="head" d=${bracket(row.low, row.high, row.y)}/>`
            }
            <text class=${tally.n === 0 ? "" : "count"} x=${width} y=${row.textY} text-anchor="end">${numbers}</text>
            ${counted === "" ? nothing : svg`<g class="haloed"><text x=${right - 4} y=${row.y + 12} text-anchor="end">${counted}</text></g>`}`;
        })}
        <text x=${left} y=${layout.footY}>win</text>
        <text x=${(left + right) / 2} y=${layout.footY} text-anchor="middle">tie</text>
        <text x=${right} y=${layout.footY} text-anchor="end">lose</text>
        ${stacked ? nothing : svg`<text x=${width} y=${layout.footY} text-anchor="end">win · tie · lose, %</text>`}
        <path class="half" d="M${(left + right) / 2} 2V${layout.footY - 12}"/>
      </svg>`;
    },
    table: () => ({
      columns: [
        { name: "run" },
        { name: "win" },
        { name: "tie" },
        { name: "lose" },
        { name: "answers" },
        { name: "of" },
        { name: "wins", unit: "%", decimals: 1 },
        { name: "95 % from", unit: "%", decimals: 1 },
        { name: "to", unit: "%", decimals: 1 },
      ],
      rows: rows.map(
        ({
          label,
          tally: {
            win,
            tie,
            lose,
            n,
            of,
            wilson: [low, high],
          },
        }) => [
          label,
          win,
          tie,
          lose,
          n,
          of,
          n > 0 ? (100 * win) / n : null,
          n > 0 ? 100 * low : null,
          n > 0 ? 100 * high : null,
        ],
      ),
    }),
  };
}

const share = (count: number, n: number): string => fixed(n > 0 ? (100 * count) / n : Number.NaN, 1);
const wide = (width: number): string => Math.max(0, width).toFixed(1);
const short = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most - 1)}…` : text;

function bracket(low: number, high: number, y: number): string {
  const middle = y + BAR / 2;
  return `M${low.toFixed(1)} ${y - 2}V${y + BAR + 2}M${high.toFixed(1)} ${y - 2}V${y + BAR + 2}M${low.toFixed(1)} ${middle}H${high.toFixed(1)}`;
}
