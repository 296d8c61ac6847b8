/** What a spec says of Plane: its pairs with their ratios, the policy, the optimiser, and an objective per strategy. */
import { TiltError } from "../../base/errors.ts";
import { type PlaneDraw, planeDraws } from "../../data/worlds/plane.ts";
import { type PlaneOptions, planeOptions } from "../../data/worlds/plane_options.ts";
import { HUMAN_HILLS, logDensity, planeMixtures, rewardAt } from "../../data/worlds/plane_sources.ts";
import type { Objective } from "../../objective/objective.ts";
import { calibrateRatios, type Reduction, reduceRatios } from "../../objective/reduction.ts";
import { chosenObjective, findingsFor } from "../objective_choice.ts";
import { sharesByHand } from "../ratio_shares.ts";
import { worldShares } from "../source.ts";
import { type Spec, withField } from "../spec.ts";

/** What of the world a spec has no field for. */
export interface PlaneExtras {
  /** Softness of the human labels; 1 when absent, 0.2 for labels that are nearly clean. */
  readonly temperature?: number;
  /** Shares of the two modes of human text; .85 and .15 when absent. */
  readonly modes?: readonly [large: number, small: number];
  /** Fresh target pairs on which order accuracy is counted; 1,000 when absent. */
  readonly testPairs?: number;
  /** Shares of the modes among those, e.g. [0, 1] to judge on the minority alone; those of training when absent. */
  readonly testModes?: readonly [large: number, small: number];
}

/** Training pairs, one entry per pair. */
export interface PlanePairs {
  readonly count: number;
  /** [2 count, 2] points, winner first. */
  readonly points: Float64Array;
  /** Index into `PLANE_SOURCES`. */
  readonly sources: Uint8Array;
  /** 1 where corruption turned the label. */
  readonly flipped: Uint8Array;
  /** Calibrated ratio of the pair: clipped, and with mean 1 where the spec says so. */
  readonly h: Float64Array;
}

export interface PlaneSetting {
  readonly spec: Spec;
  readonly options: PlaneOptions;
  readonly pairs: PlanePairs;
  /** Fresh target pairs, the one with the higher human reward first: [2 n, 2]. */
  readonly test: Float64Array;
  readonly hidden: number;
  readonly steps: number;
  /** Pairs per step. */
  readonly batch: number;
}

/** The world's options in a spec. @throws TiltError when the spec is not about Plane */
function planeOptionsOf(spec: Spec, { temperature, modes }: PlaneExtras = {}): PlaneOptions {
  if (spec.data.source !== "builtin:plane") {
    throw new TiltError("This experiment is not about Plane.", {
      where: "data.source",
      remedy: "Use builtin:plane.",
    });
  }
  const { groups, shift, kappa, corruption } = spec.data;
  return planeOptions({
    seed: spec.seed,
    groups,
    shift,
    kappa,
    corruption,
    shares: worldShares(spec.data),
    ...(temperature !== undefined && { temperature }),
    ...(modes && { modes }),
  });
}

/**
 * Draws the pairs and finds their ratios: exact ones at once, estimated ones by training the source classifier on the
 * CPU (a second or so for 1,000 pairs).
 * @throws TiltError when the spec is not about Plane, or asks for what its pairs cannot give
 */
export async function planeSetting(spec: Spec, extras: PlaneExtras = {}): Promise<PlaneSetting> {
  const options = planeOptionsOf(spec, extras);
  const draws = planeDraws(options);
  const count = draws.length;
  const points = new Float64Array(4 * count);
  draws.forEach(({ points: [a, b], scores }, i) => {
    points.set(scores[0] >= scores[1] ? [...a, ...b] : [...b, ...a], 4 * i);
  });
  return {
    spec,
    options,
    pairs: {
      count,
      points,
      sources: Uint8Array.from(draws, ({ source }) => source),
      flipped: Uint8Array.from(draws, ({ flipped }) => (flipped ? 1 : 0)),
      h: Float64Array.from(await pairRatios(spec, options, draws)),
    },
    test: testPairs(options, extras),
    hidden: spec.model.planeHidden,
    steps: spec.train.steps,
    batch: Math.min(spec.train.batch, count),
  };
}

