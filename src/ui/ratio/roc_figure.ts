/** Can the classifier tell who wrote what: ROC per source, with length alone beside it. */
import { html, nothing, svg } from "lit";
import type { SourceScore } from "../../experiment/events.ts";
import type { SourceLook } from "../names.ts";
import type { Drawn } from "../parts/drawn.ts";
import { fixed } from "../text.ts";
import { layoutRoc } from "./roc_layout.ts";

/** Sources named inside the picture; more have their numbers in the table. */
const NAMED = 4;

/** @param scores one per synthetic source, without the line for all of them */
export function rocFigure(scores: readonly SourceScore[], lookOf: (source: string) => SourceLook): Drawn {
  return {
    heading: "Telling sources apart",
    unit: "ROC, out of fold; thin: by length alone",
    draw(width) {
      const layout = layoutRoc(width, scores.slice(0, NAMED));
      const { x, y } = layout;
      const told = scores.map(
        ({ source, auc, byLength }) =>
          `${source} ${fixed(auc, 3)}, by length alone ${fixed(byLength.auc, 3)}`,
      );
      return html`<svg viewBox="0 0 ${layout.width} ${layout.height}" width=${layout.width} height=${layout.height} role="img" aria-label="Area under the ROC curve against the target: ${told.join("; ")}.">
        ${[0, 0.5, 1].map(
          (at) =>
            svg`<path class="grid" d="M${x(0)} ${y(at)}H${x(1)}"/><text x=${x(0) - 6} y=${y(at) + 4} text-anchor="end">${at}</text><text x=${x(at)} y=${y(0) + 14} text-anchor="middle">${at}</text>`,
        )}
        <path class="axis" d=${`M${x(0)} ${y(0)}H${x(1)}`} />
        <path class="zero" d=${`M${x(0)} ${y(0)}L${x(1)} ${y(1)}`} />
        <text x=${x(0)} y=${y(1) - 8}>target text found</text>
        <text x=${x(1)} y=${y(0) + 28} text-anchor="end">synthetic text taken for it</text>
        ${layout.curves.map(({ source, path, lengthPath }) => {
          const { key } = lookOf(source);
          return svg`<path class="roc thin d-${key} s-${key}" d=${lengthPath}/><path class="roc d-${key} s-${key}" d=${path}/>`;
        })}
        ${layout.curves.map(({ source, labelY }, i) => {
          const { key } = lookOf(source);
          const { auc, aucHalfWidth, byLength } = scores[i]!;
          return svg`<g class="haloed"><text class="label f-${key}" text-anchor="end" x=${layout.labelX} y=${labelY - 13}>${short(source)} ${fixed(auc, 3)} ± ${fixed(aucHalfWidth, 3)}</text><text text-anchor="end" x=${layout.labelX} y=${labelY}>by length ${fixed(byLength.auc, 3)}</text></g>`;
        })}
        ${scores.length > NAMED ? svg`<text x=${layout.labelX} y=${layout.curves[0]!.labelY - 30} text-anchor="end">${scores.length - NAMED} more in the table</text>` : nothing}
      </svg>`;
    },
    table: () => ({
      columns: [
        { name: "source" },
        { name: "curve" },
        { name: "synthetic taken for target", decimals: 3 },
        { name: "target found", decimals: 3 },
      ],
      rows: scores.flatMap(({ source, roc, byLength }) => [
        ...roc.map(([x, y]) => [source, "classifier", x, y]),
        ...byLength.roc.map(([x, y]) => [source, "length alone", x, y]),
      ]),
    }),
  };
}

const short = (name: string): string => (name.length > 16 ? `${name.slice(0, 15)}…` : name);
