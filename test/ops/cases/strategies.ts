import type { Stream } from "../../../src/base/random.ts";
import { STORM_OPS } from "../../../src/objective/kernels/storm.ts";
import {
  groupDroOp,
  klConstrainedOp,
  LINEAR_OPS,
  releasedRrhfOp,
  SORTED_OPS,
  TILT_OPS,
} from "../../../src/objective/kernels/strategy_ops.ts";
import { objectiveCoefficients } from "../../../src/ops/objective_coefficients.ts";
import { UNKNOWN_SOURCE } from "../../../src/ops/strategy_group_dro.ts";
import { stormCombine } from "../../../src/ops/strategy_storm.ts";
import { type Fill, opCase } from "../op_case.ts";

const draw = (length: number, of: (i: number) => number) => Array.from({ length }, (_, i) => of(i));
const positive: Fill = (random, n) => draw(n, () => 3 * random.uniform());
const equal: Fill = (_, n) => draw(n, () => 0.69);
const huge: Fill = (random, n) => draw(n, () => 3000 * random.uniform());
/** Few values, so that the largest is shared. */
const tied: Fill = (random, n) => draw(n, () => 0.5 * random.below(4));
const ratios: Fill = (random, n) => draw(n, () => 3 * random.uniform());
/** Ratios of 0, of 10 and of next to nothing. */
const extremeRatios: Fill = (random, n) => draw(n, () => [0, 1e-9, 1, 10][random.below(4)]!);
const noRatios: Fill = (_, n) => draw(n, () => 0);
const ragged: Fill = (_, length) => {
  const starts = [0];
  for (let g = 1; g < length; g++) starts.push(starts[g - 1]! + 1 + ((g - 1) % 3));
  return starts;
};
/** Where the carried state stands: nothing yet, or some steps in. */
const fresh: Fill = () => [0, 0, 0, 0];
const stormFresh: Fill = () => new Array<number>(8).fill(0);
const carried: Fill = () => [1.25, 7, 0.8, 0];

const LOSSES: Readonly<Record<string, Fill>> = { positive, equal, huge, tied };
const PLAIN = {
  shift: 0,
  mean_h: -1,
  gamma: 0,
  mode: 0,
  cap: 10,
  learn: 0,
  rho: 0.1,
  lambda_rate: 0.1,
  lambda_min: 0.01,
};

const tilt = TILT_OPS.flatMap((op) => {
  const make = (
    name: string,
    lam: number,
    more: Partial<typeof PLAIN>,
    fill: { losses: Fill; h?: Fill; state?: Fill },
    groups = 131,
  ) =>
    opCase(
      op,
      name,
      { groups, ...PLAIN, lam, ...more },
      {
        fill: { h: ratios, state: fresh, ...fill },
        // The largest exponent is 3e5 nats at the most extreme: its own rounding is what is left.
        rtol: 2e-5,
      },
    );
  return [
    ...[1e-4, 0.1, 1, 1e6].map((lam) => make(`lambda ${lam}`, lam, {}, { losses: positive })),
    make("one group", 1, {}, { losses: positive }, 1),
    make("64 groups", 1, {}, { losses: positive }, 64),
    make("equal losses", 0.1, {}, { losses: equal }),
    make("extreme ratios", 1, {}, { losses: positive, h: extremeRatios }),
    make("no ratios", 1, {}, { losses: positive, h: noRatios }),
    make("given mean ratio, shift", 1, { mean_h: 1.3, shift: 1 }, { losses: positive }),
    make("running, first step", 1, { gamma: 0.3 }, { losses: positive, state: fresh }),
    make("running", 1, { gamma: 0.3 }, { losses: positive, state: carried }),
    make("running, one group", 1, { gamma: 0.1 }, { losses: positive, state: carried }, 1),
    make("running, debiased", 1, { gamma: 0.3, mode: 1 }, { losses: positive, state: carried }),
    make("running, debiased, first step", 1, { gamma: 0.3, mode: 1 }, { losses: positive, state: fresh }),
    make("running, uncorrected, first step", 1, { gamma: 0.3, mode: 2 }, { losses: positive, state: fresh }),
    make("running, share 1", 1, { gamma: 1, mode: 1 }, { losses: positive, state: carried }),
    make("learned lambda", 1, { learn: 1 }, { losses: positive, state: carried }),
    make("learned lambda, running", 1, { learn: 1, gamma: 0.5 }, { losses: positive, state: carried }),
  ];
});

