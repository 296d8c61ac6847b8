/** Lengths of responses by source, as small histograms over one axis; the numbers behind them. */
import { html, svg, type TemplateResult } from "lit";
import type { DataChecks, DatasetSummary } from "../../worker/api.ts";
import { linear, ticks } from "../chart/scale.ts";
import { sourceLooks } from "../names.ts";
import type { Drawn } from "../parts/drawn.ts";
import { fixed, integer } from "../text.ts";
import { barsPath } from "./histogram_layout.ts";

type Lengths = DataChecks["lengths"];

const ROW = 46;
const NAME = 92;
const FOOT = 22;
const MEDIAN = 56;

export function lengthsBySource(lengths: Lengths, data: Pick<DatasetSummary, "sources" | "target">): Drawn {
  const looks = sourceLooks(data);
  const rank = (source: number): number => {
    const at = looks.order.indexOf(source);
    return at < 0 ? looks.order.length : at;
  };
  const ordered = lengths.toSorted((a, b) => rank(a.source) - rank(b.source));
  return {
    heading: "Length of responses",
    unit: "words, share of each source’s responses",
    empty: "No responses yet.",
    draw: (width) => (ordered.length === 0 ? undefined : draw(ordered, looks.at, width)),
    table: () => ({
      columns: [
        { name: "source" },
        { name: "responses" },
        { name: "from", unit: "words" },
        { name: "to", unit: "words" },
        { name: "median", unit: "words" },
      ],
      rows: ordered.flatMap(({ source, low, high, counts, median }) => {
        const step = (high - low) / counts.length;
        return counts.flatMap((n, bin) => {
          const from = low + bin * step;
          const last = bin === counts.length - 1;
          return n === 0
            ? []
            : [[looks.at(source).name, n, from, last ? "or more" : from + step - 1, median]];
        });
      }),
    }),
  };
}

function draw(lengths: Lengths, lookAt: ReturnType<typeof sourceLooks>["at"], width: number): TemplateResult {
  const { low, high } = lengths[0]!;
  const axis = ticks(low, high, 4);
  const x = linear([low, high], [NAME, width - MEDIAN]);
  const foot = ROW * lengths.length;
  const words = lengths.map(({ source, median }) => `${lookAt(source).name} ${integer(median)}`).join(", ");
  return html`<svg viewBox="0 0 ${width} ${foot + FOOT}" width=${width} height=${foot + FOOT} role="img" aria-label="Median words per response: ${words}.">
    ${axis.values
      .filter((value) => value <= high)
      .map(
        (value) =>
          svg`<path class="grid" d="M${x(value).toFixed(1)} 4V${foot}"/><text text-anchor="middle" x=${x(value)} y=${foot + 15}>${fixed(value, 0)}</text>`,
      )}
    ${lengths.map(({ source, counts, median }, i) => {
      const look = lookAt(source);
      const base = ROW * (i + 1);
      const tall = ROW - 12;
      const scale = `translate(${NAME} ${base - tall}) scale(${((width - MEDIAN - NAME) / counts.length).toFixed(4)} 1)`;
      const total = counts.reduce((sum, n) => sum + n, 0);
      const name = look.name.length > 13 ? `${look.name.slice(0, 12)}…` : look.name;
      return svg`<path class="bars f-${look.key}" transform=${scale} d=${barsPath(counts, Math.max(...counts), tall)}/>
        <path class="axis" d="M${NAME} ${base}H${width - MEDIAN}"/>
        <path class="median" d="M${x(median).toFixed(1)} ${base - tall - 2}V${base}"/>
        <text class="label f-${look.key}" x="0" y=${base - 17}>${name}</text>
        <text x="0" y=${base - 3}>n = ${integer(total)}</text>
        <text x=${width - MEDIAN + 10} y=${base - 17}>median</text>
        <text class="ttl" x=${width - MEDIAN + 10} y=${base - 3}>${integer(median)}</text>`;
    })}
  </svg>`;
}
