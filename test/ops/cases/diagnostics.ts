import { preferenceDiagnostics } from "../../../src/ops/preference_diagnostics.ts";
import { UNKNOWN_SOURCE } from "../../../src/ops/strategy_group_dro.ts";
import { weightDiagnostics } from "../../../src/ops/weight_diagnostics.ts";
import { type Fill, opCase } from "../op_case.ts";

const draw = (length: number, of: (i: number) => number) => Array.from({ length }, (_, i) => of(i));
const starts =
  (sizes: readonly number[]): Fill =>
  (_, length) => {
    const list = [0];
    for (let g = 1; g < length; g++) list.push(list[g - 1]! + sizes[(g - 1) % sizes.length]!);
    return list;
  };
const uniform =
  (scale: number): Fill =>
  (random, n) =>
    draw(n, () => scale * random.uniform());
/** A softmax-like distribution with some exact zeros. */
const shares: Fill = (random, n) => {
  const mass = draw(n, () => (n > 1 && random.below(4) === 0 ? 0 : random.uniform() + 0.01));
  const total = mass.reduce((a, b) => a + b, 0);
  return mass.map((value) => value / total);
};
const sources: Fill = (random, n) =>
  draw(n, () => (random.below(5) === 0 ? UNKNOWN_SOURCE : random.below(3)));
const zero: Fill = (_, n) => draw(n, () => 0);

const weights = [1, 2, 131].flatMap((groups) =>
  [shares, zero].map((tilt, i) =>
    opCase(
      weightDiagnostics,
      `${groups} groups, weights ${i}`,
      { groups, responses: 4 * groups, source_count: 4 },
      {
        fill: {
          h: i === 0 ? uniform(3) : zero,
          losses: uniform(4),
          tilt,
          q: shares,
          group_start: starts([2, 3, 4]),
          sources,
        },
      },
    ),
  ),
);

const logps: Fill = (random, n) => draw(n, () => -60 * random.uniform());
const lengths: Fill = (random, n) => draw(n, () => 1 + random.below(30));
const scores: Fill = (random, n) => draw(n, () => random.below(4) - 1.5);

const preferences = [0, 1, 2].flatMap((family) =>
  [1, 3, 131].flatMap((groups) =>
    [0, 1].map((form) =>
      opCase(
        preferenceDiagnostics,
        `family ${family}, ${groups} groups, reward form ${form}`,
        {
          groups,
          responses: 4 * groups,
          family,
          scale: 0.1,
          reference: form,
          per_token: 1 - form,
          temperature: 2 * form,
        },
        {
          fill: {
            logps,
            ref_logps: logps,
            lengths,
            scores,
            group_start: starts([[2], [2, 3, 4], [1]][family]!),
          },
        },
      ),
    ),
  ),
);

export default [...weights, ...preferences];
