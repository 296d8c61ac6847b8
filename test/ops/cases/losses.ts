import type { Stream } from "../../../src/base/random.ts";
import { LISTWISE_OPS, PAIRWISE_OPS, UNPAIRED_OPS } from "../../../src/objective/kernels/loss_ops.ts";
import { lossById } from "../../../src/objective/losses/index.ts";
import { packParams } from "../../../src/objective/params.ts";
import { settingsOf } from "../../../src/ops/loss_function.ts";
import { ktoBaselineOp } from "../../../src/ops/loss_unpaired.ts";
import { opCase } from "../op_case.ts";

/** Defaults, and every toggle and choice at its other positions. */
function settings(id: string) {
  const { params } = lossById(id);
  const base = packParams(params, {});
  const variants = [base];
  Object.values(params).forEach((spec, i) => {
    const positions = spec.kind === "choice" ? spec.choices.length : spec.kind === "toggle" ? 2 : 0;
    for (let at = 0; at < positions; at++) if (at !== base[i]) variants.push(base.with(i, at));
    if (spec.kind === "number" && spec.default === 0) variants.push(base.with(i, Math.min(0.3, spec.max)));
  });
  return variants.map(settingsOf);
}

const draw = (_: Stream, length: number, of: () => number) => Array.from({ length }, of);

/** Log-probs at four scales: typical, equal to the reference, tiny, and thousands of nats from it. */
const hostile = (random: Stream, length: number) =>
  draw(random, length, () => -[40, 1, 1e-3, 2000][random.below(4)]! * random.uniform());
const lengths = (random: Stream, length: number) => draw(random, length, () => 1 + random.below(40));
/** Few distinct values, so that ties are common. */
const scores = (random: Stream, length: number) => draw(random, length, () => random.below(4) - 1.5);
const every = (size: number) => (_: Stream, length: number) => Array.from({ length }, (_, g) => g * size);
/** Group sizes 2, 3, 4, 2, 3, 4, ... */
const ragged = (_: Stream, length: number) => {
  const starts = [0];
  for (let g = 1; g < length; g++) starts.push(starts[g - 1]! + 2 + ((g - 1) % 3));
  return starts;
};

const pairwise = PAIRWISE_OPS.flatMap((op) =>
  settings(op.name.slice(5)).map((p, i) =>
    opCase(
      op,
      `settings ${i}`,
      { groups: 131, responses: 262, ...p },
      {
        fill: { logps: hostile, ref_logps: hostile, lengths, group_start: every(2) },
      },
    ),
  ),
);

const listwise = LISTWISE_OPS.flatMap((op) =>
  settings(op.name.slice(5)).map((p, i) =>
    opCase(
      op,
      `settings ${i}`,
      { groups: 67, responses: 201, padded_length: 57, ...p },
      {
        // Working memory, not a result: what it is left with is the kernel's own business.
        fill: { logps: hostile, ref_logps: hostile, lengths, scores, group_start: ragged },
        working: ["scratch"],
      },
    ),
  ),
);

const unpaired = UNPAIRED_OPS.flatMap((op) =>
  settings(op.name.slice(5)).map((p, i) =>
    opCase(
      op,
      `settings ${i}`,
      { groups: 131, responses: 131, ...p },
      {
        fill: { logps: hostile, ref_logps: hostile, scores, baseline: () => [0.7] },
      },
    ),
  ),
);

const baseline = [1, 2, 77].map((examples) =>
  opCase(
    ktoBaselineOp,
    `${examples} examples`,
    { examples },
    {
      fill: {
        kl_logps: (random, n) => draw(random, n, () => 3 - 40 * random.uniform()),
        kl_ref_logps: (random, n) => draw(random, n, () => -40 * random.uniform()),
      },
    },
  ),
);

export default [...pairwise, ...listwise, ...unpaired, ...baseline];