const hugeTilt = TILT_OPS.map((op) =>
  opCase(
    op,
    "losses of 3000, lambda 0.1",
    { groups: 77, ...PLAIN, lam: 0.1 },
    {
      fill: { losses: huge, h: ratios, state: fresh },
      rtol: 2e-5,
    },
  ),
);

const linear = LINEAR_OPS.flatMap((op) =>
  Object.entries(LOSSES).flatMap(([name, losses]) =>
    [1, 131].flatMap((groups) =>
      [ratios, extremeRatios, noRatios].map((h, i) =>
        opCase(
          op,
          `${name}, ${groups} groups, ratios ${i}`,
          { groups, p0: 0.5, p1: 10 },
          { fill: { losses, h }, rtol: 2e-5 },
        ),
      ),
    ),
  ),
);

const sorted = SORTED_OPS.flatMap((op) =>
  Object.entries(LOSSES).flatMap(([name, losses]) =>
    [1, 2, 131].flatMap((groups) =>
      [0.05, 0.5, 1].map((p0) =>
        opCase(
          op,
          `${name}, ${groups} groups, setting ${p0}`,
          { groups, p0 },
          { fill: { losses }, rtol: 1e-4 },
        ),
      ),
    ),
  ),
);

const constrained = Object.entries(LOSSES).flatMap(([name, losses]) =>
  [1, 2, 131].flatMap((groups) =>
    [0.02, 0.5, 8].map((rho) =>
      opCase(
        klConstrainedOp,
        `${name}, ${groups} groups, rho ${rho}`,
        { groups, rho },
        { fill: { losses }, rtol: 1e-4 },
      ),
    ),
  ),
);

const groupDro = [0, 1].map((started) =>
  opCase(
    groupDroOp,
    `step ${started}`,
    { groups: 90, responses: 180, source_count: 4, eta: 0.5 },
    {
      fill: {
        losses: positive,
        group_start: ragged,
        // Source 3 never occurs; some responses are of unknown source, but never a whole group's worth.
        sources: (random: Stream, n: number) =>
          draw(n, (r) => (r % 6 === 2 && random.below(3) === 0 ? UNKNOWN_SOURCE : random.below(3))),
        source_weights: () => (started ? [0.1, 0.4, 0.3, 0.2] : [0, 0, 0, 0]),
      },
    },
  ),
);

const released = [1, 33].map((groups) =>
  opCase(
    releasedRrhfOp,
    `${groups} groups`,
    { groups, responses: 4 * groups },
    {
      fill: {
        losses: positive,
        response_weights: (random: Stream, n: number) => draw(n, () => 4 * random.uniform()),
      },
    },
  ),
);

const STORM_PLAIN = { lam: 0.7, shift: 0, mean_h: -1, a: 0.3 };
const storm = STORM_OPS.flatMap((op) => {
  const make = (name: string, more: Partial<typeof STORM_PLAIN>, fill: Record<string, Fill>, groups = 77) =>
    opCase(
      op,
      name,
      { groups, ...STORM_PLAIN, ...more },
      {
        fill: { losses: positive, losses_before: positive, h: ratios, state: stormFresh, ...fill },
        rtol: 2e-5,
      },
    );
  return [
    make("first step", {}, {}),
    make("carried", {}, { state: () => [0.4, 3, 0.1, 0.7, 0, 0, 0, 0] }),
    make("carried, one group", { mean_h: 1.1 }, { state: () => [0.4, 3, 0.1, 0.7, 0, 0, 0, 0] }, 1),
    make("normaliser vanished", {}, { state: () => [-60, 3, 0.1, 0.7, 0, 0, 0, 0] }),
    make("extreme ratios", {}, { h: extremeRatios, state: () => [0.4, 3, 0.1, 0.7, 0, 0, 0, 0] }),
    make("plain", { a: 1 }, { state: () => [0.4, 3, 0.1, 0.7, 0, 0, 0, 0] }),
  ];
});

const combine = opCase(stormCombine, "333 parameters", { count: 333 }, {});

const coefficients = opCase(
  objectiveCoefficients,
  "ragged",
  { groups: 91, responses: 182 },
  {
    fill: { group_start: ragged },
  },
);

export default [
  ...tilt,
  ...hugeTilt,
  ...linear,
  ...sorted,
  ...constrained,
  ...groupDro,
  ...released,
  ...storm,
  combine,
  coefficients,
];