async function pairRatios(
  spec: Spec,
  options: PlaneOptions,
  draws: readonly PlaneDraw[],
): Promise<readonly number[]> {
  if (spec.ratio.source === "classifier") {
    // The classifier is as much code as all of Plane; most sessions never need it.
    const { estimatedPairRatios } = await import("./estimated.ts");
    return estimatedPairRatios(spec, options);
  }
  if (spec.ratio.form !== "mixture" && spec.ratio.form !== "posterior") {
    throw new TiltError("The exact ratio of Plane has no approximate form.", {
      where: "ratio.form",
      remedy: "Use mixture, or estimate the ratio with the classifier.",
    });
  }
  const { reduction, hMin, hMax, normalise } = spec.ratio;
  const kind: Reduction = reduction === "auto" ? "joint" : reduction;
  const shares = sharesByHand(options.shares, spec.ratio);
  const mixtures = planeMixtures(options.shift, options.modes);
  const raw = draws.map(({ points }) => {
    const logRatios = points.map((point) => {
      const [target, ...others] = mixtures.map((mixture) => logDensity(mixture, point));
      return others.map((other) => target! - other);
    });
    const h = logRatios.map((row) => reduceRatios("joint", { h: [], logRatios: [row] }, { shares }));
    return reduceRatios(kind, { h, logRatios }, { shares, slot: 0 });
  });
  return calibrateRatios(raw, { min: hMin, max: hMax, meanOne: normalise }).h;
}

const TEST_PAIRS = 1000;

function testPairs(
  options: PlaneOptions,
  { testPairs: wanted = TEST_PAIRS, testModes }: PlaneExtras,
): Float64Array {
  const draws = planeDraws({
    ...options,
    // Another seed, so that no training pair is among them.
    seed: options.seed + 0x40000000,
    groups: wanted,
    shares: [1, 0, 0],
    corruption: 0,
    ...(testModes && { modes: testModes }),
  });
  const points = new Float64Array(4 * wanted);
  draws.forEach(({ points: [a, b] }, i) => {
    const first = rewardAt(HUMAN_HILLS, a) >= rewardAt(HUMAN_HILLS, b);
    points.set(first ? [...a, ...b] : [...b, ...a], 4 * i);
  });
  return points;
}

/**
 * The objective of one strategy on these pairs.
 * @throws TiltError where the mathematics forbids it, or Plane's pairs cannot carry it
 */
export function planeObjective({ spec, pairs }: PlaneSetting, strategy: string): Objective {
  const own = spec.train.strategy === strategy ? spec : withField(spec, "train.strategy", strategy);
  const objective = chosenObjective(own);
  const refuse = (where: string, what: string, remedy: string): never => {
    throw new TiltError(what, { where, remedy });
  };
  if (objective.loss.family !== "pairwise") {
    refuse("train.loss", `Plane has pairs; ${objective.loss.name} needs something else.`, "Use DPO.");
  }
  if (objective.storm) {
    refuse("train.estimator", "Plane's policy takes no variance-reduced steps.", "Use the exact batch.");
  }
  if (strategy === "released_rrhf") {
    refuse("train.strategy", "This strategy weighs responses of lists.", "Use DoRA.");
  }
  const [worst] = findingsFor(objective, own, {
    units: pairs.count,
    lists: false,
    unpaired: false,
    sourcesKnown: true,
  });
  // At batch 1 a tilt is no tilt: that is what one lesson shows, so it is not refused here.
  if (worst?.severity === "refused" && worst.about !== "batch-size") {
    const remedy = worst.alternatives.map(({ label }) => label).join(", or: ");
    throw new TiltError(worst.reason, { where: "train.strategy", ...(remedy && { remedy: `${remedy}.` }) });
  }
  return objective;
}
