/**
 * Plane: responses are points, sources are Gaussian mixtures, judges are landscapes. Everything can be drawn, and the
 * densities, rewards and hence log-ratios are exact (plane_truth.ts). There is no prompt; a point's text is "x y".
 */
import { canonicalJson } from "../../base/canonical.ts";
import { stream } from "../../base/random.ts";
import { sha256 } from "../../base/sha256.ts";
import { type Dataset, type Group, pairsOf } from "../dataset.ts";
import { openAt, pickShare } from "./draw.ts";
import { type PlaneOptions, planeOptions } from "./plane_options.ts";
import {
  type Bump,
  HUMAN_HILLS,
  OTHER_HILLS,
  PLANE_SOURCES,
  type Point,
  planeMixtures,
  rewardAt,
} from "./plane_sources.ts";
import { parsePoint, planeTruth, pointText } from "./plane_truth.ts";
import { worldDataset } from "./world_dataset.ts";

/** Raised whenever the same options would give other data, so that old hashes never name new data. */
const VERSION = 1;

/** Content address of the data that these options give. */
function planeHash(given: Partial<PlaneOptions> = {}): string {
  return sha256(canonicalJson({ world: "plane", version: VERSION, ...planeOptions(given) }));
}

/** One pair as it is drawn: where both points lie, who wrote them, and how they were scored. */
export interface PlaneDraw {
  /** Index into `PLANE_SOURCES`; both points of a pair share it. */
  readonly source: number;
  readonly points: readonly [Point, Point];
  readonly scores: readonly [number, number];
  /** Whether corruption swapped the scores. */
  readonly flipped: boolean;
}

/**
 * Draws pairs; both points of a pair share a source. Human pairs are labelled by the human reward, tilted pairs by
 * (1 - kappa) human + kappa other, scraped pairs by a coin; scores carry Gumbel noise, so that labels are Bradley-Terry at
 * the temperature. Every draw is keyed by (seed, purpose, pair).
 */
export function planeDraws(given: Partial<PlaneOptions> = {}): readonly PlaneDraw[] {
  const options = planeOptions(given);
  const mixtures = planeMixtures(options.shift, options.modes);
  const draws = {
    sources: stream(options.seed, "plane/sources"),
    points: stream(options.seed, "plane/points"),
    noise: stream(options.seed, "plane/noise"),
    corruption: stream(options.seed, "plane/corruption"),
  };
  const uniform = (purpose: keyof typeof draws, index: number): number => openAt(draws[purpose], index);

  return Array.from({ length: options.groups }, (_, g) => {
    const source = pickShare(options.shares, uniform("sources", g));
    const pointOf = (k: number): Point =>
      samplePoint(mixtures[source]!, (i) => uniform("points", (2 * g + k) * DRAWS_PER_POINT + i));
    const points = [pointOf(0), pointOf(1)] as const;
    const scoreOf = (k: 0 | 1): number =>
      judge(source, points[k], options) / options.temperature -
      Math.log(-Math.log(uniform("noise", 2 * g + k)));
    const scores = [scoreOf(0), scoreOf(1)] as const;
    const flipped = uniform("corruption", g) < options.corruption;
    return { source, points, scores: flipped ? [scores[1], scores[0]] : scores, flipped };
  });
}

/** Plane as a dataset; see `planeDraws` for what is in it. */
export function planeWorld(given: Partial<PlaneOptions> = {}): Dataset {
  const options = planeOptions(given);
  const truth = planeTruth(options);
  const groups = planeDraws(options).map(({ source, points, scores }, g): Group => {
    const texts = points.map(pointText);
    return {
      id: String(g + 1),
      prompt: "",
      responses: texts.map((text, k) => ({ text, source, score: scores[k]! })),
      row: g + 1,
      trueLogRatio: texts.map((text) => truth.score("", text)!.logRatio),
    };
  });
  return worldDataset({
    name: "Plane",
    hash: planeHash(options),
    format: "plane",
    sources: PLANE_SOURCES,
    groups,
  });
}

/**
 * The points of all pairs, winner first: what a plane policy trains on.
 * @returns [2 * pairs, 2] row-major: pair i's winner is point 2i, its loser point 2i + 1
 */
export function planePairs(groups: readonly Group[]): Float64Array {
  const points: number[] = [];
  for (const group of groups) {
    for (const pair of pairsOf(group)) {
      for (const index of pair) points.push(...parsePoint(group.responses[index]!.text)!);
    }
  }
  return Float64Array.from(points);
}

/** Uniform draws per point: which bump, radius, angle. */
const DRAWS_PER_POINT = 3;

function samplePoint(mixture: readonly Bump[], uniform: (draw: number) => number): Point {
  const shares = mixture.map((bump) => bump.share);
  const { mean, sd } = mixture[pickShare(shares, uniform(0))]!;
  const radius = sd * Math.sqrt(-2 * Math.log(uniform(1)));
  const angle = 2 * Math.PI * uniform(2);
  return [mean[0] + radius * Math.cos(angle), mean[1] + radius * Math.sin(angle)];
}

/** The reward by which a source's pairs are labelled; 0 for the scrape, whose labels are coin flips. */
function judge(source: number, point: Point, { kappa }: PlaneOptions): number {
  if (source === 2) return 0;
  const bias = source === 1 ? kappa : 0;
  return (1 - bias) * rewardAt(HUMAN_HILLS, point) + bias * rewardAt(OTHER_HILLS, point);
}
