import { RATIO_FORMS, ratioLog, ratioNormalise } from "../../../src/ops/ratio_log.ts";
import { type Fill, opCase } from "../op_case.ts";

/** Log-ratios from hardly different to beyond what exp can hold. */
const logRatios: Fill = (random, length) =>
  Array.from({ length }, (_, i) => [0.01, 2, 14, 200][i % 4]! * random.normal());
const logShares: Fill = (random, length) => {
  const shares = Array.from({ length }, () => 0.1 + random.uniform());
  const total = shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share) => Math.log(share / total));
};
const positive: Fill = (random, length) => Array.from({ length }, () => 3 * random.uniform());

export default [
  ...RATIO_FORMS.flatMap((name, form) =>
    [
      { rows: 1, sources: 1 },
      { rows: 137, sources: 3 },
    ].map(({ rows, sources }) =>
      opCase(
        ratioLog,
        `${name}, ${rows} samples, ${sources} sources`,
        { rows, sources, form, low: 1e-3, high: 20 },
        {
          fill: {
            logW: logRatios,
            logShares,
            category: (random, length) => Array.from({ length }, () => random.below(sources + 1)),
          },
          rtol: 2e-5,
        },
      ),
    ),
  ),
  ...[1, 255, 1000].map((rows) =>
    opCase(ratioNormalise, `${rows} samples`, { rows }, { fill: { h: positive } }),
  ),
  opCase(
    ratioNormalise,
    "all zero",
    { rows: 5 },
    { fill: { h: (_, length) => new Array<number>(length).fill(0) } },
  ),
];
