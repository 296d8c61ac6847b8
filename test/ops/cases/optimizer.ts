import { adamw } from "../../../src/ops/adamw.ts";
import { gradNormFinish, gradNormPartials } from "../../../src/ops/grad_norm.ts";
import { opCase } from "../op_case.ts";

const squares = (random: { normal(): number }, n: number) =>
  Array.from({ length: n }, () => random.normal() ** 2);

export default [
  ...[
    { name: "ragged pool, half decayed", count: 131, decayed: 70 },
    { name: "multiples of four", count: 1036, decayed: 520 },
  ].map(({ name, count, decayed }) =>
    opCase(
      adamw,
      name,
      {
        count,
        decayed,
        lr: 0.01,
        beta1: 0.9,
        beta2: 0.999,
        eps: 1e-8,
        weightDecay: 0.1,
        correction1: 1 / (1 - 0.9 ** 3),
        correction2: 1 / (1 - 0.999 ** 3),
      },
      { fill: { v: squares, clip: () => [2, 0.5] } },
    ),
  ),
  opCase(gradNormPartials, "fewer elements than sums", { count: 5, partials: 64 }),
  opCase(gradNormPartials, "ragged", { count: 1000, partials: 64 }),
  opCase(gradNormFinish, "clipped", { partials: 67, maxNorm: 1 }, { fill: { partial: squares } }),
  opCase(gradNormFinish, "within bounds", { partials: 3, maxNorm: 100 }, { fill: { partial: squares } }),
  opCase(gradNormFinish, "no clipping", { partials: 3, maxNorm: 0 }, { fill: { partial: squares } }),
];
